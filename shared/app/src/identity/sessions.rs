//! Sessions: begun by signing in, kept alive by refresh tokens that count once, ended by signing
//! out.

use clearmargin_domain::{
    access::Action,
    id::{OrgId, SessionId, UserId},
    identity::{Account, Refresh, Session, TokenSecret, User},
    secret::Secret,
};
use clearmargin_store::{Conflict, StoreError, Stored};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{account, account_of, handed::RefreshToken, user_id};
use crate::{
    App, Ctx, Error, Visit,
    keys::{self, Bearer, LIFETIME_SECONDS},
};

/// How many sessions one change ends.
const BATCH: usize = 50;

/// Somebody who has just signed in, or stays so.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who.
    pub user: User,
    /// In which organisation.
    pub org: OrgId,
    /// What proves it.
    pub access_token: Secret,
    /// What gets the next such proof, once.
    pub refresh_token: Secret,
    /// For how many seconds the access token is good.
    pub expires_in: i64,
}

/// A session, as its owner sees it.
#[derive(Debug, Clone)]
pub struct SessionInfo {
    /// The session.
    pub session: Session,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// A new session of a person, to be stored.
pub(crate) fn begin(app: &App, user: &User, user_agent: Option<&str>) -> (Session, TokenSecret) {
    let now = app.clock.now();
    let secret = TokenSecret::new(app.entropy.bytes());
    let session = Session {
        id: SessionId::new(now, app.random()),
        user: user.id,
        hash: secret.hash(),
        previous: None,
        created_at: now,
        refreshed_at: now,
        user_agent: user_agent.map(str::to_owned),
    };
    (session, secret)
}

/// The tokens of a session.
pub(crate) async fn signed(
    app: &App,
    org: OrgId,
    user: User,
    session: SessionId,
    secret: TokenSecret,
) -> Result<Signed, Error> {
    let bearer = Bearer { user: user.id, org, role: user.role, session };
    let access_token = keys::sign(app, bearer).await?;
    let refresh_token = RefreshToken { org, user: user.id, session, secret }.text();
    Ok(Signed { user, org, access_token, refresh_token, expires_in: LIFETIME_SECONDS })
}

/// Exchanges a refresh token for new tokens. Each counts once: one that comes again ends the
/// session, unless it came while its exchange was not answered yet; then it gets nothing.
pub async fn refresh(app: &App, visit: &Visit, token: &str) -> Result<Signed, Error> {
    let arrived = app.clock.now();
    let token = RefreshToken::read(token).ok_or(Error::BadRefreshToken)?;
    let ctx = app.for_visitor(token.org, token.user, visit);
    let session = ctx.tenant().get::<Session>((token.user, token.session)).await?;
    let session = session.ok_or(Error::BadRefreshToken)?;
    match session.judge(&token.secret, arrived) {
        Refresh::Current => {}
        Refresh::Race => return Err(raced()),
        Refresh::Expired => return Err(Error::BadRefreshToken),
        Refresh::Reuse => {
            end(&ctx, session, "session.reused").await?;
            return Err(Error::BadRefreshToken);
        }
    }
    let Some(user) = still_there(&ctx, &session).await? else {
        end(&ctx, session, "session.ended").await?;
        return Err(Error::BadRefreshToken);
    };
    rotate(&ctx, user, session).await
}

async fn rotate(ctx: &Ctx, user: User, session: Stored<Session>) -> Result<Signed, Error> {
    let secret = TokenSecret::new(ctx.app.entropy.bytes());
    let now = ctx.app.clock.now();
    let next = session.rotated(&secret, now);
    let mut change = ctx.tenant().change(ctx.audit("session.refreshed", session.id, Value::Null));
    change.update(&session, &next)?;
    match change.commit().await {
        Ok(()) => {}
        // The same token arrived twice and the other one was faster.
        Err(StoreError::Conflict(Conflict::Version) | StoreError::Busy) => return Err(raced()),
        Err(error) => return Err(error.into()),
    }
    let signed = signed(&ctx.app, ctx.org, user, session.id, secret).await?;
    hold(&ctx.app, now).await;
    Ok(signed)
}

/// Holds the answer back for as long as a race cannot be told from reuse (see [`Session::HOLD`]).
async fn hold(app: &App, since: Timestamp) {
    let left = Session::HOLD - app.clock.now().duration_since(since);
    if let Ok(left) = left.try_into() {
        tokio::time::sleep(left).await;
    }
}

fn raced() -> Error {
    Error::conflict("refreshed_meanwhile", "this token is being exchanged by another request")
}

/// The session's owner, if still active and no password was set since the session began.
async fn still_there(ctx: &Ctx, session: &Session) -> Result<Option<User>, Error> {
    let user = ctx.tenant().get::<User>(session.user).await?.filter(|user| user.active);
    let account = account(&ctx.app, session.user).await?;
    let counts = |account: Stored<Account>| {
        account.sessions_from.is_none_or(|from| session.created_at >= from)
    };
    Ok(user.filter(|_| account.is_some_and(counts)).map(|user| user.value))
}

/// Ends the session that asks.
pub async fn sign_out(ctx: &Ctx) -> Result<(), Error> {
    ctx.require(Action::AccountManage)?;
    let id = ctx.session.ok_or(Error::Unauthenticated)?;
    match end_session(ctx, id).await {
        // It ended elsewhere within the last half minute.
        Err(Error::NotFound(_)) => Err(Error::Unauthenticated),
        outcome => outcome,
    }
}

/// Ends one of the caller's sessions.
pub async fn end_session(ctx: &Ctx, id: SessionId) -> Result<(), Error> {
    ctx.require(Action::AccountManage)?;
    let session = ctx.tenant().get::<Session>((user_id(ctx)?, id)).await?;
    end(ctx, session.ok_or(Error::NotFound("session"))?, "session.ended").await
}

async fn end(ctx: &Ctx, session: Stored<Session>, action: &str) -> Result<(), Error> {
    let mut change = ctx.tenant().change(ctx.audit(action, session.id, Value::Null));
    change.delete(&session)?;
    match change.commit().await {
        // Somebody else ended or used it; whoever used it is told by the next refresh.
        Err(StoreError::Conflict(_)) if action == "session.ended" => {
            Err(Error::conflict("changed_meanwhile", "the session was just used; try again"))
        }
        outcome => Ok(outcome?),
    }
}

/// Ends every session of the caller, in every organisation.
pub async fn end_all(ctx: &Ctx) -> Result<(), Error> {
    let account = account_of(ctx).await?;
    let mut change = ctx.tenant().change(ctx.audit("sessions.ended", account.id, Value::Null));
    let after = Account { sessions_from: Some(ctx.now), ..account.value.clone() };
    change.update_account(&account, &after)?;
    change.commit().await?;
    end_everywhere(&ctx.app, &account, &ctx.request_id, None).await
}

/// Removes an account's sessions, but the one to keep. The account says already that they do not
/// count: this makes access tokens stop within the minute as well.
pub(crate) async fn end_everywhere(
    app: &App,
    account: &Account,
    request_id: &str,
    keep: Option<SessionId>,
) -> Result<(), Error> {
    for org in &account.organizations {
        let ctx = app.for_system(*org, request_id);
        end_sessions(&ctx, account.id, keep).await?;
    }
    Ok(())
}

/// Removes a person's sessions in this organisation, but the one to keep.
pub(crate) async fn end_sessions(
    ctx: &Ctx,
    user: UserId,
    keep: Option<SessionId>,
) -> Result<(), Error> {
    // A consequence of a change that has its own row in the audit trail.
    let ctx = &ctx.app.for_system(ctx.org, &ctx.request_id);
    let mut sessions = ctx.tenant().sessions(user).await?;
    sessions.retain(|session| Some(session.id) != keep);
    for batch in sessions.chunks(BATCH) {
        let detail = json!({"count": batch.len()});
        let mut change = ctx.tenant().change(ctx.audit("sessions.removed", user, detail));
        for session in batch {
            change.delete(session)?;
        }
        match change.commit().await {
            // One was used just now: it is refused at its next refresh.
            Ok(()) | Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The caller's sessions in this organisation, the one used last first.
pub async fn list_sessions(ctx: &Ctx) -> Result<Vec<SessionInfo>, Error> {
    ctx.require(Action::AccountManage)?;
    let mut sessions = ctx.tenant().sessions(user_id(ctx)?).await?;
    sessions.retain(|session| session.expires_at() > ctx.now);
    sessions.sort_by_key(|session| std::cmp::Reverse(session.refreshed_at));
    let info = |session: Stored<Session>| {
        let current = ctx.session == Some(session.id);
        SessionInfo { session: session.value, current }
    };
    Ok(sessions.into_iter().map(info).collect())
}

/// Signs the caller in to another of the own organisations: a token is for one.
pub async fn switch(ctx: &Ctx, org: OrgId) -> Result<Signed, Error> {
    let account = account_of(ctx).await?;
    let belongs = account.organizations.contains(&org);
    let user = ctx.app.store.tenant(org).get::<User>(account.id).await?;
    let user = user.filter(|user| belongs && user.active);
    let user = user.ok_or(Error::NotFound("organization"))?.value;
    let here = match ctx.session {
        Some(id) => ctx.tenant().get_lately::<Session>((user.id, id)).await?,
        None => None,
    };
    let user_agent = here.and_then(|session| session.value.user_agent);
    let there = Ctx { org, ..ctx.clone() };
    let (session, secret) = begin(&ctx.app, &user, user_agent.as_deref());
    let detail = json!({"from": ctx.org});
    let mut change = there.tenant().change(there.audit("session.began", session.id, detail));
    change.insert(&session)?;
    change.commit().await?;
    signed(&ctx.app, org, user, session.id, secret).await
}
