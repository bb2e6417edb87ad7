//! Signing in.

use clearmargin_domain::{
    id::OrgId,
    identity::{Account, Email, Password, User},
};
use clearmargin_store::Stored;
use serde_json::json;

use super::{Signed, account_with, begin, limits, password, second_factor, signed};
use crate::{App, Error, Visit};

/// Who wants to sign in.
#[derive(Debug, Clone)]
pub struct Login {
    /// The sign-in address.
    pub email: Email,
    /// What proves who it is.
    pub proof: Proof,
    /// Into which organisation; the first one of the person's if not said.
    pub organization: Option<OrgId>,
}

/// What proves who somebody is.
#[derive(Debug, Clone)]
pub struct Proof {
    /// The password.
    pub password: Password,
    /// A code of the second factor.
    pub code: Option<String>,
}

/// Signs somebody in. An unknown address costs the same work and gets the same answer as a wrong
/// password.
pub async fn login(app: &App, visit: &Visit, login: Login) -> Result<Signed, Error> {
    limits::sign_in(app, visit, &login.email).await?;
    let account = account_with(app, &login.email).await?;
    let proven = prove(app, account, login.proof).await?;
    let (org, user) = place(app, &proven.account.value, login.organization).await?;
    let ctx = app.for_visitor(org, user.id, visit);
    let (session, secret) = begin(app, &user, visit.user_agent.as_deref());
    let detail = json!({"secondFactor": proven.account.second_factor.is_some()});
    let mut change = ctx.tenant().change(ctx.audit("session.began", session.id, detail));
    change.insert(&session)?;
    if proven.after != proven.account.value {
        change.update_account(&proven.account, &proven.after)?;
    }
    change.commit().await?;
    signed(app, org, user, session.id, secret).await
}

/// An account whose owner is there.
pub(crate) struct Proven {
    /// As it is stored.
    pub(crate) account: Stored<Account>,
    /// As it is to be stored: with a fresh hash, or without the code that was used.
    pub(crate) after: Account,
}

/// Goes on only if the proof is right.
pub(crate) async fn prove(
    app: &App,
    account: Option<Stored<Account>>,
    proof: Proof,
) -> Result<Proven, Error> {
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let right = password::verify(proof.password.clone(), hash).await?;
    let account = account.filter(|_| right).ok_or(Error::BadCredentials)?;
    let mut after = second_factor::pass(app, &account, proof.code.as_deref()).await?;
    if password::is_outdated(&after.password_hash) {
        after.password_hash = password::hash(app, proof.password).await?;
    }
    Ok(Proven { account, after })
}

/// The organisation to sign in to, and the person there: the wanted one, or the first that the
/// person is active in.
async fn place(
    app: &App,
    account: &Account,
    wanted: Option<OrgId>,
) -> Result<(OrgId, User), Error> {
    let orgs = account.organizations.iter().copied();
    for org in orgs.filter(|org| wanted.is_none_or(|wanted| wanted == *org)) {
        let user = app.store.tenant(org).get::<User>(account.id).await?;
        if let Some(user) = user.filter(|user| user.active) {
            return Ok((org, user.value));
        }
    }
    Err(Error::BadCredentials)
}
