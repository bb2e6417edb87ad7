//! Conditional GET: an answer that the caller has already is not sent again.

use axum::{
    body::{self, Body},
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clearmargin_app::Error;
use sha2::{Digest as _, Sha256};

use crate::{Problem, versions::Version};

/// Names every JSON answer to a GET, and every one that shows a version, by a hash of its bytes;
/// answers 304 to who has it.
pub(crate) async fn answer(request: Request, next: Next) -> Response {
    let asked = request.headers().get(IF_NONE_MATCH).cloned();
    // Not a HEAD: its body, whose hash is wanted, is gone already.
    let reads = request.method() == Method::GET;
    let response = next.run(request).await;
    let version = response.extensions().get().map(|Version(version)| *version);
    let tagged = reads || version.is_some();
    if !tagged || response.status() != StatusCode::OK || !is_json(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = match body::to_bytes(body, usize::MAX).await {
        Ok(bytes) => bytes,
        Err(error) => return Problem::from(Error::internal(error)).into_response(),
    };
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(&bytes));
    // The hash beside the version: it may be shown in another way than before.
    let tag = version.map_or(format!("\"{hash}\""), |version| format!("\"v{version}-{hash}\""));
    let known = reads && asked.is_some_and(|asked| names(&asked, &tag));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        parts.headers.insert(ETAG, tag);
    }
    if known {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(CONTENT_LENGTH);
        parts.headers.remove(CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json")
}

/// Whether `If-None-Match` names the tag. A proxy that compresses may have weakened it.
fn names(asked: &HeaderValue, tag: &str) -> bool {
    let mut tags = asked.to_str().unwrap_or_default().split(',').map(str::trim);
    tags.any(|asked| asked == "*" || asked.strip_prefix("W/").unwrap_or(asked) == tag)
}
