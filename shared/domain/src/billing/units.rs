//! How many a source says that a line is for.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How many units a line of a source's document is for, and what one comes to before discounts, in major
/// units of the line's currency. It is kept as the source says it, with its sign: what counts is the
/// line's amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Units {
    /// How many.
    pub quantity: Decimal,
    /// What one comes to, where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Decimal>,
}
