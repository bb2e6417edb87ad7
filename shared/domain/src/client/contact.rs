//! People at a client.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    id::{ClientId, ContactId},
    identity::{Email, Name},
    text::Line,
};

/// A person at a client.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Our id.
    pub id: ContactId,
    /// The client's record.
    pub client: ClientId,
    /// The person's name.
    pub name: Name,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Telephone number, as people write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Line<40>>,
    /// What the person does there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Line<100>>,
    /// Whether to ask this person first.
    pub primary: bool,
}

impl Contact {
    /// Who of a client's people gets its bills: somebody with an address whose role names billing or,
    /// without such a one, who is to be asked first.
    pub fn for_bills(people: &[Self]) -> Option<&Email> {
        let reached = || people.iter().filter_map(|person| Some((person, person.email.as_ref()?)));
        let bills = |person: &Self| {
            let role = person.role.as_ref().map(|role| role.as_str().to_lowercase());
            role.is_some_and(|role| role.contains("billing"))
        };
        let first = reached().find(|(person, _)| bills(person));
        first.or_else(|| reached().find(|(person, _)| person.primary)).map(|(_, email)| email)
    }
}

/// Contacts are personal: they do not print into logs.
impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact")
            .field("id", &self.id)
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

impl Contact {
    /// The names of the fields that differ, for the audit trail, which holds no personal data.
    pub fn changed_fields(&self, before: &Self) -> Vec<&'static str> {
        let fields = [
            ("name", self.name != before.name),
            ("email", self.email != before.email),
            ("phone", self.phone != before.phone),
            ("role", self.role != before.role),
            ("primary", self.primary != before.primary),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_contact_does_not_print_and_its_changes_are_told_by_field() {
        let contact = Contact {
            id: ContactId::new(Timestamp::UNIX_EPOCH, 1),
            client: ClientId::new(Timestamp::UNIX_EPOCH, 1),
            name: "Ada Lovelace".parse().unwrap(),
            email: Some("ada@example.com".parse().unwrap()),
            phone: Some("+1 555 0100".parse().unwrap()),
            role: None,
            primary: false,
        };
        let printed = format!("{contact:?}");
        for personal in ["Ada", "example", "0100"] {
            assert!(!printed.contains(personal), "{printed}");
        }
        let changed = Contact { phone: None, primary: true, ..contact.clone() };
        assert_eq!(changed.changed_fields(&contact), ["phone", "primary"]);
        assert!(contact.changed_fields(&contact).is_empty());
    }
}
