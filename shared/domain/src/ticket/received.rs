//! A ticket read again from its source: what was decided here stays until the source changes its
//! mind.

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{Reached, Ticket, TicketStatus};
use crate::{
    id::{ClientId, SiteId, TechnicianId},
    source::merge,
};

/// What a source says of a ticket that people may change here, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceWords {
    subject: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client: Option<ClientId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    site: Option<SiteId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    technician: Option<TechnicianId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    priority: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    status: TicketStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source_status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resolved_at: Option<Timestamp>,
}

impl SourceWords {
    /// What a ticket says.
    fn of(ticket: &Ticket) -> Self {
        Self {
            subject: ticket.subject.clone(),
            client: ticket.client,
            site: ticket.site,
            technician: ticket.technician,
            priority: ticket.priority.clone(),
            category: ticket.category.clone(),
            status: ticket.status,
            source_status: ticket.source_status.clone(),
            resolved_at: ticket.resolution.map(|reached| reached.at),
        }
    }

    /// Where a ticket stands: changed as one.
    fn standing(&self) -> (TicketStatus, Option<&str>, Option<Timestamp>) {
        (self.status, self.source_status.as_deref(), self.resolved_at)
    }
}

impl Ticket {
    /// The ticket with a change that is made here; what its source says of it is remembered while it
    /// says anything else.
    pub fn decide<E>(&self, change: impl FnOnce(&mut Self) -> Result<(), E>) -> Result<Self, E> {
        let mut ticket = self.clone();
        change(&mut ticket)?;
        if ticket.origin.is_some() {
            let said = self.source_words.clone();
            let said = said.unwrap_or_else(|| Box::new(SourceWords::of(self)));
            ticket.source_words = (*said != SourceWords::of(&ticket)).then_some(said);
        }
        Ok(ticket)
    }

    /// The ticket as just read from its source, with what is kept of the stored one. A field that was
    /// changed here follows its source again once the source says something new of it.
    #[must_use]
    pub fn received(self, stored: &Self, zone: &TimeZone) -> Self {
        let said = SourceWords::of(&self);
        let before = stored.source_words.as_deref().cloned();
        let before = before.unwrap_or_else(|| SourceWords::of(stored));
        let mut ticket = self.with_what_is_ours(stored);
        ticket.subject = merge(&before.subject, &said.subject, &stored.subject);
        ticket.client = merge(&before.client, &said.client, &stored.client);
        ticket.site = merge(&before.site, &said.site, &stored.site);
        ticket.technician = merge(&before.technician, &said.technician, &stored.technician);
        ticket.priority = merge(&before.priority, &said.priority, &stored.priority);
        ticket.category = merge(&before.category, &said.category, &stored.category);
        ticket.take_standing(stored, before.standing() == said.standing(), zone);
        if SourceWords::of(&ticket) != said {
            ticket.source_words = Some(Box::new(said));
        }
        ticket
    }

    /// What no source knows.
    fn with_what_is_ours(self, stored: &Self) -> Self {
        Self {
            tags: stored.tags.clone(),
            sla: stored.sla,
            escalation: stored.escalation.clone(),
            rating: self.rating.or_else(|| stored.rating.clone()),
            first_response: measured(self.first_response, stored.first_response)
                .or(stored.first_response),
            resolution: measured(self.resolution, stored.resolution),
            pauses: stored.pauses.clone(),
            reopened_on: stored.reopened_on.clone(),
            source_words: None,
            updated_at: self.updated_at.max(stored.updated_at),
            ..self
        }
    }

    /// Where it stands: as decided here while the source says the same as before, else where the
    /// source says, with what that does to the clocks.
    fn take_standing(&mut self, stored: &Self, same: bool, zone: &TimeZone) {
        if same {
            self.status = stored.status;
            self.source_status.clone_from(&stored.source_status);
            let read =
                self.resolution.filter(|it| stored.resolution.is_some_and(|at| at.at == it.at));
            self.resolution = read.or(stored.resolution);
            return;
        }
        let (to, at) = (self.status, self.updated_at);
        let mut moved = stored.clone();
        moved.stand(to, at, zone.to_datetime(at).date());
        self.pauses = moved.pauses;
        self.reopened_on = moved.reopened_on;
    }
}

/// A goal as measured when it was first read, so that another calendar does not measure it anew.
fn measured(read: Option<Reached>, stored: Option<Reached>) -> Option<Reached> {
    let read = read?;
    let same = stored.filter(|stored| stored.at == read.at);
    Some(same.map_or(read, |stored| Reached { in_time: read.in_time.or(stored.in_time), ..stored }))
}
