//! Who calls.

use std::net::IpAddr;

use axum::{extract::FromRequestParts, http::request::Parts};
use clearmargin_app::{App, Ctx, Error};

use crate::{Problem, RequestId, State};

/// Somebody whom the gate let in, as the context of a use case. A handler without it can reach no
/// tenant.
#[derive(Clone)]
pub struct Caller(pub Ctx);

/// Anybody: what handlers work with that need no sign-in.
#[derive(Clone)]
pub struct Visitor {
    /// What to work with.
    pub app: App,
    /// The request's id.
    pub request_id: String,
    /// Where the request comes from, if the process that serves can tell.
    pub address: Option<IpAddr>,
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
        Ok(Self { app: state.app.clone(), request_id, address })
    }
}
