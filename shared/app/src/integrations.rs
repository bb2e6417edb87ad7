//! Connecting source systems and seeing how reading them goes.

use clearmargin_connectors::{
    Error as SourceError, SuperOps, SuperOpsCredentials,
    oauth::{self, Tokens},
};
use clearmargin_domain::{
    access::Action,
    audit::Actor,
    id::SyncRunId,
    integration::{Connection, ConnectionStatus, SyncRun},
    secret::Secret,
    source::Source,
};
pub use clearmargin_store::RunFailure;
use clearmargin_store::{Consent, List, Listing};
use jiff::SignedDuration;
use serde::Serialize;
use serde_json::json;

use crate::{
    App, Ctx, Error,
    credentials::{self, CredentialError, QuickBooksTokens},
    matching,
    tries::Tries,
};

/// How long a person has to consent.
const CONSENT: SignedDuration = SignedDuration::from_mins(15);

/// How often ending a connection is tried again that meets a renewal of its tokens.
const TRIES: usize = 8;

/// How a connection stands.
#[derive(Debug)]
pub struct Status {
    /// The connection.
    pub connection: Connection,
    /// The latest run.
    pub run: Option<SyncRun>,
    /// Matches of clients that wait for a decision.
    pub matches_waiting: usize,
}

/// Connects SuperOps with an API token, after trying it.
pub async fn connect_superops(
    ctx: &Ctx,
    subdomain: String,
    token: Secret,
) -> Result<Connection, Error> {
    ctx.require(Action::IntegrationsConnect)?;
    if let Some(connection) = ctx.replay().await? {
        return Ok(connection);
    }
    let plausible = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '.';
    if subdomain.is_empty() || subdomain.len() > 100 || !subdomain.chars().all(plausible) {
        return Err(Error::invalid("subdomain", "expected the sub-domain of the SuperOps account"));
    }
    let printable = token.expose().bytes().all(|byte| byte.is_ascii_graphic());
    if token.expose().is_empty() || token.expose().len() > 4_096 || !printable {
        return Err(Error::invalid("apiToken", "expected an API token"));
    }
    let account = SuperOpsCredentials { subdomain: subdomain.clone(), token: token.clone() };
    let url = ctx.app.upstreams.superops_url.clone();
    let source = SuperOps::new(ctx.app.http.client()?, url, account);
    source.check().await.map_err(|error| match error {
        SourceError::Unauthorized => Error::invalid("apiToken", "SuperOps refuses the token"),
        error if error.is_retryable() => Error::Unavailable("SuperOps"),
        _ => Error::invalid("subdomain", "SuperOps refuses the account"),
    })?;
    save(ctx, Source::SuperOps, subdomain, &token).await
}

/// Begins connecting QuickBooks: the address where a person consents.
pub async fn begin_quickbooks(ctx: &Ctx) -> Result<String, Error> {
    ctx.require(Action::IntegrationsConnect)?;
    let Actor::User(user) = ctx.actor else {
        return Err(Error::Forbidden);
    };
    let state: String = ctx.app.entropy.bytes().iter().map(|byte| hex(*byte)).collect();
    let until = ctx.now.checked_add(CONSENT).map_err(Error::internal)?;
    let consent = Consent { org: ctx.org, user, until };
    let audit = ctx.audit("connection.begun", Source::QuickBooks.as_str(), serde_json::Value::Null);
    let mut change = ctx.tenant().change(audit);
    change.expect_consent(&state, &consent)?;
    change.commit().await?;
    Ok(oauth::authorize_url(&credentials::oauth_app(ctx), &state))
}

fn hex(byte: u8) -> String {
    format!("{byte:02x}")
}

/// Completes connecting QuickBooks when the person comes back from consenting. Who it is follows
/// from the state alone: it is unguessable, known to nobody else, and good for once.
pub async fn complete_quickbooks(
    app: &App,
    request_id: &str,
    state: &str,
    code: &str,
    realm: &str,
) -> Result<Connection, Error> {
    let unknown = || Error::invalid("query.state", "unknown or expired; connect again");
    let consent = app.store.directory().take_consent(state).await?.ok_or_else(unknown)?;
    if consent.until < app.clock.now() {
        return Err(unknown());
    }
    if realm.is_empty() || realm.len() > 40 || !realm.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::invalid("query.realmId", "expected the id of a QuickBooks company"));
    }
    let mut ctx = app.for_system(consent.org, request_id);
    ctx.actor = Actor::User(consent.user);
    let answer =
        oauth::exchange_code(&app.http.client()?, &credentials::oauth_app(&ctx), code).await;
    let tokens: Tokens = answer.map_err(|error| {
        if error.is_retryable() {
            Error::Unavailable("QuickBooks")
        } else {
            Error::invalid("query.code", "QuickBooks refuses the code; connect again")
        }
    })?;
    let tokens = QuickBooksTokens::new(tokens, app.clock.now());
    save(&ctx, Source::QuickBooks, realm.to_owned(), &tokens).await
}

