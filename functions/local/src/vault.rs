//! Sealing on a laptop: the same envelope as in AWS, under a key in a file.

use std::path::Path;

use async_trait::async_trait;
use clearmargin_app::{Entropy as _, Vault, VaultError};
use clearmargin_lambda::{DoesNotOpen, Sealed, SealingKey, SystemEntropy};
use tokio::fs;

use crate::LocalError;

/// Seals under a key in a file.
#[derive(Debug)]
pub(crate) struct FileVault {
    master: SealingKey,
}

/// The secret bytes in a file, which is made with fresh ones when it is not there.
pub(crate) async fn secret_file(path: &Path) -> Result<Vec<u8>, LocalError> {
    match fs::read(path).await {
        Ok(bytes) if bytes.len() == 32 => Ok(bytes),
        Ok(_) => Err(LocalError::Storage(format!("{} is not a key", path.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let bytes = SystemEntropy.bytes().to_vec();
            write_private(path, &bytes).await?;
            Ok(bytes)
        }
        Err(error) => Err(error.into()),
    }
}

/// Writes a file that only its owner may read.
async fn write_private(path: &Path, bytes: &[u8]) -> Result<(), LocalError> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, bytes).await?;
    fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).await?;
    Ok(())
}

impl FileVault {
    /// The vault under the key in that file.
    pub(crate) async fn open(path: &Path) -> Result<Self, LocalError> {
        let key = SealingKey::new(&secret_file(path).await?);
        let master = key.map_err(|error| LocalError::Storage(error.to_string()))?;
        Ok(Self { master })
    }
}

fn failed(error: DoesNotOpen) -> VaultError {
    VaultError(Box::new(error))
}

#[async_trait]
impl Vault for FileVault {
    async fn seal(&self, context: &str, secret: &[u8]) -> Result<String, VaultError> {
        let data_key = SystemEntropy.bytes();
        let cipher = SealingKey::new(&data_key)
            .and_then(|key| key.encrypt(context, secret))
            .map_err(failed)?;
        let data_key = self.master.encrypt(context, &data_key).map_err(failed)?;
        Ok(Sealed { data_key, cipher }.to_string())
    }

    async fn open(&self, context: &str, sealed: &str) -> Result<Vec<u8>, VaultError> {
        let sealed: Sealed = sealed.parse().map_err(failed)?;
        let data_key = self.master.decrypt(context, &sealed.data_key).map_err(failed)?;
        let key = SealingKey::new(&data_key).map_err(failed)?;
        key.decrypt(context, &sealed.cipher).map_err(failed)
    }
}
