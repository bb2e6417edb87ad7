//! Credentials of connections: sealed at rest, opened for a request, renewed when they age.

use clearmargin_connectors::{
    Error as SourceError, QuickBooks, SuperOps, SuperOpsCredentials,
    oauth::{self, Tokens},
};
use clearmargin_domain::{id::OrgId, integration::Connection, secret::Secret, source::Source};
use clearmargin_store::{StoreError, Stored};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Ctx, Error};

/// A token is renewed this long before it ends: long enough for the slowest request.
const MARGIN: SignedDuration = SignedDuration::from_secs(180);

/// Why a connection cannot be used right now.
#[derive(Debug)]
pub(crate) enum CredentialError {
    /// The source refuses them: somebody has to connect anew.
    Refused,
    /// The source is away.
    Away,
    /// A fault of ours.
    Own(Error),
}

impl From<Error> for CredentialError {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

impl From<StoreError> for CredentialError {
    fn from(error: StoreError) -> Self {
        Self::Own(error.into())
    }
}

/// What a QuickBooks connection holds.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct QuickBooksTokens {
    access: Secret,
    refresh: Secret,
    access_until: Timestamp,
    refresh_until: Timestamp,
    /// The end of the consent itself, whatever is renewed.
    hard_until: Option<Timestamp>,
}

impl QuickBooksTokens {
    /// The tokens of an answer received now.
    pub(crate) fn new(tokens: Tokens, now: Timestamp) -> Self {
        let until = |seconds: u64| {
            let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
            now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
        };
        Self {
            access_until: until(tokens.expires_in),
            refresh_until: until(tokens.refresh_expires_in),
            hard_until: tokens.hard_expires_in.map(until),
            access: tokens.access_token,
            refresh: tokens.refresh_token,
        }
    }
}

/// In which context a connection's credentials are sealed.
fn context(org: OrgId, source: Source) -> String {
    format!("connection/{org}/{source}")
}

/// Seals credentials for a connection.
pub(crate) async fn seal<T: Serialize>(
    ctx: &Ctx,
    source: Source,
    credentials: &T,
) -> Result<String, Error> {
    let plain = serde_json::to_vec(credentials).map_err(Error::internal)?;
    Ok(ctx.app.vault.seal(&context(ctx.org, source), &plain).await?)
}

async fn open<T: DeserializeOwned>(
    ctx: &Ctx,
    connection: &Connection,
) -> Result<T, CredentialError> {
    // Somebody disconnected it.
    let sealed = connection.sealed_credentials.as_ref().ok_or(CredentialError::Refused)?;
    let context = context(ctx.org, connection.source);
    let plain = ctx.app.vault.open(&context, sealed).await.map_err(Error::from)?;
    Ok(serde_json::from_slice(&plain).map_err(Error::internal)?)
}

/// SuperOps, ready to be asked.
pub(crate) async fn superops(
    ctx: &Ctx,
    connection: &Connection,
) -> Result<SuperOps, CredentialError> {
    let token: Secret = open(ctx, connection).await?;
    let credentials = SuperOpsCredentials { subdomain: connection.account.clone(), token };
    Ok(SuperOps::new(ctx.app.http.client()?, ctx.app.upstreams.superops_url.clone(), credentials))
}

/// Ends a connection's credentials at the source, where it lets us: SuperOps' tokens only a person there can end.
/// Those that the source knows no more are ended; [`CredentialError::Refused`] if it does not say that.
pub(crate) async fn revoke(ctx: &Ctx, connection: &Connection) -> Result<(), CredentialError> {
    if connection.source != Source::QuickBooks || connection.sealed_credentials.is_none() {
        return Ok(());
    }
    let tokens: QuickBooksTokens = open(ctx, connection).await?;
    let url = &ctx.app.upstreams.quickbooks_revoke_url;
    let http = ctx.app.http.client()?;
    match oauth::revoke(&http, &oauth_app(ctx), url, &tokens.refresh).await {
        Ok(()) | Err(SourceError::Unauthorized) => Ok(()),
        Err(SourceError::Refused { .. }) => Err(CredentialError::Refused),
        Err(error) if error.is_retryable() => Err(CredentialError::Away),
        Err(error) => Err(Error::internal(error).into()),
    }
}

/// QuickBooks, ready to be asked; the access token is renewed when it is about to end or when
/// `renew` says that it was refused.
pub(crate) async fn quickbooks(
    ctx: &Ctx,
    connection: &Stored<Connection>,
    renew: bool,
) -> Result<QuickBooks, CredentialError> {
    // Another message may have renewed the tokens since the connection was read.
    let latest = ctx.tenant().get::<Connection>(connection.source).await?;
    let connection = latest.ok_or(Error::NotFound("connection"))?;
    let tokens: QuickBooksTokens = open(ctx, &connection.value).await?;
    let ends = tokens.access_until.checked_sub(MARGIN).unwrap_or(tokens.access_until);
    let access = if renew || ends <= ctx.app.clock.now() {
        refresh(ctx, &connection, tokens).await?
    } else {
        tokens.access
    };
    let url = ctx.app.upstreams.quickbooks_api_url.clone();
    Ok(QuickBooks::new(ctx.app.http.client()?, url, connection.account.clone(), access))
}

/// Renews the tokens and stores them before they are used: the old refresh token is void from now.
async fn refresh(
    ctx: &Ctx,
    connection: &Stored<Connection>,
    old: QuickBooksTokens,
) -> Result<Secret, CredentialError> {
    let app = oauth_app(ctx);
    let answer = oauth::refresh(&ctx.app.http.client()?, &app, &old.refresh).await;
    let tokens = match answer {
        Ok(tokens) => QuickBooksTokens::new(tokens, ctx.app.clock.now()),
        Err(error) if error.is_retryable() => return Err(CredentialError::Away),
        Err(SourceError::Unauthorized | SourceError::Refused { .. }) => {
            return Err(CredentialError::Refused);
        }
        Err(error) => return Err(Error::internal(error).into()),
    };
    let sealed_credentials = Some(seal(ctx, connection.source, &tokens).await?);
    let renewed = Connection { sealed_credentials, ..connection.value.clone() };
    let audit = ctx.audit("connection.renewed", connection.source.as_str(), Value::Null);
    let mut change = ctx.tenant().change(audit);
    change.update(connection, &renewed)?;
    match change.commit().await {
        Ok(()) => Ok(tokens.access),
        // Somebody renewed at the same moment; their tokens are the ones to use.
        Err(StoreError::Conflict(_)) => Err(CredentialError::Away),
        Err(error) => Err(error.into()),
    }
}

/// Who we are at Intuit.
pub(crate) fn oauth_app(ctx: &Ctx) -> oauth::App {
    let upstreams = &ctx.app.upstreams;
    oauth::App {
        authorize_url: upstreams.quickbooks_authorize_url.clone(),
        token_url: upstreams.quickbooks_token_url.clone(),
        client_id: upstreams.quickbooks_client_id.clone(),
        client_secret: upstreams.quickbooks_client_secret.clone(),
        redirect_url: format!("{}/api/integrations/quickbooks/callback", upstreams.public_url),
    }
}
