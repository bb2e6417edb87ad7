//! `GET /api/organizations/{id}`

use clearmargin_app::organizations;
use clearmargin_domain::id::OrgId;
use clearmargin_web::{Caller, Data, Path, Result};

use super::view::OrganizationView;

/// The organisation that the caller's token is for.
#[utoipa::path(
    get,
    path = "/api/organizations/{id}",
    tag = "Organizations",
    extensions(("x-action" = json!("organization.read"))),
    params(("id" = String, Path, description = "The organisation's id.")),
    responses((status = 200, description = "The organisation.", body = Data<OrganizationView>)),
)]
pub(crate) async fn get_organization(
    Caller(ctx): Caller,
    Path(id): Path<OrgId>,
) -> Result<Data<OrganizationView>> {
    let organization = organizations::get(&ctx, id).await?;
    Ok(Data::new(OrganizationView::new(&organization)))
}
