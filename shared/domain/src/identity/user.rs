//! A person in an organisation.

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    access::Role,
    id::UserId,
    identity::{Account, Email, InvalidIdentity, Name},
};

/// A person in an organisation. It stays when the person leaves: history names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Our id; the account's.
    pub id: UserId,
    /// Sign-in address.
    pub email: Email,
    /// First name.
    pub first_name: Name,
    /// Last name.
    pub last_name: Name,
    /// What the person may do.
    pub role: Role,
    /// Whether the person may sign in here.
    pub active: bool,
    /// The file with the person's picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_file_id: Option<FileRef>,
    /// When the person joined.
    pub created_at: Timestamp,
}

impl User {
    /// The person of an account, who joins now.
    pub fn of(account: &Account, role: Role, now: Timestamp) -> Self {
        Self {
            id: account.id,
            email: account.email.clone(),
            first_name: account.first_name.clone(),
            last_name: account.last_name.clone(),
            role,
            active: true,
            avatar_file_id: None,
            created_at: now,
        }
    }

    /// Whether the organisation counts the person among its owners.
    pub fn is_owner(&self) -> bool {
        self.active && self.role == Role::Owner
    }
}

/// The id of a file: 1 to 64 letters, digits, `_` or `-`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileRef(String);

impl FromStr for FileRef {
    type Err = InvalidIdentity;

    fn from_str(text: &str) -> Result<Self, InvalidIdentity> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(plain);
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidIdentity::File) }
    }
}

as_text!(FileRef);
