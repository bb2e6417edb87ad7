//! What use cases need beside the table. `lambda` has the adapters for AWS, `local` those for a
//! laptop.

use std::time::Duration;

use async_trait::async_trait;
use clearmargin_domain::{identity::Email, job::Envelope, secret::Secret};
use clearmargin_insight::words::Template;
use jiff::Timestamp;

/// The time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Randomness fit for secrets.
pub trait Entropy: Send + Sync {
    /// Fresh random bytes.
    fn bytes(&self) -> [u8; 32];
}

/// The message could not be sent.
#[derive(Debug, thiserror::Error)]
#[error("the queue failed")]
pub struct QueueError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Orders to workers. At least once, in no particular order.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Sends messages, to be delivered after `delay` at the earliest.
    async fn send(&self, messages: &[Envelope], delay: Duration) -> Result<(), QueueError>;

    /// Whether the queues answer; sends nothing.
    async fn ping(&self) -> Result<(), QueueError>;
}

/// Something could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("the archive failed")]
pub struct ArchiveError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Keeps what source systems answered, as they answered it: the proof behind every record, and what
/// a better mapping could read again. Keeps blocks of audit rows.
#[async_trait]
pub trait Archive: Send + Sync {
    /// Keeps content under a key that begins with the organisation; the same key, the same content.
    async fn put(&self, key: &str, content: Vec<u8>) -> Result<(), ArchiveError>;

    /// Removes everything whose key begins with that.
    async fn remove_all(&self, prefix: &str) -> Result<(), ArchiveError>;

    /// Keeps content under a key under which nothing is kept; whether that was so. Of many who try
    /// at the same time, one is told that it was.
    async fn put_new(&self, key: &str, content: Vec<u8>) -> Result<bool, ArchiveError>;

    /// What is kept under a key.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, ArchiveError>;

    /// Whether the place answers; keeps nothing.
    async fn ping(&self) -> Result<(), ArchiveError>;
}

/// A mail could not be handed over.
#[derive(Debug, thiserror::Error)]
#[error("the mail service failed")]
pub struct MailError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// A mail to a person. What is in it is between them and us: it does not print.
#[derive(Debug, Clone)]
pub struct Mail {
    /// To whom.
    pub to: Email,
    /// What about.
    pub subject: String,
    /// The text, which may carry a link that proves something.
    pub text: Secret,
}

/// Hands mails over to whoever delivers them.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a mail over. Twice is possible, never is not.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// Sealing or opening failed; says nothing about the content.
#[derive(Debug, thiserror::Error)]
#[error("the key service failed")]
pub struct VaultError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Seals secrets under a key that never leaves the key service. What was sealed in one context
/// cannot be opened in another.
#[async_trait]
pub trait Vault: Send + Sync {
    /// Seals; the result is text.
    async fn seal(&self, context: &str, secret: &[u8]) -> Result<String, VaultError>;

    /// Opens what was sealed in the same context.
    async fn open(&self, context: &str, sealed: &str) -> Result<Vec<u8>, VaultError>;
}

/// A text could not be put in other words.
#[derive(Debug, thiserror::Error)]
#[error("the language model failed")]
pub struct RephraseError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Puts texts in other words. It is given templates alone, which have neither figures nor names, and what it answers is
/// not trusted: whoever asks puts it through the gate of `insight::words`.
#[async_trait]
pub trait Rephraser: Send + Sync {
    /// The text in other words, by these instructions.
    async fn rephrase(
        &self,
        instructions: &str,
        template: &Template,
    ) -> Result<String, RephraseError>;
}
