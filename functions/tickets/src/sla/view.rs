//! What the API shows of policies.

use clearmargin_domain::sla::{SlaHours, SlaPolicy, SlaTarget};
use clearmargin_web::hours::{HolidayView, HoursView};
use serde::Serialize;

/// A service level policy.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyView {
    /// Its id.
    #[schema(example = "slp_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// What it is called.
    #[schema(example = "Gold")]
    name: String,
    /// Which client it is for; null for all that have none of their own.
    client_id: Option<String>,
    /// What it promises.
    targets: Vec<TargetView>,
    /// When its clocks run: `organization`, `round_the_clock` or `weekly`.
    #[schema(example = "organization")]
    hours: &'static str,
    /// The hours, if they are `weekly`.
    weekly_hours: Vec<HoursView>,
    /// The zone whose clocks hours and holidays are by; null for the organisation's.
    time_zone: Option<String>,
    /// Days on which its clocks do not run; null for the organisation's holidays.
    holidays: Option<Vec<HolidayView>>,
    /// How much of a target may be used up before a ticket is at risk.
    at_risk_percent: u8,
    /// The first day whose tickets it is for.
    #[schema(example = "2026-01-01")]
    effective_from: String,
}

/// How soon a ticket is to be answered and resolved.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct TargetView {
    /// The priority; null for all others.
    priority: Option<String>,
    /// Business minutes until the first answer.
    response_minutes: u32,
    /// Business minutes until the resolution.
    resolution_minutes: u32,
}

impl TargetView {
    fn new(priority: Option<&str>, target: SlaTarget) -> Self {
        Self {
            priority: priority.map(str::to_owned),
            response_minutes: target.response_minutes.get(),
            resolution_minutes: target.resolution_minutes.get(),
        }
    }
}

impl PolicyView {
    pub(super) fn new(policy: &SlaPolicy) -> Self {
        let (hours, windows) = match &policy.hours {
            SlaHours::Organization => ("organization", &[][..]),
            SlaHours::RoundTheClock => ("round_the_clock", &[][..]),
            SlaHours::Weekly { windows } => ("weekly", windows.as_slice()),
        };
        let own = policy.targets.priorities().iter();
        let own = own.map(|own| TargetView::new(Some(&own.priority), own.target));
        let others = policy.targets.default_target().map(|target| TargetView::new(None, target));
        let holidays = policy.holidays.as_ref();
        Self {
            id: policy.id.to_string(),
            name: policy.name.as_str().to_owned(),
            client_id: policy.client.map(|id| id.to_string()),
            targets: own.chain(others).collect(),
            hours,
            weekly_hours: windows.iter().map(HoursView::new).collect(),
            time_zone: policy.time_zone.as_ref().map(|zone| zone.as_str().to_owned()),
            holidays: holidays.map(|days| days.iter().map(HolidayView::new).collect()),
            at_risk_percent: policy.at_risk.percent(),
            effective_from: policy.effective_from.to_string(),
        }
    }
}
