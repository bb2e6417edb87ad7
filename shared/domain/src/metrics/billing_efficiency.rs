//! How much of the billable work becomes invoices, and how soon.
//!
//! Only work that may be charged by itself is billable here: time that an agreement covers is paid
//! for by the agreement.

mod age;
mod summed;

use std::ops::AddAssign;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{labour::WorkedTime, metrics::ratio};

pub use age::UnbilledAge;

/// The version of these formulas; printed with every figure that they give.
pub const FORMULA: &str = "billing-efficiency/1";

/// What became of a piece of work, and on which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing yet.
    Unbilled,
    /// It is on an invoice.
    Invoiced {
        /// The invoice's day.
        on: Date,
        /// For how much, in smallest units: less than its price where it was written down.
        minor: i64,
    },
    /// It is on an invoice, and nobody says on which: neither the invoice's day is known nor what it
    /// charges for the work.
    InvoicedSomewhere,
    /// Nobody says: it may be on an invoice or not.
    Unknown,
    /// It will not be invoiced.
    WrittenOff {
        /// The day on which that was decided.
        on: Date,
    },
}

impl Outcome {
    /// What was known of it at the end of a day.
    fn as_of(self, day: Date) -> Self {
        match self {
            Self::Invoiced { on, .. } | Self::WrittenOff { on } if on > day => Self::Unbilled,
            known => known,
        }
    }
}

/// A piece of work that may be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// The day on which it was done.
    pub day: Date,
    /// How long it is when it is charged.
    pub time: WorkedTime,
    /// What that comes to at its price, in smallest units; none without a price.
    pub price_minor: Option<i64>,
    /// What became of it.
    pub outcome: Outcome,
}

impl Work {
    /// What it is worth; for want of a price, what was invoiced for it.
    pub(crate) fn value(&self) -> Option<i64> {
        match self.outcome {
            Outcome::Invoiced { minor, .. } => self.price_minor.or(Some(minor)),
            Outcome::Unbilled
            | Outcome::InvoicedSomewhere
            | Outcome::Unknown
            | Outcome::WrittenOff { .. } => self.price_minor,
        }
    }
}

/// A sum of work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WorkSum {
    /// How long.
    pub time: WorkedTime,
    /// For how much, in smallest units.
    pub minor: i64,
}

impl AddAssign for WorkSum {
    fn add_assign(&mut self, other: Self) {
        self.time = self.time + other.time;
        self.minor += other.minor;
    }
}

/// Billable work, by what became of it until a day. Amounts are in smallest units of one currency.
///
/// The time of the billable work is that of what was billed, written off and is unbilled. The money
/// is not: work is billable at its price and billed at what the invoice says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BillingEfficiency {
    /// All of it of which it is known what became, at its price.
    pub billable: WorkSum,
    /// What is on invoices: for what they say, and at its price where nobody says on which it is.
    pub billed: WorkSum,
    /// The part of it of which nobody says on which invoice it is.
    pub somewhere: WorkSum,
    /// What may be on an invoice or not, at its price. It is in no other sum.
    pub unknown: WorkSum,
    /// What will not be invoiced, at its price. Not what was invoiced and never paid.
    pub written_off: WorkSum,
    /// Time of the billable work of which no money is known: in the sums it is missing.
    pub unpriced: WorkedTime,
    unbilled: [WorkSum; 4],
    lag_days: i64,
    lag_entries: i64,
}

impl BillingEfficiency {
    /// The work that was done by the end of a day, as it stood then: what was invoiced or written off
    /// later is unbilled.
    pub fn as_of(day: Date, work: impl IntoIterator<Item = Work>) -> Self {
        let mut sums = Self::default();
        for piece in work.into_iter().filter(|piece| piece.day <= day) {
            sums.add(Work { outcome: piece.outcome.as_of(day), ..piece }, day);
        }
        sums
    }

    fn add(&mut self, work: Work, day: Date) {
        let value = work.value();
        let sum = WorkSum { time: work.time, minor: value.unwrap_or_default() };
        if work.outcome == Outcome::Unknown {
            self.unknown += sum;
            return;
        }
        self.billable += sum;
        if value.is_none() {
            self.unpriced = self.unpriced + work.time;
        }
        match work.outcome {
            Outcome::Invoiced { on, minor } => {
                self.billed += WorkSum { minor, ..sum };
                self.lag_days += days(work.day, on);
                self.lag_entries += 1;
            }
            Outcome::InvoicedSomewhere => {
                self.billed += sum;
                self.somewhere += sum;
            }
            Outcome::WrittenOff { .. } => self.written_off += sum,
            Outcome::Unbilled => self.waits(UnbilledAge::of(days(work.day, day)), sum),
            // It is in no sum but its own.
            Outcome::Unknown => {}
        }
    }

    fn waits(&mut self, age: UnbilledAge, sum: WorkSum) {
        if let Some(bucket) = self.unbilled.get_mut(age as usize) {
            *bucket += sum;
        }
    }

    /// What is on no invoice and not written off, of an age, at its price.
    pub fn unbilled(&self, age: UnbilledAge) -> WorkSum {
        self.unbilled.get(age as usize).copied().unwrap_or_default()
    }

    /// Billed time ÷ billable time, to four decimals; `None` without billable time. Formula:
    /// <https://timix.ai/guides/realization-rate>, "billing realization".
    pub fn time_ratio(&self) -> Option<Decimal> {
        ratio(self.billed.time.seconds, self.billable.time.seconds)
    }

    /// What was billed ÷ what billable work is worth at its price, to four decimals; `None` when that
    /// is nothing, and when nobody says what some of it was billed for. An upper bound while there is
    /// time without a price. Formula:
    /// <https://everhour.com/calculators/realization-rate-calculator>.
    pub fn money_ratio(&self) -> Option<Decimal> {
        let known = self.somewhere == WorkSum::default();
        if known { ratio(self.billed.minor, self.billable.minor) } else { None }
    }

    /// The same, with what nobody says the invoice of at its price: how much of the worth is on
    /// invoices, whatever was written down there. To four decimals; `None` when the work is worth
    /// nothing.
    pub fn worth_ratio(&self) -> Option<Decimal> {
        ratio(self.billed.minor, self.billable.minor)
    }

    /// What was written off, at its price, ÷ what was billed, to four decimals; `None` when that is
    /// nothing. A lower bound while there is time without a price.
    pub fn write_off_ratio(&self) -> Option<Decimal> {
        ratio(self.written_off.minor, self.billed.minor)
    }

    /// Days from the work to its invoice, the mean over pieces of work, to four decimals; `None` when it
    /// is known of none on which invoice it is.
    pub fn average_lag(&self) -> Option<Decimal> {
        ratio(self.lag_days, self.lag_entries)
    }
}

/// Days from one to another.
pub(crate) fn days(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

#[cfg(test)]
mod tests;
