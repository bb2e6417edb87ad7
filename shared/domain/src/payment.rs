//! Payments, refunds, and everything else that settles documents.

mod allocation;
mod settled;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    exchange::ExchangeRate,
    id::{ClientId, PaymentId},
    money::Money,
    source::Origin,
};

pub use allocation::{Allocation, NotSettled, PaymentError, Settles};
pub use settled::Settlings;

/// What moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentKind {
    /// Money came in.
    #[default]
    Received,
    /// Money went back.
    Refund,
    /// No money: what a credit memo gives back is used for an invoice.
    Credit,
    /// No money: what will not come any more is given up.
    WriteOff,
}

impl PaymentKind {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Refund => "refund",
            Self::Credit => "credit",
            Self::WriteOff => "write_off",
        }
    }
}

/// How money was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    /// A bank's transfer, ACH included.
    BankTransfer,
    /// A card.
    Card,
    /// A cheque.
    Cheque,
    /// Cash.
    Cash,
    /// A debit that the client has allowed.
    DirectDebit,
    /// Anything else.
    Other,
}

impl PaymentMethod {
    /// Every method.
    pub const ALL: [Self; 6] =
        [Self::BankTransfer, Self::Card, Self::Cheque, Self::Cash, Self::DirectDebit, Self::Other];

    /// The method of a name; `None` for other words.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }

    /// The name in JSON and keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BankTransfer => "bank_transfer",
            Self::Card => "card",
            Self::Cheque => "cheque",
            Self::Cash => "cash",
            Self::DirectDebit => "direct_debit",
            Self::Other => "other",
        }
    }
}

/// A client's payment, or what else settles documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// Our id.
    pub id: PaymentId,
    /// What moved.
    #[serde(default, skip_serializing_if = "is_received")]
    pub kind: PaymentKind,
    /// Whose it is.
    pub client: ClientId,
    /// The day on which it counts.
    pub day: Date,
    /// How it was paid, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<PaymentMethod>,
    /// The number that the bank or the client gives it, or why something was written off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What came in or was written off; what went back is negative, and a credit moves nothing.
    pub total: Money,
    /// The part that settles nothing yet: the client's credit.
    pub unapplied: Money,
    /// What it settles.
    pub allocations: Vec<Allocation>,
    /// What its currency is worth in the organisation's, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<ExchangeRate>,
    /// Where it came from; none if it was made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_received(kind: &PaymentKind) -> bool {
    *kind == PaymentKind::Received
}
