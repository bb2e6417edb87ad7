//! Who calls.

use std::net::IpAddr;

use axum::{
    extract::FromRequestParts,
    http::{header::USER_AGENT, request::Parts},
};
use clearmargin_app::{App, Ctx, Error, Visit};

use crate::{Problem, RequestId, State};

/// How much is kept of what a client calls itself.
const USER_AGENT_CHARACTERS: usize = 200;

/// Somebody whom the gate let in, as the context of a use case. A handler without it can reach no
/// tenant.
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

/// Where a request comes from, as the process that serves was told by its network: put into the
/// request's extensions before it gets here. Never what a header says, which anybody can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<State> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> Result<Self, Problem> {
        // Only an operation that says it is public, and asks for a caller all the same, gets here
        // without.
        let ctx = parts.extensions.get::<Ctx>().cloned();
        ctx.map(Self).ok_or_else(|| Error::internal("a public operation has no caller").into())
    }
}

impl FromRequestParts<State> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let RequestId(request_id) = RequestId::in_extensions(&parts.extensions);
        let address = parts.extensions.get().map(|ClientAddress(address)| *address);
        let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let user_agent = user_agent.map(|text| text.chars().take(USER_AGENT_CHARACTERS).collect());
        let visit = Visit { request_id, address, user_agent };
        Ok(Self { app: state.app.clone(), visit })
    }
}
