//! What a policy is to say.

use std::num::NonZeroU32;

use clearmargin_app::{Error, tickets::PolicyDetails};
use clearmargin_domain::{
    id::ClientId,
    identity::{Holiday, Name, TimeZoneName},
    sla::{AtRiskPercent, PriorityTarget, SlaHours, SlaTarget, SlaTargets, Window},
};
use clearmargin_web::{
    hours::{HolidayView, HoursView},
    schema,
};
use jiff::civil::Date;
use serde::Deserialize;

use crate::texts;

/// The most windows that a week has.
const WINDOWS: usize = 50;
/// The most holidays that a policy has.
const HOLIDAYS: usize = 200;
/// The most targets that a policy has.
const TARGETS: usize = 50;
/// The longest promise: a year.
const MINUTES: u32 = 366 * 24 * 60;

/// A service level policy as it is to be.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PolicyBody {
    /// What it is called.
    #[schema(schema_with = schema::name)]
    name: Name,
    /// Which client it is for, by the id of any of its records; null or absent for all that have
    /// none of their own.
    #[schema(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
    /// What it promises, each priority once.
    #[schema(min_items = 1, max_items = 50)]
    targets: Vec<TargetBody>,
    /// When its clocks run; in the organisation's hours unless given.
    #[serde(default)]
    hours: HoursName,
    /// The hours, if they are `weekly`; a window may end on the day after.
    #[serde(default)]
    #[schema(value_type = Vec<HoursView>, max_items = 50)]
    weekly_hours: Vec<Window>,
    /// The zone whose clocks hours and holidays are by; null or absent for the organisation's.
    #[schema(value_type = Option<String>, example = "America/New_York")]
    time_zone: Option<TimeZoneName>,
    /// Days on which its clocks do not run; null or absent for the organisation's holidays.
    #[schema(value_type = Option<Vec<HolidayView>>, max_items = 200)]
    holidays: Option<Vec<Holiday>>,
    /// How much of a target may be used up before a ticket is at risk.
    #[serde(default)]
    #[schema(value_type = u8, minimum = 1, maximum = 99, default = 75)]
    at_risk_percent: AtRiskPercent,
    /// The first day whose tickets it is for; when left out, today for a new policy and the day as
    /// it is for one that is there.
    #[schema(schema_with = schema::day_or_null, required = false)]
    effective_from: Option<Date>,
}

/// How soon a ticket is to be answered and resolved.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TargetBody {
    /// The organisation's own word for the priority, in any case; null for all others.
    #[schema(schema_with = texts::word)]
    priority: Option<clearmargin_domain::ticket::Word>,
    /// Business minutes until the first answer.
    #[schema(value_type = u32, minimum = 1, maximum = 527_040)]
    response_minutes: NonZeroU32,
    /// Business minutes until the resolution.
    #[schema(value_type = u32, minimum = 1, maximum = 527_040)]
    resolution_minutes: NonZeroU32,
}

/// When a policy's clocks run.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HoursName {
    /// In the organisation's business hours.
    #[default]
    Organization,
    /// At all hours, but for holidays.
    RoundTheClock,
    /// In hours of its own.
    Weekly,
}

impl PolicyBody {
    pub(super) fn details(self) -> Result<PolicyDetails, Error> {
        if self.weekly_hours.len() > WINDOWS {
            return Err(Error::invalid("weeklyHours", format!("expected at most {WINDOWS}")));
        }
        if self.holidays.as_ref().is_some_and(|days| days.len() > HOLIDAYS) {
            return Err(Error::invalid("holidays", format!("expected at most {HOLIDAYS}")));
        }
        let weekly = self.hours == HoursName::Weekly;
        if weekly == self.weekly_hours.is_empty() {
            return Err(Error::invalid(
                "weeklyHours",
                "goes with hours that are weekly, and only so",
            ));
        }
        let hours = match self.hours {
            HoursName::Organization => SlaHours::Organization,
            HoursName::RoundTheClock => SlaHours::RoundTheClock,
            HoursName::Weekly => SlaHours::Weekly { windows: self.weekly_hours },
        };
        Ok(PolicyDetails {
            name: self.name,
            client: self.client_id,
            targets: targets(self.targets)?,
            hours,
            time_zone: self.time_zone,
            holidays: self.holidays,
            at_risk: self.at_risk_percent,
            effective_from: self.effective_from,
        })
    }
}

fn targets(bodies: Vec<TargetBody>) -> Result<SlaTargets, Error> {
    if !(1..=TARGETS).contains(&bodies.len()) {
        return Err(Error::invalid("targets", format!("expected 1 to {TARGETS}")));
    }
    let (mut priorities, mut default) = (Vec::new(), None);
    for body in bodies {
        let longest = body.response_minutes.max(body.resolution_minutes);
        if longest.get() > MINUTES {
            return Err(Error::invalid("targets", "expected at most a year"));
        }
        let target = SlaTarget {
            response_minutes: body.response_minutes,
            resolution_minutes: body.resolution_minutes,
        };
        match body.priority {
            Some(word) => priorities.push(PriorityTarget { priority: word.into(), target }),
            None if default.is_none() => default = Some(target),
            None => return Err(Error::invalid("targets", "expected each priority once")),
        }
    }
    SlaTargets::new(priorities, default)
        .map_err(|error| Error::invalid("targets", error.to_string()))
}
