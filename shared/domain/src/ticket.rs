//! Tickets: what clients asked for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    id::{ClientId, SiteId, TechnicianId, TicketId},
    source::Origin,
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
    /// The organisation's own word for its state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The organisation's own word for its priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// The organisation's own word for its category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When the source last changed it.
    pub updated_at: Timestamp,
    /// Where it came from.
    pub origin: Origin,
}
