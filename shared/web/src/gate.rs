//! The gate before every operation that is not public: who calls, whether they may, and whether
//! not too often. All of it before the body is read, so that whoever may not costs nothing.
//!
//! An operation says in its document which action it is: `extensions(("x-action" =
//! json!("clients.read")))`; `security(())` makes it public. One that says neither lets nobody in.

use axum::{
    extract::{Request, State as Shared},
    http::{Extensions, HeaderMap, header::AUTHORIZATION},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use clearmargin_app::{Ctx, Error, identity};
use clearmargin_domain::{
    access::{Action, Grant},
    audit::Actor,
    id::{OrgId, SessionId},
};
use serde_json::Value;
use utoipa::openapi::path::Operation;

use crate::{Problem, RequestId, State, operations::Operations};

/// The member of an operation's document that names its action.
pub(crate) const ACTION: &str = "x-action";

/// Whom an operation lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entrance {
    /// Anybody.
    Public,
    /// Who may do that.
    For(Action),
    /// Nobody: its document does not say.
    Closed,
}

/// Whom an operation's document lets in.
pub(crate) fn entrance(operation: &Operation) -> Entrance {
    if operation.security.is_some() {
        return Entrance::Public;
    }
    action(operation).map_or(Entrance::Closed, Entrance::For)
}

/// The action that an operation's document names.
pub(crate) fn action(operation: &Operation) -> Option<Action> {
    let action = operation.extensions.as_ref()?.get(ACTION).and_then(Value::as_str)?;
    action.parse().ok()
}

/// What the gate needs.
#[derive(Clone)]
pub(crate) struct Gate {
    state: State,
    entrances: Operations<Entrance>,
}

impl Gate {
    pub(crate) fn new(state: State, entrances: Operations<Entrance>) -> Self {
        Self { state, entrances }
    }
}

/// Lets a request pass, with the [`Ctx`] of its caller, or refuses it.
pub(crate) async fn guard(
    Shared(gate): Shared<Gate>,
    mut request: Request,
    next: Next,
) -> Response {
    let action = match gate.entrances.get(&request) {
        // What is not there says so itself.
        None | Some(Entrance::Public) => return next.run(request).await,
        Some(Entrance::For(action)) => Some(*action),
        Some(Entrance::Closed) => None,
    };
    let ctx = match enter(&gate.state, request.headers(), request.extensions()).await {
        Ok(ctx) => ctx,
        Err(problem) => return problem.into_response(),
    };
    let allowance = match gate.state.limits.admit(&ctx).await {
        Ok(allowance) => allowance,
        Err((problem, allowance)) => return allowance.on(problem.into_response()),
    };
    if !action.is_some_and(|action| ctx.may(action)) {
        return allowance.on(Problem::from(Error::Forbidden).into_response());
    }
    request.extensions_mut().insert(ctx);
    allowance.on(next.run(request).await)
}

/// The context of whoever sent the request.
async fn enter(
    state: &State,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<Ctx, Problem> {
    let token = bearer(headers).ok_or_else(Problem::no_token)?;
    let Identity { org, actor, session, grant } = authenticate(state, token).await?;
    let RequestId(request_id) = RequestId::in_extensions(extensions);
    Ok(Ctx { actor, session, grant, ..state.app.for_system(org, &request_id) })
}

/// Who holds a credential, and what it is good for.
struct Identity {
    org: OrgId,
    actor: Actor,
    session: Option<SessionId>,
    grant: Grant,
}

/// Turns a credential into somebody. Every credential there is is known here, and nowhere else.
async fn authenticate(state: &State, token: &str) -> Result<Identity, Problem> {
    if token.starts_with(identity::API_KEY) {
        let (org, actor, grant) = identity::machine(&state.app, token).await?;
        return Ok(Identity { org, actor, session: None, grant });
    }
    let claims = state.tokens.verify(&state.app, token).await?;
    let grant = identity::person(&state.app, &claims).await?;
    let (org, actor) = (claims.org, Actor::User(claims.sub));
    Ok(Identity { org, actor, session: Some(claims.sid), grant })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
