//! One change of many tickets.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{StepError, Ticket, TicketStatus, Word};
use crate::{
    audit::Actor,
    id::{BulkId, TechnicianId, TicketId},
    tags::{Tag, TooManyTags},
};

/// How many tickets may be changed at once.
pub const MAX_BULK: usize = 1_000;
/// How many tickets one transaction changes.
pub const BULK_PART: usize = 30;

/// What is to be done to each ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum BulkAction {
    /// Somebody is to work on it; none for nobody.
    Assign {
        /// Who.
        technician: Option<TechnicianId>,
    },
    /// It is to stand there.
    Status {
        /// Where.
        status: TicketStatus,
    },
    /// It is to have that priority; none for no priority.
    Priority {
        /// The organisation's own word.
        priority: Option<Word>,
    },
    /// It is to be filed under that, too.
    Tag {
        /// What.
        tag: Tag,
    },
    /// It is to be done for good.
    Close,
}

/// Why a ticket was left as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BulkError {
    /// It does not move there.
    #[error(transparent)]
    Step(#[from] StepError),
    /// It has as many tags as may be.
    #[error(transparent)]
    Tags(#[from] TooManyTags),
    /// There is no such ticket.
    #[error("there is no such ticket")]
    Missing,
}

impl BulkError {
    /// The name in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Step(_) => "illegal_move",
            Self::Tags(_) => "too_many_tags",
            Self::Missing => "not_found",
        }
    }
}

impl BulkAction {
    /// Does it to a ticket.
    pub fn apply(&self, ticket: &mut Ticket, at: Timestamp, on: Date) -> Result<(), BulkError> {
        match self {
            Self::Assign { technician } => ticket.technician = *technician,
            Self::Status { status } => ticket.go(*status, at, on)?,
            Self::Priority { priority } => ticket.priority = priority.clone().map(String::from),
            Self::Tag { tag } => ticket.tags = ticket.tags.with(tag.clone())?,
            Self::Close => ticket.go(TicketStatus::Closed, at, on)?,
        }
        Ok(())
    }
}

/// One change of many tickets, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkRun {
    /// Our id.
    pub id: BulkId,
    /// Who asked for it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What.
    pub action: BulkAction,
    /// How many tickets.
    pub total: usize,
    /// How many parts there are.
    pub parts: usize,
    /// How many of them are done.
    pub parts_done: usize,
    /// How many tickets were changed, or were so already.
    pub done: usize,
    /// How many were left as they were, since it could not be done to them.
    pub failed: usize,
}

/// Some of the tickets of a change, which one transaction changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkPart {
    /// Of which change.
    pub run: BulkId,
    /// Its place among the parts, from 0.
    pub number: usize,
    /// The tickets.
    pub tickets: Vec<TicketId>,
    /// Those that were left as they were, once the part is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<BulkFailure>,
}

/// A ticket that was left as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkFailure {
    /// Which.
    pub ticket: TicketId,
    /// Why, as a name.
    pub code: String,
    /// Why, in words.
    pub message: String,
}

impl BulkFailure {
    /// What is said of a ticket that was left.
    pub fn new(ticket: TicketId, error: BulkError) -> Self {
        Self { ticket, code: error.code().to_owned(), message: error.to_string() }
    }
}

impl BulkRun {
    /// Whether every part is done.
    pub fn is_done(&self) -> bool {
        self.parts_done >= self.parts
    }
}
