//! `DELETE /api/services/{id}`

use clearmargin_app::services;
use clearmargin_domain::id::ServiceId;
use clearmargin_web::{Caller, Done, Path, Query, Result};
use serde::Deserialize;

/// Whether to do it in spite of what depends on it.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Force {
    /// Do it although lines in force depend on it.
    #[serde(default)]
    #[param(default = false, required = false)]
    pub(crate) force: bool,
}

/// Takes a service off sale; what was sold stays. Refused while lines of agreements in force sell
/// it, unless `force` is said.
#[utoipa::path(
    delete,
    path = "/api/services/{id}",
    tag = "Services",
    extensions(("x-action" = json!("services.write"))),
    params(("id" = String, Path, description = "The service's id."), Force),
    responses((status = 204, description = "It is no longer sold.")),
)]
pub(crate) async fn archive_service(
    Caller(ctx): Caller,
    Path(id): Path<ServiceId>,
    Query(Force { force }): Query<Force>,
) -> Result<Done> {
    services::archive(&ctx, id, force).await?;
    Ok(Done)
}
