//! Where invoices stand, how they were settled, and how long clients took to pay.

use std::ops::AddAssign;

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use super::ratio;
use crate::{invoice::InvoiceStatus, standing::Standing};

/// The version of these formulas; printed with every figure that they give.
pub const FORMULA: &str = "payment-status/1";

/// Some invoices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Invoices {
    /// How many.
    pub documents: i64,
    /// What they come to with tax, in smallest units.
    pub minor: i64,
    /// What of it is open.
    pub open_minor: i64,
}

impl AddAssign for Invoices {
    fn add_assign(&mut self, other: Self) {
        self.documents += other.documents;
        self.minor += other.minor;
        self.open_minor += other.open_minor;
    }
}

/// Invoices by where they stand on a day, as far as they are settled today. Amounts are in smallest
/// units of one currency, with tax.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PaymentStatus {
    sent: Invoices,
    partially_paid: Invoices,
    overdue: Invoices,
    sums: Standing,
}

impl PaymentStatus {
    /// The invoices of some sums, seen from a day; what waits comes with the day it was due.
    pub fn on(day: Date, sums: impl IntoIterator<Item = (Option<Date>, Standing)>) -> Self {
        let mut status = Self::default();
        for (due, sum) in sums {
            status.sums = status.sums.plus(sum);
            let unsettled = Invoices {
                documents: sum.unsettled,
                minor: sum.unsettled_minor,
                open_minor: sum.unsettled_minor,
            };
            let partial = Invoices {
                documents: sum.partial,
                minor: sum.partial_minor,
                open_minor: sum.partial_open_minor,
            };
            if due.is_some_and(|due| due < day) {
                status.overdue += unsettled;
                status.overdue += partial;
            } else {
                status.sent += unsettled;
                status.partially_paid += partial;
            }
        }
        status
    }

    /// Those of a status; drafts count for nothing and are in no sum.
    pub const fn of(&self, status: InvoiceStatus) -> Invoices {
        let Standing { paid, paid_minor, void, void_minor, .. } = self.sums;
        match status {
            InvoiceStatus::Draft => Invoices { documents: 0, minor: 0, open_minor: 0 },
            InvoiceStatus::Sent => self.sent,
            InvoiceStatus::PartiallyPaid => self.partially_paid,
            InvoiceStatus::Overdue => self.overdue,
            InvoiceStatus::Paid => Invoices { documents: paid, minor: paid_minor, open_minor: 0 },
            InvoiceStatus::Void => Invoices { documents: void, minor: void_minor, open_minor: 0 },
        }
    }

    /// All that were not taken back.
    pub fn charged(&self) -> Invoices {
        let mut charged = self.of(InvoiceStatus::Paid);
        charged += self.sent;
        charged += self.partially_paid;
        charged += self.overdue;
        charged
    }

    /// What of them was paid with money.
    pub const fn received_minor(&self) -> i64 {
        self.sums.money_minor
    }

    /// What credit memos settled of them.
    pub const fn credited_minor(&self) -> i64 {
        self.sums.credited_minor
    }

    /// What was written off of them.
    pub const fn written_off_minor(&self) -> i64 {
        self.sums.written_off_minor
    }

    /// What is settled and nobody says how: what a source settled by other means than payments, and
    /// payments of which it is not known yet what they settle. Charged = paid + credited + written
    /// off + settled otherwise + open.
    pub fn otherwise_minor(&self) -> i64 {
        let charged = self.charged();
        let known = self.received_minor() + self.credited_minor() + self.written_off_minor();
        charged.minor - charged.open_minor - known
    }

    /// The days from an invoice's own day to the money for it, weighted by the amounts, to one
    /// decimal, half to even; `None` without money. A part that was paid by itself counts with its
    /// own days, and what was paid in advance with none.
    pub fn average_days_to_pay(&self) -> Option<Decimal> {
        let Standing { money_minor, money_days, .. } = self.sums;
        let days = Decimal::from(money_days).checked_div(Decimal::from(money_minor))?;
        Some(days.round_dp_with_strategy(1, RoundingStrategy::MidpointNearestEven))
    }

    /// The part of the money that came by the day on which it was due, to four decimals; `None`
    /// without money.
    pub fn on_time(&self) -> Option<Decimal> {
        ratio(self.sums.on_time_minor, self.sums.money_minor)
    }

    /// The part of the money that came later: what is left to one.
    pub fn late(&self) -> Option<Decimal> {
        self.on_time().map(|on_time| Decimal::ONE - on_time)
    }
}

#[cfg(test)]
mod tests;
