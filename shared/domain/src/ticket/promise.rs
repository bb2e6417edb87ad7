//! What was promised of a ticket.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::Ticket;
use crate::{
    id::{ClientId, SlaPolicyId},
    identity::{InvalidIdentity, Organization},
    sla::{
        Calendar, SlaClock, SlaMeasure, SlaPolicy, SlaState, SlaTarget, TicketEvents, choose,
        elapsed_seconds,
    },
};

/// What was promised of a ticket, and how that stood when somebody last looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketSla {
    /// By which policy.
    pub policy: SlaPolicyId,
    /// The first answer.
    pub response: Promise,
    /// The resolution.
    pub resolution: Promise,
    /// When this will be another if nothing but time happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_change: Option<Timestamp>,
}

/// How one promise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Promise {
    /// How it stands.
    pub state: SlaState,
    /// Whether its clock stands still.
    #[serde(default)]
    pub paused: bool,
    /// When it is due, or was; none while a pause leaves that open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

impl Promise {
    fn of(measure: &SlaMeasure) -> Self {
        Self { state: measure.state, paused: measure.paused, due: measure.due }
    }
}

impl TicketSla {
    /// The worse of the two states.
    pub fn state(&self) -> SlaState {
        self.response.state.max(self.resolution.state)
    }
}

/// What an organisation promises, and by which hours.
#[derive(Debug, Clone)]
pub struct ServiceLevels {
    hours: Calendar,
    policies: Vec<SlaPolicy>,
    calendars: Vec<(SlaPolicyId, Calendar)>,
}

impl ServiceLevels {
    /// An organisation's hours and its policies. A client's own policy is to be named for each of
    /// the client's records.
    pub fn new(
        organization: &Organization,
        policies: Vec<SlaPolicy>,
    ) -> Result<Self, InvalidIdentity> {
        let calendar = |policy: &SlaPolicy| Ok((policy.id, policy.calendar(organization)?));
        Ok(Self {
            hours: Calendar::of(organization)?,
            calendars: policies.iter().map(calendar).collect::<Result<_, _>>()?,
            policies,
        })
    }

    /// Whether the organisation works at that moment.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.hours.is_open(at)
    }

    /// Brings what a ticket says of promises, and of how long its goals took, up to a moment. Whether
    /// a goal was reached in time is left as a source said it.
    pub fn settle(&self, ticket: &mut Ticket, now: Timestamp) {
        let events = ticket.events();
        let chosen = self.chosen(ticket.client, ticket.priority.as_deref(), ticket.opened_on);
        let status = chosen.map(|(policy, calendar, target)| {
            (policy.id, SlaClock::new(calendar, target, policy.at_risk).read(&events, now))
        });
        let imported = ticket.origin.is_some();
        let goals = [
            (&mut ticket.first_response, status.as_ref().map(|(_, status)| &status.response)),
            (&mut ticket.resolution, status.as_ref().map(|(_, status)| &status.resolution)),
        ];
        for (goal, measure) in goals {
            let Some(goal) = goal else { continue };
            goal.seconds = self.took(&events, goal.at, measure);
            let kept = measure.map(|measure| measure.state == SlaState::Met);
            goal.in_time = if imported { goal.in_time.or(kept) } else { kept };
        }
        ticket.sla = status.map(|(policy, status)| TicketSla {
            policy,
            response: Promise::of(&status.response),
            resolution: Promise::of(&status.resolution),
            next_change: status.next_change(),
        });
    }

    fn took(&self, events: &TicketEvents, at: Timestamp, measure: Option<&SlaMeasure>) -> i64 {
        measure.map_or_else(
            || elapsed_seconds(&self.hours, events, at),
            |measure| measure.elapsed_seconds,
        )
    }

    fn chosen(
        &self,
        client: Option<ClientId>,
        priority: Option<&str>,
        opened_on: Date,
    ) -> Option<(&SlaPolicy, &Calendar, SlaTarget)> {
        let (policy, target) = choose(&self.policies, client, priority, opened_on)?;
        let (_, calendar) = self.calendars.iter().find(|(id, _)| *id == policy.id)?;
        Some((policy, calendar, target))
    }
}
