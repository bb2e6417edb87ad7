//! Audit: who changed what, when, and blocks of it that cannot be altered unnoticed.

mod block;
mod chain;
mod hash;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use block::{Block, BlockError};
pub use chain::{Chain, ChainError, Fault, Head, InvalidHead, KeptHead};
pub use hash::{BlockHash, InvalidHash};

use crate::{
    canonical::canonical,
    id::{ApiKeyId, AuditId, UserId},
};

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "id")]
pub enum Actor {
    /// A signed-in person.
    User(UserId),
    /// A machine with an API key.
    Key(ApiKeyId),
    /// A worker or a schedule.
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(f),
            Self::Key(id) => id.fmt(f),
            Self::System => f.write_str("system"),
        }
    }
}

/// One audited state change; written in the same transaction as the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Which form of `detail` this is.
    pub version: u16,
    /// Our id; time-ordered.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What was done, such as `costRate.set`.
    pub action: String,
    /// To what, such as an id.
    pub subject: String,
    /// The request or message that caused it.
    pub request_id: String,
    /// Counts or settings that matter; never personal data or secrets.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub detail: serde_json::Value,
}

impl AuditEntry {
    /// The version of the entries that this program writes.
    pub const VERSION: u16 = 1;

    /// The entry as a line of JSON, always the same for the same entry.
    pub fn line(&self) -> String {
        canonical(serde_json::to_value(self).unwrap_or_default()).to_string()
    }
}
