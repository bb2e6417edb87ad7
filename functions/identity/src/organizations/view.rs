//! What the API shows of organisations.

use clearmargin_app::organizations::Belonging;
use clearmargin_domain::identity::Organization;
use clearmargin_web::hours::{HolidayView, HoursView};
use serde::Serialize;

use crate::view::RoleName;

/// An organisation with its settings.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganizationView {
    /// Its id.
    #[schema(example = "org_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Its name.
    #[schema(example = "TechWave MSP")]
    name: String,
    /// Its domain.
    #[schema(example = "techwave.com")]
    domain: Option<String>,
    /// `trial` or `standard`.
    #[schema(example = "trial")]
    plan: &'static str,
    /// Where its days begin: a time zone of the IANA database.
    #[schema(example = "America/New_York")]
    time_zone: String,
    /// The currency of its books.
    #[schema(example = "USD")]
    currency: String,
    /// The month that its fiscal year begins with.
    #[schema(minimum = 1, maximum = 12, example = 1)]
    fiscal_year_start_month: i8,
    /// When it works; empty for round the clock.
    business_hours: Vec<HoursView>,
    /// Days on which it does not.
    holidays: Vec<HolidayView>,
    /// When it registered.
    #[schema(format = DateTime, example = "2026-01-01T09:00:00Z")]
    created_at: String,
    /// When everything of it will be removed; null unless it was deleted.
    #[schema(format = DateTime, example = json!(null))]
    purge_at: Option<String>,
}

impl OrganizationView {
    pub(crate) fn new(organization: &Organization) -> Self {
        Self {
            id: organization.id.to_string(),
            name: organization.name.as_str().to_owned(),
            domain: organization.domain.clone().map(String::from),
            plan: organization.plan.as_str(),
            time_zone: organization.time_zone.as_str().to_owned(),
            currency: organization.currency.to_string(),
            fiscal_year_start_month: organization.fiscal_year_start_month,
            business_hours: organization.business_hours.iter().map(HoursView::new).collect(),
            holidays: organization.holidays.iter().map(HolidayView::new).collect(),
            created_at: organization.created_at.to_string(),
            purge_at: organization.purge_at.map(|at| at.to_string()),
        }
    }
}

/// One of the caller's organisations.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BelongingView {
    /// Its id.
    #[schema(example = "org_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Its name.
    #[schema(example = "TechWave MSP")]
    name: String,
    /// What the caller is in it.
    #[schema(value_type = RoleName)]
    role: &'static str,
    /// Whether the caller's token is for it.
    current: bool,
}

impl BelongingView {
    pub(crate) fn new(belonging: &Belonging, current: bool) -> Self {
        Self {
            id: belonging.organization.id.to_string(),
            name: belonging.organization.name.as_str().to_owned(),
            role: belonging.role.as_str(),
            current,
        }
    }
}
