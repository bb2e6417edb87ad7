//! What surrounds every request: its id, its log line, and what every answer carries.

use std::time::Instant;

use axum::{
    extract::{FromRequestParts, MatchedPath, Request, State as Shared},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::Response,
};
use tracing::Instrument as _;

use crate::{
    Answered, Problem, State,
    answered::{self, Whose},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// The id under which logs, audit rows and the answer know a request.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

impl<S: Send + Sync> FromRequestParts<S> for RequestId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self::in_extensions(&parts.extensions))
    }
}

impl RequestId {
    pub(crate) fn in_extensions(extensions: &Extensions) -> Self {
        // The edge gives every request its id.
        extensions.get().cloned().unwrap_or(Self(String::new()))
    }
}

/// The outermost layer.
pub(crate) async fn surround(
    Shared(state): Shared<State>,
    mut request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let id = given(request.headers(), &REQUEST_ID)
        .unwrap_or_else(|| format!("{:032x}", state.app.random()));
    let correlation = given(request.headers(), &CORRELATION_ID);
    request.extensions_mut().insert(RequestId(id.clone()));
    let whose = Whose::default();
    request.extensions_mut().insert(whose.clone());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    // The route, not the path: paths carry ids, queries anything.
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let span = tracing::info_span!(
        "request",
        request.id = id,
        correlation.id = correlation,
        http.method = %method,
        http.route = route,
    );
    let work = async {
        let (response, consumed) = clearmargin_store::counted(next.run(request)).await;
        let response = Problem::complete(response, &path, &id);
        let answered = Answered {
            at: state.app.clock.now(),
            method: answered::known(&method),
            route,
            status: response.status().as_u16(),
            latency: began.elapsed(),
            consumed,
            org: whose.get(),
            request_id: id.clone(),
            correlation_id: correlation.clone(),
        };
        (state.journal)(&answered);
        answered.count(&state.app, &state.ledger).await;
        response
    };
    let mut response = work.instrument(span).await;
    let headers = response.headers_mut();
    name(headers, REQUEST_ID, &id);
    if let Some(correlation) = correlation {
        name(headers, CORRELATION_ID, &correlation);
    }
    secure(headers, &method);
    response
}

/// An id that the caller gave, if it is one that may stand in logs.
fn given(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_.:".contains(char);
    let fits = (1..=128).contains(&text.len()) && text.chars().all(plain);
    fits.then(|| text.to_owned())
}

fn name(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Headers that keep browsers and caches from doing more than they should. A handler's own stay.
fn secure(headers: &mut HeaderMap, method: &Method) {
    // Whoever has an answer asks again before showing it; what a POST answers is not kept at all.
    let cache = if method.is_safe() { "private, no-cache" } else { "no-store" };
    for (name, value) in [
        (header::CACHE_CONTROL, cache),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}
