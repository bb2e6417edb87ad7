//! Keeping what source systems answered, in a folder.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use clearmargin_app::{Archive, ArchiveError};
use tokio::fs;

/// Files that this process has begun; names the next one.
static DRAFTS: AtomicU64 = AtomicU64::new(0);

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
            Err(error) if error.kind() != ErrorKind::NotFound => Err(ArchiveError(Box::new(error))),
            _ => Ok(()),
        }
    }

    async fn put_new(&self, key: &str, content: Vec<u8>) -> Result<bool, ArchiveError> {
        let failed = |error| ArchiveError(Box::new(error));
        let (process, number) = (std::process::id(), DRAFTS.fetch_add(1, Ordering::Relaxed));
        let draft = self.folder.join(format!("{key}.{process}-{number}"));
        let path = self.folder.join(key);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).await.map_err(failed)?;
        }
        fs::write(&draft, content).await.map_err(failed)?;
        // A link is made whole or not at all, and not over another file.
        let linked = fs::hard_link(&draft, &path).await;
        fs::remove_file(&draft).await.map_err(failed)?;
        match linked {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
        match fs::read(self.folder.join(key)).await {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ArchiveError(Box::new(error))),
        }
    }
}
