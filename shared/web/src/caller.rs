//! Who calls.

use axum::{
    extract::FromRequestParts,
    http::{
        HeaderMap,
        header::{AUTHORIZATION, USER_AGENT},
        request::Parts,
    },
};
use clearmargin_app::{App, Ctx, Visit, identity};
use clearmargin_domain::{
    access::Grant,
    audit::Actor,
    id::{OrgId, SessionId},
};

use crate::{Problem, RequestId, State, answered::Whose, idempotency};

/// How much is kept of what a client calls itself.
const USER_AGENT_CHARACTERS: usize = 200;

/// A signed-in person, as the context of a use case. A handler without it can reach no tenant.
#[derive(Clone)]
pub struct Caller(pub Ctx);

/// Anybody: what handlers work with that need no sign-in.
#[derive(Clone)]
pub struct Visitor {
    /// What to work with.
    pub app: App,
    /// What is known of the request.
    pub visit: Visit,
}

impl FromRequestParts<State> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or_else(Problem::no_token)?;
        let identified = authenticate(state, token).await?;
        Whose::note(parts, identified.org);
        let RequestId(request_id) = RequestId::of(parts);
        Ok(Self(Ctx {
            idempotency: idempotency::of(parts, identified.actor)?,
            actor: identified.actor,
            session: identified.session,
            grant: identified.grant,
            ..state.app.for_system(identified.org, &request_id)
        }))
    }
}

/// Who a token says that somebody is, and what that somebody may do right now.
struct Identified {
    org: OrgId,
    actor: Actor,
    session: Option<SessionId>,
    grant: Grant,
}

/// Takes an access token or an API key.
async fn authenticate(state: &State, token: &str) -> Result<Identified, Problem> {
    if token.starts_with(identity::API_KEY) {
        let (org, actor, grant) = identity::machine(&state.app, token).await?;
        return Ok(Identified { org, actor, session: None, grant });
    }
    let claims = state.tokens.verify(&state.app, token).await?;
    let grant = identity::person(&state.app, &claims).await?;
    let (org, actor) = (claims.org, Actor::User(claims.sub));
    Ok(Identified { org, actor, session: Some(claims.sid), grant })
}

impl FromRequestParts<State> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let RequestId(request_id) = RequestId::of(parts);
        let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let user_agent = user_agent.map(|text| text.chars().take(USER_AGENT_CHARACTERS).collect());
        let visit = Visit { request_id, address: None, user_agent };
        Ok(Self { app: state.app.clone(), visit })
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
