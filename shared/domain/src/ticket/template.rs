//! Tickets to begin with.

use serde::{Deserialize, Serialize};

use super::{Description, Subject, Word};
use crate::{
    id::{TechnicianId, TicketTemplateId},
    tags::Tags,
    text::Line,
};

/// A ticket to begin with: what is the same each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketTemplate {
    /// Our id.
    pub id: TicketTemplateId,
    /// What it is called.
    pub name: Line<100>,
    /// One line about the ticket.
    pub subject: Subject,
    /// All about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// The organisation's own word for its priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Word>,
    /// The organisation's own word for its category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Word>,
    /// What it is filed under.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// Who works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technician: Option<TechnicianId>,
}
