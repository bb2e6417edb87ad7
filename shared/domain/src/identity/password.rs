//! Passwords: what is typed, and what may be chosen.

use std::{fmt, str::FromStr};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::InvalidIdentity;

/// The most common passwords of breaches: four bytes of each one's hash, in order.
/// `infra/passwords/make.py` tells where they come from.
const COMMON: &[u8] = include_bytes!("common-passwords.bin");
/// Bytes kept of a hash.
const WIDTH: usize = 4;
/// A password longer than this is not worth hashing, whoever's it is.
const LONGEST: usize = 4 * 128;

/// A password as somebody types it to sign in: never stored, never printed.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// The bytes to hash; `None` for what is longer than any password can be.
    pub fn expose(&self) -> Option<&[u8]> {
        (self.0.len() <= LONGEST).then_some(self.0.as_bytes())
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// A password that somebody chooses: 8 to 128 characters of any kind, and none of the most common
/// ones of breaches (NIST SP 800-63B, 3.1.1.2: length and a blocklist, no rules of composition).
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct NewPassword(Password);

impl NewPassword {
    /// The password.
    pub fn password(&self) -> &Password {
        &self.0
    }
}

impl FromStr for NewPassword {
    type Err = InvalidIdentity;

    fn from_str(text: &str) -> Result<Self, InvalidIdentity> {
        if !(8..=128).contains(&text.chars().count()) {
            return Err(InvalidIdentity::Password);
        }
        if is_common(text) {
            return Err(InvalidIdentity::CommonPassword);
        }
        Ok(Self(text.into()))
    }
}

impl TryFrom<Password> for NewPassword {
    type Error = InvalidIdentity;

    fn try_from(typed: Password) -> Result<Self, InvalidIdentity> {
        typed.0.parse()
    }
}

impl TryFrom<String> for NewPassword {
    type Error = InvalidIdentity;

    fn try_from(text: String) -> Result<Self, InvalidIdentity> {
        text.parse()
    }
}

/// Whether the password, however it is capitalised, is among the common ones.
fn is_common(text: &str) -> bool {
    let digest = Sha256::digest(text.to_lowercase().as_bytes());
    let Some(wanted) = digest.get(..WIDTH) else { return false };
    let (hashes, _) = COMMON.as_chunks::<WIDTH>();
    hashes.binary_search_by(|hash| hash.as_slice().cmp(wanted)).is_ok()
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_in_characters_and_nothing_else_is_asked() {
        for text in ["seven77", "", &"ü".repeat(129)] {
            let refused = text.parse::<NewPassword>().unwrap_err();
            assert_eq!(refused, InvalidIdentity::Password, "{text}");
        }
        for text in ["kaffeetrinker im regen", "üüüüüüüü", &"ü".repeat(128), "        x       "]
        {
            assert!(text.parse::<NewPassword>().is_ok(), "{text}");
        }
    }

    #[test]
    fn the_most_common_passwords_of_breaches_are_refused_in_any_case() {
        for text in ["password", "12345678", "Password123", "ADMIN123", "qwertyuiop", "iloveyou1"] {
            let refused = text.parse::<NewPassword>().unwrap_err();
            assert_eq!(refused, InvalidIdentity::CommonPassword, "{text}");
        }
    }

    #[test]
    fn the_list_is_in_order_and_without_repetition() {
        let (hashes, rest) = COMMON.as_chunks::<WIDTH>();
        assert!(rest.is_empty() && hashes.len() > 38_000);
        assert!(hashes.is_sorted_by(|a, b| a < b));
    }
}