/// Stores a connection; one to another account of the same system is refused, since what was read
/// from the first would be taken for the second's.
async fn save<T: Serialize>(
    ctx: &Ctx,
    source: Source,
    account: String,
    secret: &T,
) -> Result<Connection, Error> {
    let sealed_credentials = credentials::seal(ctx, source, secret).await?;
    let old = ctx.tenant().get::<Connection>(source).await?;
    if old.as_ref().is_some_and(|old| old.account != account) {
        let message = format!("another {source} account is connected");
        return Err(Error::conflict("other_account", message));
    }
    let connection = Connection {
        source,
        account,
        status: ConnectionStatus::Connected,
        sealed_credentials: Some(sealed_credentials),
        connected_at: ctx.now,
        last_run: old.as_ref().and_then(|old| old.last_run),
        synced_to: old.as_ref().and_then(|old| old.synced_to),
        compared_to: old.as_ref().and_then(|old| old.compared_to),
    };
    let audit = ctx.audit("connection.made", source.as_str(), json!({"source": source}));
    let mut change = ctx.tenant().change(audit);
    change.set(old.as_ref(), &connection)?;
    ctx.commit(change, connection).await
}

/// Ends a connection: its credentials are revoked at the source where that lets us, and deleted here. What was read
/// stays, and a run that goes on comes to its end. One that is ended already stays so. While the source is away nothing
/// is changed: credentials that are deleted here could not be revoked any more.
pub async fn disconnect(ctx: &Ctx, source: Source) -> Result<Connection, Error> {
    ctx.require(Action::IntegrationsConnect)?;
    if let Some(connection) = ctx.replay().await? {
        return Ok(connection);
    }
    let mut tries = Tries::most(TRIES);
    loop {
        match disconnect_once(ctx, source).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn disconnect_once(ctx: &Ctx, source: Source) -> Result<Connection, Error> {
    let stored = ctx.tenant().get::<Connection>(source).await?;
    let stored = stored.ok_or(Error::NotFound("connection"))?;
    if stored.status == ConnectionStatus::Disconnected {
        return Ok(stored.value);
    }
    match credentials::revoke(ctx, &stored).await {
        Ok(()) => {}
        // What the source refuses anyway is ended.
        Err(CredentialError::Refused) if stored.status == ConnectionStatus::NeedsReconnect => {}
        Err(CredentialError::Own(error)) => return Err(error),
        Err(_) => return Err(Error::Unavailable(source.as_str())),
    }
    let ended = stored.disconnected();
    let audit = ctx.audit("connection.ended", source.as_str(), json!({"source": source}));
    let mut change = ctx.tenant().change(audit);
    change.update(&stored, &ended)?;
    ctx.commit(change, ended).await
}

/// How a connection and its latest run stand.
pub async fn status(ctx: &Ctx, source: Source) -> Result<Status, Error> {
    ctx.require(Action::IntegrationsRead)?;
    let found = || async { ctx.tenant().get::<Connection>(source).await };
    let run = match found().await?.and_then(|connection| connection.last_run) {
        Some(id) => ctx.tenant().get::<SyncRun>(id).await?.map(|run| run.value),
        None => None,
    };
    // A run's end changes both at once: read after the run, the connection knows of it.
    let connection = found().await?.ok_or(Error::NotFound("connection"))?.value;
    Ok(Status { connection, run, matches_waiting: matching::waiting(ctx).await? })
}

/// One run.
pub async fn run(ctx: &Ctx, source: Source, id: SyncRunId) -> Result<SyncRun, Error> {
    ctx.require(Action::IntegrationsRead)?;
    let run = ctx.tenant().get::<SyncRun>(id).await?.filter(|run| run.source == source);
    Ok(run.ok_or(Error::NotFound("sync run"))?.value)
}

/// The rows that a run refused, with the reasons.
pub async fn failures(
    ctx: &Ctx,
    source: Source,
    id: SyncRunId,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<RunFailure>, Error> {
    let run = run(ctx, source, id).await?;
    let scope = format!("failures|{}", run.id);
    Ok(ctx.tenant().list(List::Failures(run.id), limit, &scope, cursor).await?)
}
