//! Organisations and the people in them.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    access::Role,
    id::{OrgId, UserId},
    money::Currency,
};

/// Why a value of the identity area is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIdentity {
    /// Not an e-mail address.
    #[error("expected an e-mail address")]
    Email,
    /// Empty, too long, or with control characters.
    #[error("expected 1 to 100 printable characters")]
    Name,
    /// Too short or too long.
    #[error("expected 8 to 128 characters")]
    Password,
    /// Not a time zone of the IANA database.
    #[error("expected an IANA time zone such as America/New_York")]
    TimeZone,
}

/// An e-mail address, in lower case: the same person whichever way it is typed.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Addresses are personal: they do not print into logs.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

impl FromStr for Email {
    type Err = InvalidIdentity;

    fn from_str(text: &str) -> Result<Self, InvalidIdentity> {
        let text = text.trim().to_lowercase();
        let plausible = |(local, domain): (&str, &str)| {
            let host = |label: &str| {
                (1..=63).contains(&label.len())
                    && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                    && !label.starts_with('-')
                    && !label.ends_with('-')
            };
            let atom = |atom: &str| {
                let plain = |byte: u8| {
                    byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte)
                };
                !atom.is_empty() && atom.bytes().all(plain)
            };
            local.len() <= 64
                && local.split('.').all(atom)
                && domain.contains('.')
                && domain.split('.').all(host)
        };
        let printable = !text.chars().any(|char| char.is_whitespace() || char.is_control());
        let one_at = text.matches('@').count() == 1;
        if printable && one_at && text.len() <= 254 && text.split_once('@').is_some_and(plausible) {
            Ok(Self(text))
        } else {
            Err(InvalidIdentity::Email)
        }
    }
}

/// A name of a person or an organisation: 1 to 100 printable characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

impl Name {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = InvalidIdentity;

    fn from_str(text: &str) -> Result<Self, InvalidIdentity> {
        let text = text.trim();
        let fits = (1..=100).contains(&text.chars().count());
        if fits && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidIdentity::Name)
        }
    }
}

/// A password as typed: never stored, never printed.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Password(String);

impl Password {
    /// The bytes to hash.
    pub fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl FromStr for Password {
    type Err = InvalidIdentity;

    fn from_str(text: &str) -> Result<Self, InvalidIdentity> {
        let fits = (8..=128).contains(&text.chars().count());
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidIdentity::Password) }
    }
}

macro_rules! from_text {
    ($($name:ident),*) => {$(
        impl TryFrom<String> for $name {
            type Error = InvalidIdentity;

            fn try_from(text: String) -> Result<Self, InvalidIdentity> {
                text.parse()
            }
        }
    )*};
}
from_text!(Email, Name, Password);

impl From<Email> for String {
    fn from(email: Email) -> String {
        email.0
    }
}

impl From<Name> for String {
    fn from(name: Name) -> String {
        name.0
    }
}

/// An organisation: the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Our id.
    pub id: OrgId,
    /// Its name.
    pub name: Name,
    /// The currency of its books; every sum is in it.
    pub currency: Currency,
    /// Its IANA time zone: where its days begin.
    pub time_zone: String,
    /// When it registered.
    pub created_at: Timestamp,
}

/// A person in an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Our id.
    pub id: UserId,
    /// Sign-in address.
    pub email: Email,
    /// First name.
    pub first_name: Name,
    /// Last name.
    pub last_name: Name,
    /// What the person may do.
    pub role: Role,
    /// Argon2id hash in PHC form.
    pub password_hash: String,
    /// Whether the person may sign in.
    pub active: bool,
    /// When the person joined.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_the_same_however_it_is_typed() {
        let email: Email = " Ada@Example.COM ".parse().unwrap();
        assert_eq!(email.as_str(), "ada@example.com");
    }

    #[test]
    fn what_is_no_email_is_refused() {
        for text in [
            "",
            "a",
            "a@b",
            "@b.c",
            "a@@b.c",
            "a b@c.d",
            "a@b..c",
            "a@-b.c",
            "a@b-.c",
            ".a@b.c",
            "ä@b.c",
            "a\u{0}@b.c",
        ] {
            assert_eq!(text.parse::<Email>(), Err(InvalidIdentity::Email), "{text:?}");
        }
    }

    #[test]
    fn personal_data_and_secrets_do_not_print() {
        let email: Email = "ada@example.com".parse().unwrap();
        let password: Password = "correct horse".parse().unwrap();
        let printed = format!("{email:?} {password:?}");
        assert!(!printed.contains("ada") && !printed.contains("horse"));
    }
}
