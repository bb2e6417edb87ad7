//! Who calls.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use clearmargin_app::{App, Ctx};
use clearmargin_domain::{access::Grant, audit::Actor};

use crate::{Problem, RequestId, State, idempotency};

/// A signed-in person, as the context of a use case. A handler without it can reach no tenant.
#[derive(Clone)]
pub struct Caller(pub Ctx);

/// Anybody: what handlers work with that need no sign-in.
#[derive(Clone)]
pub struct Visitor {
    /// What to work with.
    pub app: App,
    /// The request's id.
    pub request_id: String,
}

impl FromRequestParts<State> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or_else(Problem::no_token)?;
        let claims = state.tokens.verify(&state.app, token).await?;
        let RequestId(request_id) = RequestId::of(parts);
        Ok(Self(Ctx {
            actor: Actor::User(claims.sub),
            grant: Grant::Role(claims.role),
            idempotency: idempotency::of(parts, claims.sub)?,
            ..state.app.for_system(claims.org, &request_id)
        }))
    }
}

impl FromRequestParts<State> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let RequestId(request_id) = RequestId::of(parts);
        Ok(Self { app: state.app.clone(), request_id })
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
