//! Tickets: what clients asked for, and how far it has come.

mod bulk;
mod comment;
mod edit;
mod history;
mod promise;
mod received;
mod routing;
mod status;
mod steps;
mod template;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

pub use bulk::{BULK_PART, BulkAction, BulkError, BulkFailure, BulkPart, BulkRun, MAX_BULK};
pub use comment::{Comment, CommentText};
pub use edit::{Description, Subject, TicketDescription, TicketEdit, Word};
pub use history::{FieldChange, TicketEvent, TicketField, changes};
pub use promise::{Promise, ServiceLevels, TicketSla};
pub use received::SourceWords;
pub use routing::{
    Candidates, RoutingConditions, RoutingMethod, RoutingRule, RoutingTurn, TechnicianSkills, route,
};
pub use status::{IllegalMove, TicketStatus, UnknownStatus};
pub use steps::{MAX_STEPS, StepError};
pub use template::TicketTemplate;

use crate::{
    audit::Actor,
    id::{ClientId, SiteId, TechnicianId, TicketId},
    identity::OneTime,
    sla::{Pause, TicketEvents},
    source::Origin,
    tags::Tags,
    text::Prose,
};

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// Our id.
    pub id: TicketId,
    /// The number people use.
    pub number: String,
    /// One line about it.
    pub subject: String,
    /// The client, unless the ticket is internal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// The client's site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// Who works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technician: Option<TechnicianId>,
    /// Where it stands.
    pub status: TicketStatus,
    /// The source's own word for where it stands, for a ticket that was imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_status: Option<String>,
    /// The organisation's own word for its priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// The organisation's own word for its category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// What it is filed under.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// When it was opened.
    pub created_at: Timestamp,
    /// The day on which it was opened, on the organisation's clocks.
    pub opened_on: Date,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The first answer of a person, once there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_response: Option<Reached>,
    /// When it was resolved, unless it was opened again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Reached>,
    /// When it waited for the customer, or was resolved before it was opened again: that time does
    /// not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// What was promised, and how that stood when somebody last looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sla: Option<TicketSla>,
    /// That it needs more than usual, once somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation: Option<Escalation>,
    /// The days on which it was opened again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reopened_on: Vec<Date>,
    /// What the client said of the work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// What its source last said of it, where something else was decided here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_words: Option<Box<SourceWords>>,
    /// Where it came from; none for what was made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// A goal that a ticket has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reached {
    /// When.
    pub at: Timestamp,
    /// The day, on the organisation's clocks.
    pub on: Date,
    /// Business time since the ticket was opened, without the time it waited for the customer.
    pub seconds: i64,
    /// Whether it was in time; none where nothing was promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_time: Option<bool>,
}

impl Ticket {
    /// What happened to it, as far as promises go.
    pub fn events(&self) -> TicketEvents {
        TicketEvents {
            created_at: self.created_at,
            pauses: self.pauses.clone(),
            first_response_at: self.first_response.map(|reached| reached.at),
            resolved_at: self.resolution.map(|reached| reached.at),
        }
    }
}

impl Reached {
    /// Reached now; how long it took is measured with what was promised.
    pub fn now(at: Timestamp, on: Date) -> Self {
        Self { at, on, seconds: 0, in_time: None }
    }
}

/// That a ticket needs more than usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Escalation {
    /// How often it was escalated.
    pub level: u8,
    /// Why, the last time.
    pub reason: String,
    /// When, the last time.
    pub at: Timestamp,
    /// By whom, the last time.
    pub by: Actor,
}

/// What a client may write about the work.
pub type RatingText = Prose<2_000>;

/// That a client was asked what they think of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RatingOffer {
    /// Which ticket.
    pub ticket: TicketId,
    /// What proves that they were.
    pub secret: OneTime,
}

/// What a client said of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rating {
    /// From 1, the worst, to 5.
    pub score: u8,
    /// The day, on the organisation's clocks.
    pub on: Date,
    /// In the client's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

#[cfg(test)]
mod tests;
