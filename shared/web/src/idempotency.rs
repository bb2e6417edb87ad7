//! Requests that are safe to repeat: `Idempotency-Key`.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest as _, MatchedPath, Request},
    http::{HeaderName, HeaderValue, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clearmargin_app::{Ctx, FieldError, Idempotency};
use clearmargin_domain::audit::Actor;
use sha2::{Digest as _, Sha256};

use crate::Problem;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Tells the use case what makes a request safe to repeat: its key, and a hash of what is asked,
/// taken from the body as it came, before anybody reads it. Whoever has no context has nothing to
/// remember it by.
pub(crate) async fn remember(request: Request, next: Next) -> Response {
    let keyed = !request.method().is_safe() && request.headers().contains_key(HEADER);
    if !keyed || request.extensions().get::<Ctx>().is_none() {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let body = match Bytes::from_request(whole, &()).await {
        Ok(body) => body,
        Err(refused) => return Problem::of_status(refused.status()).into_response(),
    };
    let asked = match key(&parts) {
        Ok(key) => Idempotency::new(key, fingerprint(&parts, &body)),
        Err(problem) => return problem.into_response(),
    };
    if let Some(ctx) = parts.extensions.get_mut::<Ctx>() {
        ctx.idempotency = Some(asked.clone());
    }
    let mut response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if asked.was_replayed() {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// With the path: the same body for another resource is another question.
fn fingerprint(parts: &Parts, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(parts.uri.to_string());
    hash.update([0]);
    hash.update(body);
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// The caller's key, which means something on this route and to this caller alone.
fn key(parts: &Parts) -> Result<String, Problem> {
    let key = parts.headers.get(HEADER).and_then(|key| key.to_str().ok());
    let key = key.filter(|key| is_key(key)).ok_or_else(refused)?;
    let route = parts.extensions.get().map_or("", MatchedPath::as_str);
    let caller = parts.extensions.get::<Ctx>().map_or(Actor::System, |ctx| ctx.actor);
    Ok(format!("{} {route}|{}|{key}", parts.method, caller))
}

fn is_key(key: &str) -> bool {
    (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

fn refused() -> Problem {
    Problem::invalid(vec![FieldError {
        path: "header.Idempotency-Key".to_owned(),
        code: "invalid",
        message: "expected 1 to 255 visible ASCII characters".to_owned(),
    }])
}
