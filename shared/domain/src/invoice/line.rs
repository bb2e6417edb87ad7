//! A line of a document.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    agreement::Days,
    billing::{Charge, Discount, LineQuantity, UnitPrice, Units},
    id::{ServiceId, TaxCodeId},
    money::Money,
    service::Offering,
};

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
    /// The amount before tax, after every discount.
    pub amount: Money,
    /// The days that it charges for, if it recurs. None for what is charged once, and where nobody
    /// says: no source does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurs: Option<Days>,
    /// What the amount was computed from, if the document was made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<LineCharge>,
    /// How many it is for, where a source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<Units>,
}

impl InvoiceLine {
    /// How many it is for, as it was computed or the source says it; `None` where nobody does.
    pub fn quantity(&self) -> Option<Decimal> {
        let computed = self.charge.map(|charge| charge.quantity.into());
        computed.or(self.units.map(|units| units.quantity))
    }

    /// What one comes to before discounts and tax, in major units, likewise.
    pub fn unit_price(&self) -> Option<Decimal> {
        let computed = self.charge.map(|charge| charge.unit_price.into());
        computed.or(self.units.and_then(|units| units.unit_price))
    }
}

/// What the amount of a line was computed from. Nothing here is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineCharge {
    /// How much of it.
    pub quantity: LineQuantity,
    /// The price of one.
    pub unit_price: UnitPrice,
    /// What is taken off the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Discount>,
    /// What that comes to, together with the line's share of the document's discount.
    pub discount_minor: i64,
    /// Which taxes it bears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<TaxCodeId>,
    /// What they come to.
    pub tax_minor: i64,
}

impl LineCharge {
    /// The line as it is charged for.
    pub fn charge(&self) -> Charge {
        Charge {
            quantity: self.quantity,
            unit_price: self.unit_price,
            discount: self.discount,
            tax: self.tax_code,
        }
    }
}
