//! `GET /api/services/{id}`

use clearmargin_app::services;
use clearmargin_domain::id::ServiceId;
use clearmargin_web::{Caller, Data, Path, Result, Versioned};

use super::view::{Eyes, ServiceView};

/// A service or product of the catalogue.
#[utoipa::path(
    get,
    path = "/api/services/{id}",
    tag = "Services",
    extensions(("x-action" = json!("clients.read")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The service's id.")),
    responses((status = 200, description = "The service.", body = Data<ServiceView>)),
)]
pub(crate) async fn get_service(
    Caller(ctx): Caller,
    Path(id): Path<ServiceId>,
) -> Result<Versioned<ServiceView>> {
    let service = services::get(&ctx, id).await?;
    Ok(Versioned::new(service.version, Eyes::of(&ctx).await?.see(&service)))
}
