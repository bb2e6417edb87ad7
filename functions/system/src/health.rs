//! `GET /api/health`

use clearmargin_web::Data;
use serde::Serialize;

/// How the service is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Health {
    /// `ok`; anything else is a problem document.
    #[schema(example = "ok")]
    status: &'static str,
    /// The version that answers.
    #[schema(example = "0.1.0")]
    version: &'static str,
}

/// Whether the service answers; asks nothing else.
#[utoipa::path(
    get,
    path = "/api/health",
    tag = "System",
    security(()),
    responses((status = 200, description = "It does.", body = Data<Health>)),
)]
pub(crate) async fn get_health() -> Data<Health> {
    Data::new(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}
