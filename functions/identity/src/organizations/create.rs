//! `POST /api/organizations`

use clearmargin_app::organizations;
use clearmargin_domain::{
    identity::{Name, TimeZoneName},
    money::Currency,
};
use clearmargin_web::{Caller, Created, Data, Json, Result, schema};
use serde::Deserialize;

use super::view::OrganizationView;

/// Another organisation.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateOrganization {
    /// Its name.
    #[schema(schema_with = schema::name)]
    name: Name,
    /// The currency of its books.
    #[schema(schema_with = schema::currency)]
    currency: Currency,
    /// Where its days begin.
    #[serde(default)]
    #[schema(value_type = String, default = "UTC", example = "America/New_York")]
    time_zone: TimeZoneName,
}

/// Creates another organisation, which the caller owns. To work in it, switch to it.
#[utoipa::path(
    post,
    path = "/api/organizations",
    tag = "Organizations",
    extensions(("x-action" = json!("account.manage"))),
    request_body(content = CreateOrganization, example = json!({
        "name": "TechWave Canada", "currency": "CAD", "timeZone": "America/Toronto"
    })),
    responses((status = 201, description = "The organisation.", body = Data<OrganizationView>)),
)]
pub(crate) async fn create_organization(
    Caller(ctx): Caller,
    Json(body): Json<CreateOrganization>,
) -> Result<Created<OrganizationView>> {
    let CreateOrganization { name, currency, time_zone } = body;
    let organization = organizations::create(&ctx, name, currency, time_zone).await?;
    Ok(Created(OrganizationView::new(&organization)))
}
