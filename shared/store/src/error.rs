//! What can go wrong in the store, in its own words.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// Which expectation of a write did not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The record is not there, is there already, or has another version than the one read.
    Version,
    /// Somebody else holds the unique value.
    Unique,
    /// The request or message was carried out before.
    Once,
}

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// An expectation of a write did not hold; nothing was written.
    #[error("a write met a conflict: {0:?}")]
    Conflict(Conflict),
    /// A stored record cannot be read.
    #[error("stored {kind} {sort_key} cannot be read: {reason}")]
    Corrupt {
        /// What kind of record.
        kind: &'static str,
        /// Which one.
        sort_key: String,
        /// Why.
        reason: String,
    },
    /// A record cannot be written.
    #[error("a {kind} cannot be written: {source}")]
    Unwritable {
        /// What kind of record.
        kind: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// More actions than one transaction takes.
    #[error("{0} actions do not fit into one transaction")]
    TooLarge(usize),
    /// The table has no capacity right now, or two transactions met; worth another try.
    #[error("the table is busy")]
    Busy,
    /// The table could not be reached or refused the request.
    #[error("the table failed: {code}")]
    Backend {
        /// The service's error code.
        code: String,
        /// What the SDK said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Translates the error of any operation.
pub(crate) fn translate<E, R>(error: SdkError<E, R>) -> StoreError
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match error.code() {
        Some("ConditionalCheckFailedException") => StoreError::Conflict(Conflict::Version),
        Some(
            "ProvisionedThroughputExceededException"
            | "ThrottlingException"
            | "RequestLimitExceeded"
            | "TransactionConflictException"
            | "TransactionInProgressException",
        ) => StoreError::Busy,
        code => {
            let code = code.unwrap_or("Unreachable").to_owned();
            StoreError::Backend { code, source: Box::new(error) }
        }
    }
}
