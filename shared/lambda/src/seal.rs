//! Envelope encryption: a secret under a data key, and the data key, itself encrypted, beside it.
//!
//! The text is `v1.<encrypted data key>.<nonce, ciphertext and tag>`, both parts in base 64. The
//! context is authenticated with the ciphertext: what was sealed in one opens in no other.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

const VERSION: &str = "v1";

/// The text was not sealed with this key in this context, or is damaged. It says no more on
/// purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed text does not open")]
pub struct DoesNotOpen;

/// A 256-bit key of AES-GCM.
pub struct SealingKey(RandomizedNonceKey);

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

impl SealingKey {
    /// The key of these 32 bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, DoesNotOpen> {
        RandomizedNonceKey::new(&AES_256_GCM, bytes).map(Self).map_err(|_| DoesNotOpen)
    }

    /// Encrypts: nonce, ciphertext, tag.
    pub fn encrypt(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, DoesNotOpen> {
        let mut text = plain.to_vec();
        let aad = Aad::from(context.as_bytes());
        let nonce = self.0.seal_in_place_append_tag(aad, &mut text).map_err(|_| DoesNotOpen)?;
        Ok([nonce.as_ref().as_slice(), &text].concat())
    }

    /// Decrypts what [`encrypt`](Self::encrypt) gave in the same context.
    pub fn decrypt(&self, context: &str, cipher: &[u8]) -> Result<Vec<u8>, DoesNotOpen> {
        let (nonce, text) = cipher.split_at_checked(NONCE_LEN).ok_or(DoesNotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| DoesNotOpen)?;
        let mut text = text.to_vec();
        let aad = Aad::from(context.as_bytes());
        let plain = self.0.open_in_place(nonce, aad, &mut text).map_err(|_| DoesNotOpen)?;
        Ok(plain.to_vec())
    }
}

/// A sealed text in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The data key, encrypted by the key service.
    pub data_key: Vec<u8>,
    /// The secret, encrypted under the data key.
    pub cipher: Vec<u8>,
}

impl std::fmt::Display for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [data_key, cipher] =
            [&self.data_key, &self.cipher].map(|part| URL_SAFE_NO_PAD.encode(part));
        write!(f, "{VERSION}.{data_key}.{cipher}")
    }
}

impl std::str::FromStr for Sealed {
    type Err = DoesNotOpen;

    fn from_str(text: &str) -> Result<Self, DoesNotOpen> {
        let decode = |part| URL_SAFE_NO_PAD.decode(part).map_err(|_| DoesNotOpen);
        let parts: Vec<_> = text.split('.').collect();
        match parts.as_slice() {
            [VERSION, data_key, cipher] => {
                Ok(Self { data_key: decode(data_key)?, cipher: decode(cipher)? })
            }
            _ => Err(DoesNotOpen),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SealingKey {
        SealingKey::new(&[byte; 32]).unwrap()
    }

    #[test]
    fn a_secret_opens_with_its_key_in_its_context_and_nowhere_else() {
        let cipher = key(1).encrypt("org#quickbooks", b"token").unwrap();
        assert_eq!(key(1).decrypt("org#quickbooks", &cipher).unwrap(), b"token");
        assert_eq!(key(1).decrypt("other#quickbooks", &cipher), Err(DoesNotOpen));
        assert_eq!(key(2).decrypt("org#quickbooks", &cipher), Err(DoesNotOpen));
    }

    #[test]
    fn a_changed_byte_anywhere_keeps_it_shut() {
        let cipher = key(1).encrypt("c", b"token").unwrap();
        for place in 0..cipher.len() {
            let mut changed = cipher.clone();
            changed[place] ^= 1;
            assert_eq!(key(1).decrypt("c", &changed), Err(DoesNotOpen));
        }
        assert_eq!(key(1).decrypt("c", &cipher[..5]), Err(DoesNotOpen));
    }

    #[test]
    fn sealing_twice_gives_two_texts() {
        assert_ne!(key(1).encrypt("c", b"token"), key(1).encrypt("c", b"token"));
    }

    #[test]
    fn the_text_reads_back_and_other_texts_are_refused() {
        let sealed = Sealed { data_key: vec![1, 2, 3], cipher: vec![0; 40] };
        assert_eq!(sealed.to_string().parse(), Ok(sealed));
        for text in ["", "v1", "v1.AQID", "v2.AQID.AQID", "v1.AQID.AQID.AQID", "v1.?.AQID"] {
            assert_eq!(text.parse::<Sealed>(), Err(DoesNotOpen), "{text}");
        }
    }

    #[test]
    fn a_key_of_another_length_is_refused_and_keys_do_not_print() {
        assert!(SealingKey::new(&[1; 16]).is_err());
        assert_eq!(format!("{:?}", key(1)), "SealingKey(…)");
    }
}
