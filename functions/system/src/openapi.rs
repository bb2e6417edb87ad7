//! `GET /api/openapi.json`

use axum::{http::header::CONTENT_TYPE, response::IntoResponse};

/// The document of every area. `cargo xtask openapi` writes it; this function knows only its own.
const DOCUMENT: &str = include_str!("../../../openapi.json");

/// The document of this API: OpenAPI 3.1.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    tag = "System",
    security(()),
    responses((status = 200, description = "The document.", body = Object)),
)]
pub(crate) async fn get_openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT)
}
