//! Keeping what source systems answered, in a folder.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use clearmargin_app::{Archive, ArchiveError};
use tokio::fs;

/// A folder whose files are named by their keys.
#[derive(Debug, Clone)]
pub(crate) struct FolderArchive {
    folder: PathBuf,
}

impl FolderArchive {
    /// Keeps everything under that folder.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }
}

#[async_trait]
impl Archive for FolderArchive {
    async fn put(&self, key: &str, content: Vec<u8>) -> Result<(), ArchiveError> {
        let failed = |error| ArchiveError(Box::new(error));
        let path = self.folder.join(key);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).await.map_err(failed)?;
        }
        fs::write(path, content).await.map_err(failed)
    }

    async fn remove_all(&self, prefix: &str) -> Result<(), ArchiveError> {
        match fs::remove_dir_all(self.folder.join(prefix)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(ArchiveError(Box::new(error)))
            }
            _ => Ok(()),
        }
    }

    async fn ping(&self) -> Result<(), ArchiveError> {
        fs::create_dir_all(&self.folder).await.map_err(|error| ArchiveError(Box::new(error)))
    }
}
