//! What happens to a document after it was issued: it is settled, piece by piece, or taken back.

use jiff::civil::Date;

use super::{DocumentState, Invoice};
use crate::money::Money;

/// Why a document is not settled or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettleError {
    /// It is a draft.
    #[error("it is a draft")]
    Draft,
    /// It was taken back.
    #[error("it is void")]
    Void,
    /// It comes from a source system, which alone can change it.
    #[error("it comes from a source system")]
    Foreign,
    /// More than is open.
    #[error("more than is open")]
    MoreThanOpen,
    /// Something is settled already.
    #[error("something is settled already")]
    Settled,
    /// Before it counts at all.
    #[error("the day lies before the document's own")]
    TooEarly,
}

impl Invoice {
    /// Goes on only if it counts.
    pub fn check_issued(&self) -> Result<(), SettleError> {
        match self.state {
            DocumentState::Draft => Err(SettleError::Draft),
            DocumentState::Void { .. } => Err(SettleError::Void),
            DocumentState::Issued => Ok(()),
        }
    }

    /// The document with so much less open: an amount in its own currency, not below zero.
    pub fn settled(&self, minor: i64) -> Result<Self, SettleError> {
        self.check_issued()?;
        if minor < 0 || minor > self.balance.minor.saturating_abs() {
            return Err(SettleError::MoreThanOpen);
        }
        let signed = minor * self.total.minor.signum();
        let balance = Money { minor: self.balance.minor - signed, ..self.balance };
        Ok(Self { balance, ..self.clone() })
    }

    /// The document with so much open again that was settled before.
    pub fn unsettled(&self, minor: i64) -> Result<Self, SettleError> {
        self.check_issued()?;
        let settled = (self.total.minor - self.balance.minor).saturating_abs();
        if minor < 0 || minor > settled {
            return Err(SettleError::MoreThanOpen);
        }
        let signed = minor * self.total.minor.signum();
        let balance = Money { minor: self.balance.minor + signed, ..self.balance };
        Ok(Self { balance, ..self.clone() })
    }

    /// The document taken back since a day. Only one of which nothing is settled, so that no payment
    /// points to nothing.
    pub fn voided(&self, on: Date) -> Result<Self, SettleError> {
        self.check_issued()?;
        if self.origin.is_some() {
            return Err(SettleError::Foreign);
        }
        if self.balance != self.total {
            return Err(SettleError::Settled);
        }
        if on < self.day {
            return Err(SettleError::TooEarly);
        }
        let balance = Money { minor: 0, ..self.balance };
        Ok(Self { state: DocumentState::Void { on }, balance, ..self.clone() })
    }
}
