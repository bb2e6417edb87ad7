//! What is taken off.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::tax::TaxPercent;

/// What is taken off a line or a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Discount {
    /// A share.
    Percent(TaxPercent),
    /// An amount, in the currency's smallest unit.
    Minor(i64),
}

impl Discount {
    /// What it takes off an amount, rounded half away from zero; `None` where that is more than
    /// there is, or less than nothing.
    pub(super) fn off(self, amount: i64) -> Option<i64> {
        let off = match self {
            Self::Percent(percent) => percent.of(Decimal::from(amount))?,
            Self::Minor(minor) => minor,
        };
        (0..=amount.max(0)).contains(&off).then_some(off)
    }
}
