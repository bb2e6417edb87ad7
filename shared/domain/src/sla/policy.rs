//! What is promised, to whom, and by which hours.

use std::{collections::BTreeSet, num::NonZeroU32};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Calendar, InvalidSla, Window};
use crate::{
    id::{ClientId, SlaPolicyId},
    identity::{Holiday, InvalidIdentity, Name, Organization, TimeZoneName},
};

/// A service level policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SlaPolicy {
    /// Our id.
    pub id: SlaPolicyId,
    /// What it is called.
    pub name: Name,
    /// Which client it is for; none for all that have none of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// What it promises.
    pub targets: SlaTargets,
    /// When its clocks run.
    #[serde(default)]
    pub hours: SlaHours,
    /// The zone whose clocks the hours and holidays are by; none for the organisation's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZoneName>,
    /// Days on which its clocks do not run; none for the organisation's holidays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<Vec<Holiday>>,
    /// How much of a target may be used up before the ticket is at risk.
    #[serde(default)]
    pub at_risk: AtRiskPercent,
    /// The first day: tickets opened before it were promised nothing by this policy.
    pub effective_from: Date,
}

impl Calendar {
    /// The calendar of an organisation's own hours and holidays.
    pub fn of(organization: &Organization) -> Result<Self, InvalidIdentity> {
        let windows: Vec<_> =
            organization.business_hours.iter().copied().map(Window::from).collect();
        let holidays = organization.holidays.iter().map(|holiday| holiday.date);
        Ok(Self::new(organization.time_zone.zone()?, &windows, holidays))
    }
}

impl SlaPolicy {
    /// The calendar that its targets are measured by.
    pub fn calendar(&self, organization: &Organization) -> Result<Calendar, InvalidIdentity> {
        let zone = self.time_zone.as_ref().unwrap_or(&organization.time_zone).zone()?;
        let holidays = self.holidays.as_ref().unwrap_or(&organization.holidays);
        let windows = match &self.hours {
            SlaHours::Organization => {
                organization.business_hours.iter().copied().map(Window::from).collect()
            }
            SlaHours::RoundTheClock => Vec::new(),
            SlaHours::Weekly { windows } => windows.clone(),
        };
        Ok(Calendar::new(zone, &windows, holidays.iter().map(|holiday| holiday.date)))
    }
}

/// The policy and the target for a ticket of that client and priority, opened on that day. The client's own policy
/// stands in place of the organisation's as a whole; of several with the same claim, the one of the
/// least id, which is the oldest. `None`: nothing is promised.
pub fn choose<'a>(
    policies: &'a [SlaPolicy],
    client: Option<ClientId>,
    priority: Option<&str>,
    opened_on: Date,
) -> Option<(&'a SlaPolicy, SlaTarget)> {
    let first_for = |client: Option<ClientId>| {
        let policies = policies.iter().filter(|policy| policy.effective_from <= opened_on);
        policies.filter(|policy| policy.client == client).min_by_key(|policy| policy.id)
    };
    let policy = first_for(client).or_else(|| first_for(None))?;
    policy.targets.target(priority).map(|target| (policy, target))
}

/// By which hours a policy counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum SlaHours {
    /// The organisation's business hours.
    #[default]
    Organization,
    /// All hours, but for holidays.
    RoundTheClock,
    /// Hours of its own.
    Weekly {
        /// The hours; empty for round the clock.
        windows: Vec<Window>,
    },
}

/// How soon a ticket is to be answered and resolved, in open minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SlaTarget {
    /// Until the first response.
    pub response_minutes: NonZeroU32,
    /// Until the resolution.
    pub resolution_minutes: NonZeroU32,
}

/// The target of a priority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriorityTarget {
    /// The organisation's own word for the priority, in any case.
    pub priority: String,
    /// What is promised.
    pub target: SlaTarget,
}

/// The targets of a policy: by priority, each of them once, and for all others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Targets", into = "Targets")]
pub struct SlaTargets(Targets);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Targets {
    #[serde(default)]
    priorities: Vec<PriorityTarget>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<SlaTarget>,
}

impl SlaTargets {
    /// Targets of priorities, each at most once and with a name, and one for all others.
    pub fn new(
        priorities: Vec<PriorityTarget>,
        default: Option<SlaTarget>,
    ) -> Result<Self, InvalidSla> {
        Targets { priorities, default }.try_into()
    }

    /// Those of single priorities.
    pub fn priorities(&self) -> &[PriorityTarget] {
        &self.0.priorities
    }

    /// The one for all others.
    pub fn default_target(&self) -> Option<SlaTarget> {
        self.0.default
    }

    /// The target of a ticket with that priority; `None`: nothing is promised.
    pub fn target(&self, priority: Option<&str>) -> Option<SlaTarget> {
        let own = priority.map(folded).and_then(|priority| {
            let mut priorities = self.0.priorities.iter();
            priorities.find(|target| folded(&target.priority) == priority)
        });
        own.map(|own| own.target).or(self.0.default)
    }
}

impl TryFrom<Targets> for SlaTargets {
    type Error = InvalidSla;

    fn try_from(targets: Targets) -> Result<Self, InvalidSla> {
        let mut seen = BTreeSet::new();
        let mut priorities = targets.priorities.iter().map(|target| folded(&target.priority));
        if priorities.all(|priority| !priority.is_empty() && seen.insert(priority)) {
            Ok(Self(targets))
        } else {
            Err(InvalidSla::Priority)
        }
    }
}

impl From<SlaTargets> for Targets {
    fn from(targets: SlaTargets) -> Self {
        targets.0
    }
}

/// A priority as it is compared: people write it as they like.
fn folded(priority: &str) -> String {
    priority.trim().to_lowercase()
}

/// The share of a target from which on a ticket is at risk: 1 to 99 percent, 75 unless said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct AtRiskPercent(u8);

impl AtRiskPercent {
    /// The percentage.
    pub fn percent(self) -> u8 {
        self.0
    }

    /// Of a target in seconds, the first second that is at risk.
    pub(super) fn of(self, target: i64) -> i64 {
        (target * i64::from(self.0) + 99) / 100
    }
}

impl Default for AtRiskPercent {
    fn default() -> Self {
        Self(75)
    }
}

impl TryFrom<u8> for AtRiskPercent {
    type Error = InvalidSla;

    fn try_from(percent: u8) -> Result<Self, InvalidSla> {
        if (1..=99).contains(&percent) { Ok(Self(percent)) } else { Err(InvalidSla::AtRiskPercent) }
    }
}

impl From<AtRiskPercent> for u8 {
    fn from(percent: AtRiskPercent) -> u8 {
        percent.0
    }
}
