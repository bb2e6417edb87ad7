//! What people write down about a client.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    access::Role,
    audit::Actor,
    id::{ClientId, NoteId},
    text::Prose,
};

/// The text of a note.
pub type NoteText = Prose<10_000>;

/// What somebody wrote down about a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// Our id.
    pub id: NoteId,
    /// The client's record.
    pub client: ClientId,
    /// What it says.
    pub text: NoteText,
    /// Whether it is to be seen first.
    pub pinned: bool,
    /// Who wrote it.
    pub author: Actor,
    /// When.
    pub created_at: Timestamp,
    /// When it was last changed; none when it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
}

impl Note {
    /// Whether that one may change or delete it: its author, and who administers the organisation.
    pub fn is_for(&self, actor: Actor, role: Role) -> bool {
        self.author == actor || matches!(role, Role::Owner | Role::Admin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::UserId;

    #[test]
    fn its_author_and_administrators_may_change_a_note() {
        let user = |number| Actor::User(UserId::new(Timestamp::UNIX_EPOCH, number));
        let note = Note {
            id: NoteId::new(Timestamp::UNIX_EPOCH, 1),
            client: ClientId::new(Timestamp::UNIX_EPOCH, 1),
            text: "Call back".parse().unwrap(),
            pinned: false,
            author: user(1),
            created_at: Timestamp::UNIX_EPOCH,
            changed_at: None,
        };
        assert!(note.is_for(user(1), Role::Operations));
        assert!(note.is_for(user(2), Role::Admin) && note.is_for(user(2), Role::Owner));
        assert!(!note.is_for(user(2), Role::Operations) && !note.is_for(user(2), Role::Finance));
    }
}
