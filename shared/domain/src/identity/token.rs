//! Secrets that are handed out once and stored as hashes: refresh tokens, API keys, links in mails.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::secret::Secret;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The secret part of a token: 256 random bits, as text. It never goes into the table.
#[derive(Clone)]
pub struct TokenSecret(Secret);

/// What is stored of a secret. A plain SHA-256 is enough: 256 random bits cannot be guessed, so
/// there is nothing for a slow hash to protect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretHash(String);

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).map_or('0', |digit| char::from(*digit));
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

impl TokenSecret {
    /// The secret made of these random bytes.
    pub fn new(random: [u8; 32]) -> Self {
        Self(Secret::new(hex(&random)))
    }

    /// The secret that somebody brings; `None` when it cannot be one.
    pub fn read(text: &str) -> Option<Self> {
        let fits = text.len() == 64 && text.bytes().all(|byte| HEX.contains(&byte));
        fits.then(|| Self(Secret::new(text)))
    }

    /// The text to hand out.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What to store.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of_text(self.expose())
    }
}

impl SecretHash {
    /// The hash of a secret text that is as hard to guess.
    pub fn of_text(text: &str) -> Self {
        Self(hex(&Sha256::digest(text.as_bytes())))
    }

    /// The hash as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether that is the secret. The time it takes says nothing about how much of it is right:
    /// what is compared are hashes, which nobody can choose.
    pub fn is_of(&self, secret: &TokenSecret) -> bool {
        *self == secret.hash()
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_hash_and_does_not_print() {
        let secret = TokenSecret::new([0xa7; 32]);
        let hash = secret.hash();
        assert!(hash.is_of(&TokenSecret::read(secret.expose()).unwrap()));
        assert!(!hash.is_of(&TokenSecret::new([0xa8; 32])));
        assert!(!format!("{secret:?}{hash:?}").contains(secret.expose()));
    }

    #[test]
    fn what_cannot_be_a_secret_is_none() {
        let short = "a".repeat(63);
        for text in ["", &short, &"A".repeat(64), &"g".repeat(64)] {
            assert!(TokenSecret::read(text).is_none(), "{text}");
        }
    }
}
