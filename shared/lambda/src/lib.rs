//! The only crate that knows Lambda, the environment and the clock.
//!
//! What belongs here: reading the configuration, the adapters of `app`'s ports for AWS, and the
//! loops that turn Lambda's events into calls of use cases. What does not: anything that a laptop
//! or a test would have to do as well. A function's `main` is one call of [`http`], [`sqs_worker`],
//! [`analysis_worker`], [`delivery_worker`], [`stream_worker`] or [`scheduled`].

mod archive;
mod config;
mod embedded;
mod emf;
mod http;
mod https;
mod machine;
mod mailer;
mod queue;
mod rephraser;
mod schedule;
mod seal;
mod secrets;
mod sqs;
mod start;
mod stream;
#[cfg(test)]
mod testing;
mod vault;

pub use archive::S3Archive;
pub use config::{Config, ConfigError, Queues, QuickBooks};
pub use embedded::table_at;
pub use http::{http, http_with_archive};
pub use lambda_runtime::Error;
pub use machine::{SystemClock, SystemEntropy};
pub use queue::SqsQueue;
pub use schedule::scheduled;
pub use seal::{DoesNotOpen, Sealed, SealingKey};
pub use secrets::SecretError;
pub use sqs::{analysis_worker, delivery_worker, sqs_worker};
pub use stream::stream_worker;
pub use vault::KmsVault;
