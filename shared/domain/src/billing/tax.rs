//! Tax codes: which taxes a line bears.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive as _};
use serde::{Deserialize, Serialize};

use crate::id::TaxCodeId;

/// How many rates a code may have.
pub const MAX_RATES: usize = 10;

/// Why something is no tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTax {
    /// Not a percentage.
    #[error("expected 0 to 100 percent with at most four decimals")]
    Percent,
}

/// A percentage: 0 to 100 with at most four decimals, as 8.875 for a sales tax of New York City.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct TaxPercent(u32);

/// Parts of a percent that the percentage is counted in.
const PARTS: i64 = 10_000;

impl TaxPercent {
    /// The share as a ratio: 0.08875.
    pub fn ratio(self) -> Decimal {
        Decimal::new(self.0.into(), 6)
    }

    /// So much of an amount in smallest units, rounded half away from zero; `None` if it does not
    /// fit.
    pub(super) fn of(self, minor: Decimal) -> Option<i64> {
        nearest(minor.checked_mul(self.ratio())?)
    }
}

/// The nearest whole number, half away from zero.
pub(super) fn nearest(exact: Decimal) -> Option<i64> {
    exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64()
}

impl TryFrom<Decimal> for TaxPercent {
    type Error = InvalidTax;

    fn try_from(percent: Decimal) -> Result<Self, InvalidTax> {
        let parts = percent.checked_mul(PARTS.into()).filter(Decimal::is_integer);
        let parts = parts.and_then(|parts| parts.to_u32()).filter(|parts| *parts <= 1_000_000);
        parts.map(Self).ok_or(InvalidTax::Percent)
    }
}

impl From<TaxPercent> for Decimal {
    fn from(percent: TaxPercent) -> Decimal {
        Decimal::new(percent.0.into(), 4).normalize()
    }
}

/// One of the taxes that a code stands for: a state's, a city's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaxRate {
    /// What it is called on the invoice.
    pub name: String,
    /// How much of the base.
    pub percent: TaxPercent,
    /// Whether the taxes before it in the code are part of its base.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub compound: bool,
}

/// Which taxes a line bears. A code that was used stays as it is: an invoice keeps the rates that
/// it was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaxCode {
    /// Our id.
    pub id: TaxCodeId,
    /// What people call it.
    pub name: String,
    /// Its taxes, in the order in which they are charged; none for what is exempt.
    pub rates: Vec<TaxRate>,
    /// Whether it can be chosen for new lines.
    pub active: bool,
}

impl TaxCode {
    /// All taxes together as a share of the price before tax, those on taxes included.
    pub fn combined(&self) -> Decimal {
        self.rates.iter().fold(Decimal::ZERO, |sum, rate| sum + rate.effective(sum))
    }
}

impl TaxRate {
    /// The tax as a share of the price before tax, where the taxes before it are `earlier` of it.
    pub(super) fn effective(&self, earlier: Decimal) -> Decimal {
        let base = if self.compound { Decimal::ONE + earlier } else { Decimal::ONE };
        self.percent.ratio() * base
    }
}
