//! How a ticket moves on: each step says what it does to the ticket's clocks.

use jiff::{Timestamp, civil::Date};

use super::{Escalation, IllegalMove, Rating, Reached, Ticket, TicketStatus};
use crate::{audit::Actor, sla::Pause};

/// How often a ticket may stand still before it takes no more steps: a bound to its size.
pub const MAX_STEPS: usize = 200;

/// Why a ticket does not move on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// It may not go there from where it stands.
    #[error(transparent)]
    Illegal(#[from] IllegalMove),
    /// It went to and fro too often.
    #[error("a ticket that stood still {MAX_STEPS} times moves no more")]
    TooMany,
}

impl Ticket {
    /// The ticket goes to a status, at a moment of a day on the organisation's clocks. Waiting for
    /// the customer begins a pause; what is done is reached; what is opened again was paused since.
    pub fn go(&mut self, to: TicketStatus, at: Timestamp, on: Date) -> Result<(), StepError> {
        self.status.may_become(to)?;
        if self.pauses.len() >= MAX_STEPS && to.is_open() && to != self.status {
            return Err(StepError::TooMany);
        }
        self.stand(to, at, on);
        Ok(())
    }

    /// [`go`](Self::go), for what has happened already, whether it was allowed or not.
    pub(super) fn stand(&mut self, to: TicketStatus, at: Timestamp, on: Date) {
        let from = std::mem::replace(&mut self.status, to);
        if from == to {
            return;
        }
        if from == TicketStatus::WaitingOnCustomer {
            let waits = self.pauses.iter_mut().filter(|pause| pause.to.is_none());
            waits.for_each(|pause| pause.to = Some(at));
        }
        if !from.is_open() && to.is_open() {
            self.reopened_on.push(on);
            let resolved = self.resolution.take();
            self.pauses.extend(resolved.map(|it| Pause { from: it.at, to: Some(at) }));
        }
        if to == TicketStatus::WaitingOnCustomer {
            self.pauses.push(Pause { from: at, to: None });
        }
        if !to.is_open() && self.resolution.is_none() {
            self.resolution = Some(Reached::now(at, on));
        }
    }

    /// A person answered the customer: the first time counts.
    pub fn answer(&mut self, at: Timestamp, on: Date) {
        self.first_response.get_or_insert(Reached::now(at, on));
    }

    /// The ticket needs more than usual.
    pub fn escalate(&mut self, reason: String, at: Timestamp, by: Actor) {
        let level = self.escalation.as_ref().map_or(0, |escalation| escalation.level);
        self.escalation = Some(Escalation { level: level.saturating_add(1), reason, at, by });
    }

    /// The client says what they think of the work; a later word replaces an earlier one.
    pub fn rate(&mut self, rating: Rating) {
        self.rating = Some(rating);
    }
}
