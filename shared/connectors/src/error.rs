//! Why a page could not be read.

use std::time::Duration;

/// Why a source gave no page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The source does not accept the credentials: somebody has to connect anew.
    #[error("the source does not accept the credentials")]
    Unauthorized,
    /// The credentials are good, but may not do this.
    #[error("the source forbids it: {reason}")]
    Forbidden {
        /// What the source says.
        reason: String,
    },
    /// Too many requests.
    #[error("the source asks to slow down")]
    RateLimited {
        /// How long to wait, where the source says so.
        retry_after: Option<Duration>,
    },
    /// The source did not answer, or not completely. It may do so later.
    #[error("the source is not available: {reason}")]
    Unavailable {
        /// What happened.
        reason: String,
    },
    /// The source refuses the request, or answers what cannot be understood: trying again is no use.
    #[error("the source refuses the request: {reason}")]
    Refused {
        /// What the source says.
        reason: String,
    },
    /// The answer is larger than what is accepted.
    #[error("the source's answer is too large")]
    TooLarge,
}

impl Error {
    /// Whether the same request may succeed later without anybody doing anything.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Unavailable { .. })
    }

    pub(crate) fn forbidden(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self::Forbidden { reason }
    }

    pub(crate) fn unavailable(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self::Unavailable { reason }
    }

    pub(crate) fn refused(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self::Refused { reason }
    }
}
