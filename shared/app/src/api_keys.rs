//! API keys: how machines such as Zapier call on an organisation's behalf.

use std::collections::BTreeSet;

use clearmargin_domain::{
    access::Action,
    id::ApiKeyId,
    identity::{ApiKey, Name, TokenSecret},
    secret::Secret,
};
use clearmargin_store::{List, Listing};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    Ctx, Error,
    identity::{ApiKeyText, user_id},
};

/// A key to make.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// What it is for, in somebody's words.
    pub name: Name,
    /// What it is for, in actions.
    pub scopes: BTreeSet<Action>,
    /// When it ends; never, if not said.
    pub expires_at: Option<Timestamp>,
}

/// Makes a key. Its text comes with this answer and never again: a repeated request gets none.
pub async fn create(ctx: &Ctx, new: NewApiKey) -> Result<(ApiKey, Option<Secret>), Error> {
    ctx.require(Action::ApiKeysManage)?;
    if let Some(key) = ctx.replay().await? {
        return Ok((key, None));
    }
    check(ctx, &new)?;
    let secret = TokenSecret::new(ctx.app.entropy.bytes());
    let key = ApiKey {
        id: ApiKeyId::new(ctx.now, ctx.app.random()),
        name: new.name,
        scopes: new.scopes,
        role: ctx.grant.role(),
        created_by: user_id(ctx)?,
        created_at: ctx.now,
        expires_at: new.expires_at,
        revoked_at: None,
        hash: secret.hash(),
    };
    let detail = json!({"scopes": key.scopes, "expiresAt": key.expires_at});
    let mut change = ctx.tenant().change(ctx.audit("apiKey.created", key.id, detail));
    change.insert(&key)?;
    if let Some(once) = ctx.once(&key)? {
        change.once(&once)?;
    }
    change.commit().await?;
    let text = ApiKeyText { org: ctx.org, key: key.id, secret }.text();
    Ok((key, Some(text)))
}

fn check(ctx: &Ctx, new: &NewApiKey) -> Result<(), Error> {
    if new.scopes.is_empty() {
        return Err(Error::invalid("scopes", "expected at least one action"));
    }
    let beyond = new.scopes.iter().find(|scope| !scope.is_for_keys() || !ctx.may(**scope));
    if let Some(scope) = beyond {
        return Err(Error::invalid("scopes", format!("a key of yours cannot have {scope}")));
    }
    if new.expires_at.is_some_and(|end| end <= ctx.now) {
        return Err(Error::invalid("expiresAt", "expected a time to come"));
    }
    Ok(())
}

/// A page of keys, by age.
pub async fn list(ctx: &Ctx, limit: usize, cursor: Option<&str>) -> Result<Listing<ApiKey>, Error> {
    ctx.require(Action::ApiKeysManage)?;
    Ok(ctx.tenant().list(List::ApiKeys, limit, "api-keys", cursor).await?)
}

/// Takes a key back. It stops within a minute and stays in the list; doing it twice is once.
pub async fn revoke(ctx: &Ctx, id: ApiKeyId) -> Result<(), Error> {
    ctx.require(Action::ApiKeysManage)?;
    let key = ctx.tenant().get::<ApiKey>(id).await?.ok_or(Error::NotFound("API key"))?;
    if key.revoked_at.is_some() {
        return Ok(());
    }
    let revoked = ApiKey { revoked_at: Some(ctx.now), ..key.value.clone() };
    let mut change = ctx.tenant().change(ctx.audit("apiKey.revoked", id, Value::Null));
    change.update(&key, &revoked)?;
    Ok(change.commit().await?)
}
