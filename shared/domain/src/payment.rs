//! Payments: what was received.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    id::{ClientId, InvoiceId, PaymentId},
    money::Money,
    source::Origin,
};

/// The part of a payment that settles one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Allocation {
    /// The document.
    pub invoice: InvoiceId,
    /// How much of the payment it takes.
    pub amount: Money,
}

/// A customer's payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// Our id.
    pub id: PaymentId,
    /// Who paid.
    pub client: ClientId,
    /// The day it was received.
    pub day: Date,
    /// The whole amount.
    pub total: Money,
    /// The part that settles nothing yet.
    pub unapplied: Money,
    /// What it settles.
    pub allocations: Vec<Allocation>,
    /// Where it came from.
    pub origin: Origin,
}
