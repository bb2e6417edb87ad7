//! Mail on a laptop: a folder in which each mail is a file, to be read instead of delivered.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use clearmargin_app::{Entropy as _, Mail, MailError, Mailer};
use clearmargin_lambda::SystemEntropy;
use tokio::fs;

/// A folder of mails.
#[derive(Debug, Clone)]
pub(crate) struct FolderMailer {
    folder: PathBuf,
}

impl FolderMailer {
    /// Puts every mail into that folder.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }
}

#[async_trait]
impl Mailer for FolderMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let failed = |error| MailError(Box::new(error));
        fs::create_dir_all(&self.folder).await.map_err(failed)?;
        let name =
            SystemEntropy.bytes().iter().fold(0_u128, |sum, byte| (sum << 4) ^ u128::from(*byte));
        let (to, subject, text) = (mail.to.as_str(), &mail.subject, mail.text.expose());
        let text = format!("To: {to}\nSubject: {subject}\n\n{text}");
        let path = self.folder.join(format!("{name:032x}.txt"));
        fs::write(&path, text).await.map_err(failed)?;
        tracing::info!(path = %path.display(), "a mail was written");
        Ok(())
    }
}
