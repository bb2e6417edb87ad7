//! An API key: how a machine calls on an organisation's behalf.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    access::{Action, Grant, Role},
    id::{ApiKeyId, UserId},
    identity::{Name, SecretHash},
};

/// An API key. The key itself is shown once and stored as a hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Our id.
    pub id: ApiKeyId,
    /// What it is for, in somebody's words.
    pub name: Name,
    /// What it is for, in actions of the policy table.
    pub scopes: BTreeSet<Action>,
    /// The role of whoever made it: the key never does more.
    pub role: Role,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// When it ends; never, if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When somebody took it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// The hash of its secret.
    pub hash: SecretHash,
}

impl ApiKey {
    /// Whether it counts now.
    pub fn counts(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// What its holder may do.
    pub fn grant(&self) -> Grant {
        Grant::Key { role: self.role, scopes: self.scopes.clone() }
    }
}
