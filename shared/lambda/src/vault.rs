//! Sealing of secrets with AWS Key Management Service.

use async_trait::async_trait;
use aws_sdk_kms::{
    Client,
    primitives::Blob,
    types::{DataKeySpec, EncryptionAlgorithmSpec},
};
use clearmargin_app::{Vault, VaultError};

use crate::seal::{DoesNotOpen, Sealed, SealingKey};

/// The name of the encryption context's one entry: it stands in key policies and in the trail of
/// key use.
const CONTEXT: &str = "context";

/// Seals under data keys that the key service makes and unwraps, one for each secret.
#[derive(Debug, Clone)]
pub struct KmsVault {
    client: Client,
    key: String,
}

impl KmsVault {
    /// Seals under that key.
    pub fn new(client: Client, key: impl Into<String>) -> Self {
        Self { client, key: key.into() }
    }
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> VaultError {
    VaultError(error.into())
}

#[async_trait]
impl Vault for KmsVault {
    async fn seal(&self, context: &str, secret: &[u8]) -> Result<String, VaultError> {
        let request = self.client.generate_data_key().key_id(&self.key);
        let request = request.key_spec(DataKeySpec::Aes256).encryption_context(CONTEXT, context);
        let made = request.send().await.map_err(failed)?;
        let (Some(plain), Some(wrapped)) = (made.plaintext, made.ciphertext_blob) else {
            return Err(failed("the key service made no data key"));
        };
        let key = SealingKey::new(plain.as_ref()).map_err(failed)?;
        let cipher = key.encrypt(context, secret).map_err(failed)?;
        Ok(Sealed { data_key: wrapped.into_inner(), cipher }.to_string())
    }

    async fn open(&self, context: &str, sealed: &str) -> Result<Vec<u8>, VaultError> {
        let sealed: Sealed = sealed.parse().map_err(|error: DoesNotOpen| failed(error))?;
        // Naming the key keeps a text sealed under somebody else's key from being opened.
        let request = self.client.decrypt().key_id(&self.key);
        let request = request
            .ciphertext_blob(Blob::new(sealed.data_key))
            .encryption_algorithm(EncryptionAlgorithmSpec::SymmetricDefault)
            .encryption_context(CONTEXT, context);
        let opened = request.send().await.map_err(failed)?;
        let plain = opened.plaintext.ok_or_else(|| failed("the key service opened nothing"))?;
        let key = SealingKey::new(plain.as_ref()).map_err(failed)?;
        key.decrypt(context, &sealed.cipher).map_err(failed)
    }
}

/// What a function has that was started without a key: it can neither seal nor open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoVault;

#[async_trait]
impl Vault for NoVault {
    async fn seal(&self, _: &str, _: &[u8]) -> Result<String, VaultError> {
        Err(failed("KMS_KEY_ID is not set"))
    }

    async fn open(&self, _: &str, _: &str) -> Result<Vec<u8>, VaultError> {
        Err(failed("KMS_KEY_ID is not set"))
    }
}
