//! `GET /api/health`

use clearmargin_app::Error;
use clearmargin_web::{Data, Result, Visitor};
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

/// Whether the service can do its work: reads from the table.
#[utoipa::path(
    get,
    path = "/api/health",
    tag = "System",
    security(()),
    responses((status = 200, description = "It can.", body = Data<Health>)),
)]
pub(crate) async fn get_health(visitor: Visitor) -> Result<Data<Health>> {
    visitor.app.store.ping().await.map_err(Error::from)?;
    Ok(Data::new(Health { status: "ok", version: env!("CARGO_PKG_VERSION") }))
}
