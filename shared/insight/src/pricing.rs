//! What agreements cost, what their prices would have to be for the margin that is wanted, and what a raise
//! is worth.
//!
//! All of it is whole smallest units and fractions of them. A run keeps what follows from a snapshot alone,
//! [`PriceBook`]; [`PriceBook::answer`] holds it against what somebody wants. `docs/pricing.md` has the
//! definitions.

mod answer;
mod costs;
mod earliest;
mod raise;
mod standing;
#[cfg(test)]
mod tests;
mod window;

use clearmargin_domain::{
    agreement::{Months, PricingUnit},
    id::{AgreementId, AgreementLineId, ClientId, ServiceId},
    money::divide_half_even,
    service::Offering,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use answer::{Advice, LinePrice, Priced, Pricing, Target, Totals};
pub use costs::of_snapshot;
pub use earliest::{Earliest, Opening};
pub use raise::{FloorAboveTarget, HIGHEST_MARGIN, RAISE_CAP, Raise, Wishes};
pub use standing::{Among, FEWEST_OTHERS, Place};
pub use window::{FEWEST_MONTHS, MONTHS};

use crate::snapshot::sold::per_months;
pub(crate) use standing::{Prices, number as unit_number};
pub(crate) use window::Window;

/// The version of the definitions.
pub const MODEL: &str = "pricing/1";

/// What the agreements of an organisation cost and bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceBook {
    /// The agreements in force, by id.
    pub agreements: Vec<Costed>,
}

/// What an agreement costs and brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Costed {
    /// The agreement.
    pub agreement: AgreementId,
    /// Whose it is.
    pub client: ClientId,
    /// When its prices may change.
    pub earliest: Earliest,
    /// Over how many months the client's labour was taken.
    pub months: usize,
    /// What an hour of work for the client brings net of what was bought, in smallest units; none without
    /// work.
    pub hourly: Option<i64>,
    /// Where that stands.
    pub hourly_place: Option<Place>,
    /// How many of its lines are charged once or by the hour: their prices are left alone.
    pub other_lines: usize,
    /// Its lines that recur, or why its costs are not known.
    pub lines: Result<Vec<LineCost>, NoPrice>,
}

/// What a line that recurs costs and brings. Amounts are in smallest units, those of a year as its price and
/// quantity are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineCost {
    /// The line.
    pub line: AgreementLineId,
    /// The catalogue entry, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// Work or product.
    pub offering: Offering,
    /// What the price is for.
    pub unit: PricingUnit,
    /// How many units one charge is for, in hundredths.
    pub hundredths: i64,
    /// How many months a charge is for.
    pub every: Months,
    /// What a unit is sold for.
    pub price: i64,
    /// What it will be sold for on the first day on which that may change, with the rises agreed.
    pub then: i64,
    /// Its part of the client's labour, in a year.
    pub labour: i64,
    /// What its units cost to buy, in a year.
    pub bought: i64,
    /// Where its price stands among other clients'.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// Why the costs of an agreement, and so its prices, are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "why")]
pub enum NoPrice {
    /// Too few months of the client are over.
    TooFewMonths {
        /// How many are.
        have: usize,
        /// How many are needed.
        needed: usize,
    },
    /// Some of the client's work has no cost rate.
    UncostedTime {
        /// How much, in seconds.
        seconds: i64,
    },
    /// It sells work, and nobody recorded any time.
    NoTime,
    /// Nobody said what some of its products cost to buy.
    UncostedLines {
        /// How many lines.
        lines: usize,
    },
    /// Some of its lines have no price.
    UnpricedLines {
        /// How many.
        lines: usize,
    },
    /// Its prices are in another currency.
    OtherCurrency,
    /// Nothing of it recurs, or for nothing.
    NothingRecurs,
    /// Its amounts are beyond what can be worked with.
    OutOfRange,
}

impl NoPrice {
    /// The name of each.
    pub const NAMES: [&'static str; 8] = [
        "too_few_months",
        "uncosted_time",
        "no_time",
        "uncosted_lines",
        "unpriced_lines",
        "other_currency",
        "nothing_recurs",
        "out_of_range",
    ];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [months, time, no_time, uncosted, unpriced, currency, nothing, range] = Self::NAMES;
        match self {
            Self::TooFewMonths { .. } => months,
            Self::UncostedTime { .. } => time,
            Self::NoTime => no_time,
            Self::UncostedLines { .. } => uncosted,
            Self::UnpricedLines { .. } => unpriced,
            Self::OtherCurrency => currency,
            Self::NothingRecurs => nothing,
            Self::OutOfRange => range,
        }
    }
}

impl LineCost {
    /// What it brings in a year at a price for a unit, rounded once, half to even.
    pub fn yearly(&self, price: i64) -> Option<i64> {
        per_months(price, self.hundredths.into(), 12, self.every)
    }

    /// What it costs in a year.
    pub const fn cost(&self) -> i64 {
        self.labour.saturating_add(self.bought)
    }
}

/// A quotient to the nearest whole, half to even; `None` for nothing to divide by, or where it does not fit.
pub(crate) fn nearest(dividend: i128, divisor: i128) -> Option<i64> {
    divide_half_even(dividend, divisor)?.try_into().ok()
}

/// What an amount of some months is of twelve.
pub(crate) fn of_year(minor: i64, months: usize) -> Option<i64> {
    nearest(i128::from(minor) * 12, i128::try_from(months).ok()?)
}

/// A part of a whole to four decimals, half to even; `None` of nothing.
pub(crate) fn share(part: i128, whole: i128) -> Option<Decimal> {
    let (part, whole) =
        if whole < 0 { (part.checked_neg()?, whole.checked_neg()?) } else { (part, whole) };
    let units = divide_half_even(part.checked_mul(10_000)?, whole)?;
    Some(Decimal::new(units.try_into().ok()?, 4).normalize())
}
