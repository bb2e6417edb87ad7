//! What people say about a ticket.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    audit::Actor,
    id::{CommentId, TicketId},
    text::Prose,
};

/// The text of a comment.
pub type CommentText = Prose<20_000>;

/// What somebody said about a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// Our id; time-ordered.
    pub id: CommentId,
    /// About which ticket.
    pub ticket: TicketId,
    /// Who said it.
    pub author: Actor,
    /// When.
    pub at: Timestamp,
    /// Whether it is for the organisation alone; what is for the customer too is an answer.
    pub internal: bool,
    /// What.
    pub text: CommentText,
}
