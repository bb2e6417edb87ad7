//! Invoices and credit memos: what was charged.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    id::{ClientId, InvoiceId, ServiceId},
    money::Money,
    service::Offering,
    source::Origin,
};

/// Whether a document charges or gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Charges.
    Invoice,
    /// Gives back.
    CreditMemo,
}

/// A line of an invoice or a credit memo. Amounts are signed: what a credit memo gives back, and
/// what a discount takes off, is negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceLine {
    /// The catalogue entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// Work or product; a line without a catalogue entry, such as a discount, counts as work.
    pub offering: Offering,
    /// What it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The amount before tax.
    pub amount: Money,
}

/// An invoice or a credit memo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    /// Our id.
    pub id: InvoiceId,
    /// Charges or gives back.
    pub kind: DocumentKind,
    /// The number on it.
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
    /// Tax on top; never revenue. Signed as the lines are.
    pub tax: Money,
    /// Lines and tax. Signed as the lines are.
    pub total: Money,
    /// What is still open; for a credit memo, what is still unapplied.
    pub balance: Money,
    /// Where it came from.
    pub origin: Origin,
}
