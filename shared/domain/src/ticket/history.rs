//! What happened to a ticket.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Ticket;
use crate::{
    audit::Actor,
    id::{TicketEventId, TicketId},
};

/// What happened to a ticket at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketEvent {
    /// Our id; time-ordered.
    pub id: TicketEventId,
    /// To which ticket.
    pub ticket: TicketId,
    /// Who did it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What changed; nothing for a ticket that was opened.
    pub changes: Vec<FieldChange>,
}

/// What of a ticket changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// What.
    pub field: TicketField,
    /// What it was; none for nothing, and for what is too long to be repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

impl FieldChange {
    /// That all about a ticket was written anew: too long to be repeated.
    pub const DESCRIBED: Self = Self { field: TicketField::Description, from: None, to: None };
}

/// Something about a ticket that people change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TicketField {
    /// One line about it.
    Subject,
    /// All about it.
    Description,
    /// The client.
    Client,
    /// The client's site.
    Site,
    /// Who works on it.
    Technician,
    /// Where it stands.
    Status,
    /// Its priority.
    Priority,
    /// Its category.
    Category,
    /// What it is filed under.
    Tags,
    /// How often it was escalated.
    Escalation,
    /// What the client said of the work.
    Rating,
}

impl TicketField {
    /// Every field.
    pub const ALL: [Self; 11] = [
        Self::Subject,
        Self::Description,
        Self::Client,
        Self::Site,
        Self::Technician,
        Self::Status,
        Self::Priority,
        Self::Category,
        Self::Tags,
        Self::Escalation,
        Self::Rating,
    ];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Description => "description",
            Self::Client => "client",
            Self::Site => "site",
            Self::Technician => "technician",
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Category => "category",
            Self::Tags => "tags",
            Self::Escalation => "escalation",
            Self::Rating => "rating",
        }
    }

    /// What a ticket has there, in words.
    fn of(self, ticket: &Ticket) -> Option<String> {
        match self {
            Self::Subject => Some(ticket.subject.clone()),
            // It lies beside the ticket.
            Self::Description => None,
            Self::Client => ticket.client.map(|id| id.to_string()),
            Self::Site => ticket.site.map(|id| id.to_string()),
            Self::Technician => ticket.technician.map(|id| id.to_string()),
            Self::Status => Some(ticket.status.to_string()),
            Self::Priority => ticket.priority.clone(),
            Self::Category => ticket.category.clone(),
            Self::Tags => {
                let tags: Vec<_> = ticket.tags.iter().collect();
                (!tags.is_empty()).then(|| tags.join(", "))
            }
            Self::Escalation => ticket.escalation.as_ref().map(|it| it.level.to_string()),
            Self::Rating => ticket.rating.as_ref().map(|it| it.score.to_string()),
        }
    }
}

/// What differs between a ticket before and after, all about it aside.
pub fn changes(before: &Ticket, after: &Ticket) -> Vec<FieldChange> {
    let change = |field: TicketField| {
        let (from, to) = (field.of(before), field.of(after));
        (from != to).then_some(FieldChange { field, from, to })
    };
    TicketField::ALL.into_iter().filter_map(change).collect()
}
