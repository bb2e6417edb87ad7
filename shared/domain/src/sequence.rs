//! Numbers that people use, given out one after the other.

use serde::{Deserialize, Serialize};

/// What is numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Numbered {
    /// Tickets made here.
    Tickets,
    /// Invoices issued here.
    Invoices,
    /// Credit memos issued here.
    CreditMemos,
}

impl Numbered {
    /// The name in keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tickets => "tickets",
            Self::Invoices => "invoices",
            Self::CreditMemos => "creditmemos",
        }
    }
}

/// The last number given out. Whoever takes the next one replaces this record in the transaction
/// that uses the number, so that none is given twice and none is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sequence {
    /// Of what.
    pub of: Numbered,
    /// The last number; 0 before the first.
    pub last: u64,
}

impl Sequence {
    /// One of which no number was given out.
    pub fn new(of: Numbered) -> Self {
        Self { of, last: 0 }
    }

    /// The sequence after the next number, which is its `last`.
    #[must_use]
    pub fn next(self) -> Self {
        Self { last: self.last + 1, ..self }
    }
}
