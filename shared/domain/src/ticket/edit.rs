//! What people may write about a ticket.

use serde::{Deserialize, Serialize};

use super::Ticket;
use crate::{
    id::{ClientId, SiteId, TicketId},
    tags::Tags,
    text::{Line, Prose},
};

/// One line about a ticket.
pub type Subject = Line<200>;
/// All about a ticket.
pub type Description = Prose<20_000>;
/// An organisation's own word for a priority or a category.
pub type Word = Line<100>;

/// All about one ticket. It lies beside its ticket, so that lists of tickets cost the same however
/// much was written about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketDescription {
    /// Which ticket.
    pub ticket: TicketId,
    /// All about it.
    pub text: Description,
}

/// What a ticket is about, as somebody wants it to be; all about it is said beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketEdit {
    /// One line about it.
    pub subject: Subject,
    /// The client, unless it is internal.
    pub client: Option<ClientId>,
    /// The client's site.
    pub site: Option<SiteId>,
    /// The organisation's own word for its priority.
    pub priority: Option<Word>,
    /// The organisation's own word for its category.
    pub category: Option<Word>,
    /// What it is filed under.
    pub tags: Tags,
}

impl Ticket {
    /// Writes that about the ticket.
    pub fn edit(&mut self, edit: TicketEdit) {
        self.subject = edit.subject.into();
        self.client = edit.client;
        self.site = edit.site;
        self.priority = edit.priority.map(String::from);
        self.category = edit.category.map(String::from);
        self.tags = edit.tags;
    }
}
