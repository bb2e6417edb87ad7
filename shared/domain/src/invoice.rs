//! Invoices and credit memos: what was charged.

mod draft;
mod line;
mod recurs;
mod settle;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    billing::{Discount, TaxRounding, TaxedBy},
    exchange::ExchangeRate,
    id::{ClientId, InvoiceId},
    identity::Email,
    money::Money,
    recurring::BilledPeriod,
    source::Origin,
};

pub use draft::{Draft, DraftLine, IssueError};
pub use line::{InvoiceLine, LineCharge};
pub use recurs::{MOST_MONTHS, SpanError, span};
pub use settle::SettleError;

/// Whether a document charges or gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Charges.
    Invoice,
    /// Gives back.
    CreditMemo,
}

/// How far a document has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DocumentState {
    /// It may still change, counts for nothing and has no number.
    Draft,
    /// It counts. What a source brings always does.
    #[default]
    Issued,
    /// It was taken back as a whole.
    Void {
        /// The day since which it counts for nothing.
        on: Date,
    },
}

/// Where a document stands on a day, as people say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InvoiceStatus {
    /// It may still change.
    Draft,
    /// It waits for money, or for something to settle.
    Sent,
    /// A part of it is settled.
    PartiallyPaid,
    /// Nothing is open.
    Paid,
    /// Something is open that was due before the day.
    Overdue,
    /// It was taken back.
    Void,
}

impl InvoiceStatus {
    /// Every status.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Sent, Self::PartiallyPaid, Self::Paid, Self::Overdue, Self::Void];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::PartiallyPaid => "partially_paid",
            Self::Paid => "paid",
            Self::Overdue => "overdue",
            Self::Void => "void",
        }
    }
}

/// What a tax comes to over a document. Signed as its lines are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaxAmount {
    /// The tax.
    #[serde(flatten)]
    pub by: TaxedBy,
    /// What bears it, before any tax.
    pub base: Money,
    /// The tax.
    pub amount: Money,
}

/// What a document made here was computed by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Computed {
    /// What is taken off the sum of the lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount: Option<Discount>,
    /// Whether its prices include tax.
    pub includes_tax: bool,
    /// Where tax is rounded.
    pub rounding: TaxRounding,
    /// What each tax comes to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<TaxAmount>,
    /// What it bills, if it is a recurring invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurring: Option<BilledPeriod>,
}

/// That a document was sent to somebody. Who that is does not print into logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sending {
    /// When it was asked for.
    pub at: Timestamp,
    /// To whom.
    pub to: Email,
    /// When it was handed over to whoever delivers mails; none as long as it waits for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_over_at: Option<Timestamp>,
}

/// An invoice or a credit memo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    /// Our id.
    pub id: InvoiceId,
    /// Charges or gives back.
    pub kind: DocumentKind,
    /// How far it has come.
    #[serde(default, skip_serializing_if = "is_issued")]
    pub state: DocumentState,
    /// The number on it; none as long as it is a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Whose it is.
    pub client: ClientId,
    /// The day it counts for.
    pub day: Date,
    /// The day it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Its lines; their sum is the revenue.
    pub lines: Vec<InvoiceLine>,
    /// What it was computed by, if it was made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computed: Option<Computed>,
    /// Tax on top; never revenue. Signed as the lines are.
    pub tax: Money,
    /// Lines and tax. Signed as the lines are.
    pub total: Money,
    /// What is still open; for a credit memo, what is still unapplied. Signed as the lines are.
    pub balance: Money,
    /// What its currency is worth in the organisation's, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<ExchangeRate>,
    /// What it says to the client.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub memo: String,
    /// The client's own number for it, such as that of an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The invoice that a credit memo corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<InvoiceId>,
    /// To whom it was sent, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sendings: Vec<Sending>,
    /// Where it came from; none if it was made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_issued(state: &DocumentState) -> bool {
    *state == DocumentState::Issued
}

impl Invoice {
    /// Whether it is a source's record of that kind.
    pub fn is_from(&self, kind: &str) -> bool {
        self.origin.as_ref().is_some_and(|origin| origin.kind == kind)
    }

    /// The day from which its age is counted: the day it is due or, without one, its own.
    pub fn due_day(&self) -> Date {
        self.due.unwrap_or(self.day)
    }

    /// The agreement and month that it bills, if it is a recurring invoice.
    pub fn recurring(&self) -> Option<BilledPeriod> {
        self.computed.as_ref()?.recurring
    }

    /// Whether it counts, or did until it was taken back.
    pub fn was_issued(&self) -> bool {
        self.state != DocumentState::Draft
    }

    /// Where it stands on a day.
    pub fn status_on(&self, today: Date) -> InvoiceStatus {
        match self.state {
            DocumentState::Draft => InvoiceStatus::Draft,
            DocumentState::Void { .. } => InvoiceStatus::Void,
            DocumentState::Issued if self.balance.minor == 0 => InvoiceStatus::Paid,
            DocumentState::Issued if self.is_owed() && self.due_day() < today => {
                InvoiceStatus::Overdue
            }
            DocumentState::Issued if self.balance == self.total => InvoiceStatus::Sent,
            DocumentState::Issued => InvoiceStatus::PartiallyPaid,
        }
    }

    /// Whether the client still owes something of it.
    pub fn is_owed(&self) -> bool {
        let counts = self.state == DocumentState::Issued && self.balance.minor != 0;
        counts && self.kind == DocumentKind::Invoice
    }

    /// An amount of it in the organisation's currency, in smallest units. One that does not fit is
    /// refused when the document is made.
    pub fn home_minor(&self, amount: Money) -> i64 {
        match &self.rate {
            Some(rate) => rate.convert(amount).map_or(0, |home| home.minor),
            None => amount.minor,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
