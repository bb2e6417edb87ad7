//! What can go wrong in a use case, in business words. Only `web` knows what status that is.

use clearmargin_store::{Conflict, ListError, StoreError};

use crate::{ArchiveError, MailError, QueueError, VaultError};

/// A field that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where it is, such as `effectiveFrom` or `query.from`.
    pub path: String,
    /// A stable word for the reason, such as `invalid` or `required`.
    pub code: &'static str,
    /// The reason, for people.
    pub message: String,
}

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing for this caller; another tenant's things are no such things.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The state of things does not allow it; the code is stable, the text for people.
    #[error("{message}")]
    Conflict {
        /// A stable word for the reason, such as `email_taken`.
        code: &'static str,
        /// The reason, for people.
        message: String,
    },
    /// The caller named another version of the thing than the one that is there.
    #[error("the version that If-Match names is not the one that is there")]
    Stale,
    /// Who asks is not known.
    #[error("not signed in")]
    Unauthenticated,
    /// The address or the password is wrong; which of the two is nobody's business.
    #[error("the e-mail address or the password is wrong")]
    BadCredentials,
    /// The password is right, and a code of the second factor is needed as well.
    #[error("a code of the second factor is needed")]
    SecondFactorRequired,
    /// The code of the second factor is wrong, or was used before.
    #[error("the code of the second factor is wrong or was used before")]
    BadSecondFactor,
    /// The refresh token is unknown, used or too old, or its session has ended.
    #[error("the session has ended; sign in again")]
    BadRefreshToken,
    /// The caller's role does not allow it.
    #[error("not allowed")]
    Forbidden,
    /// Values were refused.
    #[error("invalid values")]
    Invalid(Vec<FieldError>),
    /// The same idempotency key came with another question.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// A system that this needs cannot be reached right now.
    #[error("{0} is unavailable")]
    Unavailable(&'static str),
    /// Too many attempts; seconds until the next one may succeed.
    #[error("too many requests")]
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// A fault of ours; the caller learns nothing about it.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// One refused field.
    pub fn invalid(path: impl Into<String>, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::Invalid(vec![FieldError { path: path.into(), code: "invalid", message }])
    }

    /// A conflict under a stable code.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Conflict { code, message: message.into() }
    }

    /// A fault of ours.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Conflict::Version | Conflict::Unique | Conflict::Once) => {
                Self::conflict("changed_meanwhile", "changed by somebody else meanwhile; try again")
            }
            StoreError::Busy => Self::Unavailable("storage"),
            StoreError::Corrupt { .. }
            | StoreError::Unwritable { .. }
            | StoreError::TooLarge(_)
            | StoreError::Backend { .. } => Self::internal(error),
        }
    }
}

impl From<ListError> for Error {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Cursor(error) => Self::invalid("query.cursor", error.to_string()),
            ListError::Store(error) => error.into(),
        }
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        Self::internal(error)
    }
}

impl From<ArchiveError> for Error {
    fn from(error: ArchiveError) -> Self {
        Self::internal(error)
    }
}

impl From<MailError> for Error {
    fn from(error: MailError) -> Self {
        Self::internal(error)
    }
}

impl From<QueueError> for Error {
    fn from(error: QueueError) -> Self {
        Self::internal(error)
    }
}
