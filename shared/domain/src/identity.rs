//! Organisations, the people in them, and what proves who somebody is.

/// Types that are texts with a rule: they read from a text that keeps it, and are one again.
macro_rules! as_text {
    ($($name:ident),*) => {$(
        impl TryFrom<String> for $name {
            type Error = InvalidIdentity;

            fn try_from(text: String) -> Result<Self, InvalidIdentity> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }
    )*};
}

mod account;
mod api_key;
mod invitation;
mod organization;
mod password;
mod session;
mod token;
mod user;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use account::{Account, OneTime, RecoveryCode, SecondFactor};
pub use api_key::ApiKey;
pub use invitation::{Invitation, InvitationStatus};
pub(crate) use organization::HoursText;
pub use organization::{BusinessHours, DomainName, Holiday, Organization, Plan, TimeZoneName};
pub use password::{NewPassword, Password};
pub use session::{Refresh, Session};
pub use token::{SecretHash, TokenSecret};
pub use user::{FileRef, User};

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
    /// Among the most common passwords of breaches.
    #[error("this password is among the most common ones of known breaches; choose another")]
    CommonPassword,
    /// Not a time zone of the IANA database.
    #[error("expected an IANA time zone such as America/New_York")]
    TimeZone,
    /// Not a domain name.
    #[error("expected a domain name such as example.com")]
    Domain,
    /// Not the id of a file.
    #[error("expected the id of a file")]
    File,
    /// Not hours of a day.
    #[error("expected an opening time before a closing time, and each day once")]
    BusinessHours,
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

as_text!(Email, Name);

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
        let password: NewPassword = "correct horse".parse().unwrap();
        let printed = format!("{email:?} {password:?}");
        assert!(!printed.contains("ada") && !printed.contains("horse"));
    }
}
