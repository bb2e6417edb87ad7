//! A queue in this process whose messages are files: they survive the process.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use clearmargin_app::{Queue, QueueError};
use clearmargin_domain::job::Envelope;
use tokio::{fs, sync::mpsc};

use crate::LocalError;

/// The sending end.
#[derive(Debug, Clone)]
pub(crate) struct FolderQueue {
    folder: PathBuf,
    ready: mpsc::UnboundedSender<Envelope>,
    sent: Arc<AtomicU64>,
}

impl FolderQueue {
    /// A queue in a folder, and the end where messages come out; those that an earlier process
    /// left come out first.
    pub(crate) async fn open(
        folder: &Path,
    ) -> Result<(Self, mpsc::UnboundedReceiver<Envelope>), LocalError> {
        fs::create_dir_all(folder).await?;
        let (ready, messages) = mpsc::unbounded_channel();
        let queue = Self { folder: folder.to_owned(), ready, sent: Arc::default() };
        let mut files = fs::read_dir(folder).await?;
        while let Some(file) = files.next_entry().await? {
            let path = file.path();
            // A file that was being written when the process ended was not sent: its sender
            // sends it again.
            match serde_json::from_slice(&fs::read(&path).await?) {
                Ok(message) => queue.deliver(message, Duration::ZERO),
                Err(_) => fs::remove_file(&path).await?,
            }
        }
        Ok((queue, messages))
    }

    fn path(&self, message: &Envelope) -> PathBuf {
        self.folder.join(format!("{}.json", message.id))
    }

    fn deliver(&self, message: Envelope, delay: Duration) {
        if delay.is_zero() {
            // The worker ends only with the process.
            let _ended = self.ready.send(message);
            return;
        }
        let ready = self.ready.clone();
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            let _ended = ready.send(message);
        });
    }

    /// Puts a message that was taken out back in.
    pub(crate) fn again(&self, message: Envelope, delay: Duration) {
        self.deliver(message, delay);
    }

    /// Whether any message is not done yet.
    pub(crate) async fn busy(&self) -> Result<bool, LocalError> {
        Ok(fs::read_dir(&self.folder).await?.next_entry().await?.is_some())
    }

    /// How many messages have come in since the process began.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }

    /// Forgets a message that is done.
    pub(crate) async fn done(&self, message: &Envelope) -> Result<(), LocalError> {
        match fs::remove_file(self.path(message)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Queue for FolderQueue {
    async fn send(&self, messages: &[Envelope], delay: Duration) -> Result<(), QueueError> {
        for message in messages {
            let text = serde_json::to_vec(message).map_err(|error| QueueError(Box::new(error)))?;
            let written = fs::write(self.path(message), text).await;
            written.map_err(|error| QueueError(Box::new(error)))?;
            self.sent.fetch_add(1, Ordering::SeqCst);
            self.deliver(message.clone(), delay);
        }
        Ok(())
    }

    async fn ping(&self) -> Result<(), QueueError> {
        let found = fs::metadata(&self.folder).await;
        found.map(|_| ()).map_err(|error| QueueError(Box::new(error)))
    }
}
