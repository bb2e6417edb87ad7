//! `GET /api/technicians`

use clearmargin_app::clients;
use clearmargin_domain::technician::Technician;
use clearmargin_web::{Caller, Data, Result};
use serde::Serialize;

/// A technician.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TechnicianView {
    /// The id that a cost rate names.
    #[schema(example = "tec_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// The technician's name.
    name: String,
    /// The role in the source system.
    role: Option<String>,
    /// The id in the source system.
    external_id: String,
}

impl From<Technician> for TechnicianView {
    fn from(technician: Technician) -> Self {
        Self {
            id: technician.id.to_string(),
            name: technician.name,
            role: technician.role,
            external_id: technician.origin.external_id,
        }
    }
}

/// Everybody whose time is read, by id: those that cost rates can be set for.
#[utoipa::path(
    get,
    path = "/api/technicians",
    tag = "Cost rates",
    extensions(("x-action" = json!("clients.read"))),
    responses((status = 200, description = "All of them.", body = Data<Vec<TechnicianView>>)),
)]
pub(crate) async fn list_technicians(Caller(ctx): Caller) -> Result<Data<Vec<TechnicianView>>> {
    let technicians = clients::technicians(&ctx).await?;
    Ok(Data::new(technicians.into_iter().map(TechnicianView::from).collect()))
}
