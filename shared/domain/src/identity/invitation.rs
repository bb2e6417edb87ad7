//! An invitation to join an organisation.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    access::Role,
    id::{InvitationId, OrgId, UserId},
    identity::{Email, OneTime},
};

/// An invitation: one per organisation and address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    /// Our id.
    pub id: InvitationId,
    /// Who is invited.
    pub email: Email,
    /// As what.
    pub role: Role,
    /// Who invites.
    pub invited_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// Whether it was accepted or revoked.
    pub status: InvitationStatus,
    /// What the link in the mail proves; none until the mail is on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<OneTime>,
}

/// What became of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InvitationStatus {
    /// Nothing yet.
    Pending,
    /// The person joined.
    Accepted,
    /// It was taken back.
    Revoked,
}

impl Invitation {
    /// How long an invitation can be accepted.
    pub const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

    /// The id of the invitation of that address: inviting twice names the same one.
    pub fn id_of(org: OrgId, email: &Email) -> InvitationId {
        InvitationId::derived(&[&org.to_string(), email.as_str()])
    }

    /// Whether it can be accepted now.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.status == InvitationStatus::Pending && now < self.expires_at
    }
}

impl InvitationStatus {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Revoked => "revoked",
        }
    }
}
