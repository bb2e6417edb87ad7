//! How a ticket stands against what was promised.
//!
//! A clock runs from the ticket's creation, in the open time of a calendar, and not while the ticket
//! is paused; a pause stops the response's clock as it stops the resolution's. A promise is *due* at
//! the earliest moment when all of its time has passed. It is kept by what is done at that moment
//! or before, and broken one second later, even if the office has closed in between or a pause has
//! begun: nobody can be on time any more.

use std::{num::NonZeroU32, ops::Range};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AtRiskPercent, Calendar, Pause, SlaTarget, instant, pause::running, second_of};

/// What happened to a ticket, as far as promises go. All of it counts as having happened, also what
/// a source's clock puts later than ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketEvents {
    /// When it was opened.
    pub created_at: Timestamp,
    /// When its clocks stood still, in any order.
    #[serde(default)]
    pub pauses: Vec<Pause>,
    /// When it was first answered. A ticket resolved before that is answered by its resolution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_response_at: Option<Timestamp>,
    /// When it was resolved; none again for a reopened one, whose time between is a pause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
}

/// How a promise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlaState {
    /// What was promised was done by the due moment.
    Met,
    /// There is time.
    OnTrack,
    /// Most of the time has passed; at the due moment, all of it.
    AtRisk,
    /// The due moment has passed, whatever was done later.
    Breached,
}

impl SlaState {
    /// Every state, from the best to the worst.
    pub const ALL: [Self; 4] = [Self::Met, Self::OnTrack, Self::AtRisk, Self::Breached];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::OnTrack => "on_track",
            Self::AtRisk => "at_risk",
            Self::Breached => "breached",
        }
    }
}

/// How one promise of a ticket stands. Once it is done, all of this is as it was then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SlaMeasure {
    /// How it stands.
    pub state: SlaState,
    /// Whether its clock stands still for a pause; not said of closed hours.
    pub paused: bool,
    /// When it is due, or was. `None` while a pause leaves that open, and if it will not be within
    /// five years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Open time that has passed, pauses left out.
    pub elapsed_seconds: i64,
    /// Open time that was promised.
    pub target_seconds: i64,
    /// Open time that is left; negative when more has passed. A promise can be broken with none left
    /// and none over: after it fell due with the end of a working day, until the next begins.
    pub remaining_seconds: i64,
    /// When `state` will be another if nothing but time happens, exact to the second; `None` if it
    /// will not within five years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_change: Option<Timestamp>,
}

/// How both promises of a ticket stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SlaStatus {
    /// The first response.
    pub response: SlaMeasure,
    /// The resolution.
    pub resolution: SlaMeasure,
}

impl SlaStatus {
    /// When to look again if nothing but time happens: the earlier of the next changes.
    pub fn next_change(&self) -> Option<Timestamp> {
        [self.response.next_change, self.resolution.next_change].into_iter().flatten().min()
    }
}

/// The open time from a ticket's creation to a moment, pauses left out, in seconds.
pub fn elapsed_seconds(calendar: &Calendar, events: &TicketEvents, at: Timestamp) -> i64 {
    let (created, at) = (second_of(events.created_at), second_of(at));
    Run { calendar, spans: running(created, &events.pauses, Some(at)), at }.elapsed()
}

/// Reads how tickets stand against a target.
#[derive(Debug, Clone, Copy)]
pub struct SlaClock<'a> {
    calendar: &'a Calendar,
    target: SlaTarget,
    at_risk: AtRiskPercent,
}

impl<'a> SlaClock<'a> {
    /// A clock that runs in a calendar's open time.
    pub fn new(calendar: &'a Calendar, target: SlaTarget, at_risk: AtRiskPercent) -> Self {
        Self { calendar, target, at_risk }
    }

    /// How a ticket stands at `now`.
    pub fn read(&self, events: &TicketEvents, now: Timestamp) -> SlaStatus {
        let resolved = events.resolved_at;
        let responded = events.first_response_at.into_iter().chain(resolved).min();
        SlaStatus {
            response: self.measure(self.target.response_minutes, events, responded, now),
            resolution: self.measure(self.target.resolution_minutes, events, resolved, now),
        }
    }

    fn measure(
        &self,
        minutes: NonZeroU32,
        events: &TicketEvents,
        done: Option<Timestamp>,
        now: Timestamp,
    ) -> SlaMeasure {
        let (created, done) = (second_of(events.created_at), done.map(second_of));
        let run = Run {
            calendar: self.calendar,
            spans: running(created, &events.pauses, done),
            at: done.unwrap_or(second_of(now)),
        };
        let target = i64::from(minutes.get()) * 60;
        let (elapsed, due) = (run.elapsed(), run.reach(target));
        let at_risk = self.at_risk.of(target);
        let state = match done {
            _ if due.is_some_and(|due| run.at > due) => SlaState::Breached,
            Some(_) => SlaState::Met,
            None if elapsed >= at_risk => SlaState::AtRisk,
            None => SlaState::OnTrack,
        };
        let next_change = match state {
            SlaState::OnTrack => run.reach(at_risk),
            SlaState::AtRisk => due.map(|due| due + 1),
            SlaState::Breached | SlaState::Met => None,
        };
        let paused = done.is_none() && created <= run.at && !run.is_running();
        SlaMeasure {
            state,
            paused,
            due: due.filter(|_| !paused || elapsed >= target).and_then(instant),
            elapsed_seconds: elapsed,
            target_seconds: target,
            remaining_seconds: target - elapsed,
            next_change: next_change.and_then(instant),
        }
    }
}

/// The running of a clock, looked at in a second.
struct Run<'a> {
    calendar: &'a Calendar,
    spans: Vec<Range<i64>>,
    at: i64,
}

impl Run<'_> {
    fn is_running(&self) -> bool {
        self.spans.iter().any(|span| span.contains(&self.at))
    }

    fn elapsed(&self) -> i64 {
        let until = |span: &Range<i64>| span.start..span.end.min(self.at);
        self.spans.iter().map(|span| self.calendar.open_between(until(span))).sum()
    }

    /// The earliest second by which that many have passed. It looks ahead from where it is, so that
    /// what has passed is found however old the ticket.
    fn reach(&self, seconds: i64) -> Option<i64> {
        let mut wanted = seconds;
        for span in &self.spans {
            let horizon = self.at.max(span.start) + Calendar::HORIZON;
            match self.calendar.reach(span.start..span.end.min(horizon), wanted) {
                Ok(second) => return Some(second),
                Err(_) if horizon < span.end => return None,
                Err(rest) => wanted = rest,
            }
        }
        None
    }
}
