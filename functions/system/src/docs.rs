//! `GET /api/docs`

use std::sync::LazyLock;

use axum::{
    http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    response::IntoResponse,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

const PAGE: &str = include_str!("docs/page.html");
const SCRIPT: &str = include_str!("docs/page.js");
const STYLE: &str = include_str!("docs/page.css");

/// The page with its script and style inside.
static WHOLE: LazyLock<String> =
    LazyLock::new(|| PAGE.replace("{{style}}", STYLE).replace("{{script}}", SCRIPT));

/// Nothing but this script and this style runs, and it talks to nobody but this API.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; base-uri 'none'; connect-src 'self'; form-action 'none'; \
         frame-ancestors 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'",
        hash(SCRIPT),
        hash(STYLE),
    )
});

/// A page to read this document and to try it.
#[utoipa::path(
    get,
    path = "/api/docs",
    tag = "System",
    security(()),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")),
)]
pub(crate) async fn get_docs() -> impl IntoResponse {
    let headers =
        [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, POLICY.as_str())];
    (headers, WHOLE.as_str())
}
