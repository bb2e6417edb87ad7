//! `PUT /api/services/{id}`

use clearmargin_app::services::{self, ServiceChange};
use clearmargin_domain::{id::ServiceId, identity::Name, service::Offering};
use clearmargin_web::{Caller, Data, IfMatch, Json, Path, Result, Versioned, schema};
use serde::Deserialize;

use super::view::{Eyes, ServiceView};

/// A catalogue entry as it is to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpdateService {
    /// Its name.
    #[schema(schema_with = schema::name)]
    name: Name,
    /// Work or product: of lines and documents that come in from now on.
    #[schema(schema_with = schema::offering)]
    offering: Offering,
    /// Whether it is still sold.
    active: bool,
}

/// Changes a service. Of one that comes from a source system, each field stays as it is set here
/// until the source itself changes it.
#[utoipa::path(
    put,
    path = "/api/services/{id}",
    tag = "Services",
    extensions(("x-action" = json!("services.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The service's id.")),
    request_body(content = UpdateService, example = json!({
        "name": "Managed workstation", "offering": "service", "active": true
    })),
    responses((status = 200, description = "The service.", body = Data<ServiceView>)),
)]
pub(crate) async fn update_service(
    Caller(ctx): Caller,
    Path(id): Path<ServiceId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<UpdateService>,
) -> Result<Versioned<ServiceView>> {
    let UpdateService { name, offering, active } = body;
    let service =
        services::update(&ctx, id, ServiceChange { name, offering, active }, &seen).await?;
    Ok(Versioned::new(service.version, Eyes::of(&ctx).await?.see(&service)))
}
