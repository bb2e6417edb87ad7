//! `DELETE /api/organizations/{id}` and `POST /api/organizations/{id}/restore`

use clearmargin_app::organizations;
use clearmargin_domain::id::OrgId;
use clearmargin_web::{Accepted, Caller, Data, Path, Query, Result};
use serde::Deserialize;

use super::view::OrganizationView;

/// The confirmation.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Confirmation {
    /// The organisation's name, to the letter: nobody does this by mistake.
    #[param(max_length = 100, example = "TechWave MSP")]
    name: String,
}

/// Deletes the organisation: its data is written out now and removed in thirty days. Until then it
/// works on and can be restored.
#[utoipa::path(
    delete,
    path = "/api/organizations/{id}",
    tag = "Organizations",
    extensions(("x-action" = json!("organization.delete"))),
    params(("id" = String, Path, description = "The organisation's id."), Confirmation),
    responses(
        (status = 202, description = "`purgeAt` says when.", body = Data<OrganizationView>),
    ),
)]
pub(crate) async fn delete_organization(
    Caller(ctx): Caller,
    Path(id): Path<OrgId>,
    Query(confirmation): Query<Confirmation>,
) -> Result<Accepted<OrganizationView>> {
    let organization = organizations::delete(&ctx, id, &confirmation.name).await?;
    Ok(Accepted(OrganizationView::new(&organization)))
}

/// Keeps an organisation that was deleted less than thirty days ago.
#[utoipa::path(
    post,
    path = "/api/organizations/{id}/restore",
    tag = "Organizations",
    extensions(("x-action" = json!("organization.delete"))),
    params(("id" = String, Path, description = "The organisation's id.")),
    responses((status = 200, description = "The organisation.", body = Data<OrganizationView>)),
)]
pub(crate) async fn restore_organization(
    Caller(ctx): Caller,
    Path(id): Path<OrgId>,
) -> Result<Data<OrganizationView>> {
    let organization = organizations::restore(&ctx, id).await?;
    Ok(Data::new(OrganizationView::new(&organization)))
}
