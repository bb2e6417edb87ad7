//! `PUT /api/organizations/{id}`

use clearmargin_app::organizations::{self, Settings};
use clearmargin_domain::{
    id::OrgId,
    identity::{BusinessHours, DomainName, Holiday, Name, TimeZoneName},
};
use clearmargin_web::{
    Caller, Data, IfMatch, Json, Path, Result, Versioned,
    hours::{HolidayView, HoursView},
    schema,
};
use serde::Deserialize;
use utoipa::openapi::Object;

use super::view::OrganizationView;

/// Settings as they are to be. The currency stays what the books are in.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpdateOrganization {
    /// Its name.
    #[schema(schema_with = schema::name)]
    name: Name,
    /// Its domain; null or absent for none.
    #[schema(schema_with = domain, required = false)]
    domain: Option<DomainName>,
    /// Where its days begin.
    #[schema(value_type = String, example = "America/New_York")]
    time_zone: TimeZoneName,
    /// The month that its fiscal year begins with.
    #[schema(minimum = 1, maximum = 12)]
    fiscal_year_start_month: i8,
    /// When it works; empty for round the clock.
    #[serde(default)]
    #[schema(value_type = Vec<HoursView>, max_items = 50)]
    business_hours: Vec<BusinessHours>,
    /// Days on which it does not.
    #[serde(default)]
    #[schema(value_type = Vec<HolidayView>, max_items = 200)]
    holidays: Vec<Holiday>,
}

fn domain() -> Object {
    schema::or_null(schema::domain())
}

/// Changes the organisation's settings.
#[utoipa::path(
    put,
    path = "/api/organizations/{id}",
    tag = "Organizations",
    extensions(("x-action" = json!("organization.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The organisation's id.")),
    request_body(content = UpdateOrganization, example = json!({
        "name": "TechWave MSP", "domain": "techwave.com", "timeZone": "America/New_York",
        "fiscalYearStartMonth": 7,
        "businessHours": [{"day": "monday", "from": "08:30", "to": "17:00"}],
        "holidays": [{"date": "2026-12-25", "name": "Christmas Day"}]
    })),
    responses((status = 200, description = "The organisation.", body = Data<OrganizationView>)),
)]
pub(crate) async fn update_organization(
    Caller(ctx): Caller,
    Path(id): Path<OrgId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<UpdateOrganization>,
) -> Result<Versioned<OrganizationView>> {
    let settings = Settings {
        name: body.name,
        domain: body.domain,
        time_zone: body.time_zone,
        fiscal_year_start_month: body.fiscal_year_start_month,
        business_hours: body.business_hours,
        holidays: body.holidays,
    };
    let organization = organizations::update(&ctx, id, settings, &seen).await?;
    Ok(Versioned::new(organization.version, OrganizationView::new(&organization)))
}
