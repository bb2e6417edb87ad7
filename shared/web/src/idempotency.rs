//! Requests that are safe to repeat: `Idempotency-Key`.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest as _, MatchedPath, Request},
    http::{HeaderName, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clearmargin_app::{FieldError, Idempotency};
use clearmargin_domain::audit::Actor;
use sha2::{Digest as _, Sha256};

use crate::Problem;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// A hash of what is asked.
#[derive(Clone)]
struct Fingerprint(String);

/// Hashes the body of a request that has a key, as it came, before anybody reads it.
pub(crate) async fn fingerprint(request: Request, next: Next) -> Response {
    if request.method().is_safe() || !request.headers().contains_key(HEADER) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let body = match Bytes::from_request(whole, &()).await {
        Ok(body) => body,
        Err(refused) => return Problem::of_status(refused.status()).into_response(),
    };
    // With the path: the same body for another resource is another question.
    let mut hash = Sha256::new();
    hash.update(parts.uri.to_string());
    hash.update([0]);
    hash.update(&body);
    parts.extensions.insert(Fingerprint(URL_SAFE_NO_PAD.encode(hash.finalize())));
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// What the caller said to make the request safe to repeat.
pub(crate) fn of(parts: &Parts, caller: Actor) -> Result<Option<Idempotency>, Problem> {
    let Some(Fingerprint(fingerprint)) = parts.extensions.get().cloned() else {
        return Ok(None);
    };
    let Some(key) = parts.headers.get(HEADER) else {
        return Ok(None);
    };
    let key = key.to_str().ok().filter(|key| is_key(key)).ok_or_else(refused)?;
    let route = parts.extensions.get().map_or("", MatchedPath::as_str);
    Ok(Some(Idempotency { key: format!("{} {route}|{caller}|{key}", parts.method), fingerprint }))
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
