//! The figures from sums, however much work there is.

use jiff::civil::Date;

use super::{BillingEfficiency, Outcome, UnbilledAge, Work, WorkSum, days};
use crate::{
    labour::WorkedTime,
    standing::Standing,
    time_entry::{BillingStatus, TimeEntry, TimeInvoiced},
};

impl TimeEntry {
    /// It as work that may be charged by itself; none if it may not, or if an agreement covers it.
    ///
    /// On which invoice of ours it is, it says itself. A source says that work is on an invoice, and not
    /// on which. Of other work that was entered here nobody says what becomes of it: whoever invoices
    /// it does so by hand.
    pub fn work(&self) -> Option<Work> {
        let traced = |on: TimeInvoiced| Outcome::Invoiced { on: on.day, minor: on.minor };
        let traced = self.invoiced.map(traced);
        let outcome = match self.status {
            BillingStatus::UnderContract => return None,
            _ if traced.is_some() => traced?,
            BillingStatus::Invoiced => Outcome::InvoicedSomewhere,
            _ if !self.billable => return None,
            BillingStatus::Ignored => Outcome::WrittenOff { on: self.day },
            BillingStatus::Pending | BillingStatus::Approved if self.origin.is_none() => {
                Outcome::Unknown
            }
            BillingStatus::Pending | BillingStatus::Approved => Outcome::Unbilled,
        };
        let price_minor = self.price().map(|price| price.minor);
        Some(Work { day: self.day, time: self.charged(), price_minor, outcome })
    }
}

impl BillingEfficiency {
    /// The work of some sums, seen from a day; what is unbilled comes with the day it was done.
    pub fn on(day: Date, sums: impl IntoIterator<Item = (Option<Date>, Standing)>) -> Self {
        let mut figures = Self::default();
        for (worked_on, sum) in sums {
            figures.add_summed(worked_on.unwrap_or(day), day, &sum);
        }
        figures
    }

    fn add_summed(&mut self, worked_on: Date, day: Date, sum: &Standing) {
        let work = |seconds, minor| WorkSum { time: WorkedTime { seconds }, minor };
        let billed = work(sum.invoiced_seconds, sum.invoiced_minor);
        let charged = sum.invoiced_minor - sum.traced_minor + sum.traced_charged_minor;
        let written_off = work(sum.dropped_seconds, sum.dropped_minor);
        let unbilled = work(sum.unbilled_seconds, sum.unbilled_minor);
        self.billed += work(sum.invoiced_seconds, charged);
        self.somewhere +=
            work(sum.invoiced_seconds - sum.traced_seconds, sum.invoiced_minor - sum.traced_minor);
        self.lag_days += sum.traced_days;
        self.lag_entries += sum.traced_entries;
        self.written_off += written_off;
        self.unknown += work(sum.unknown_seconds, sum.unknown_minor);
        self.waits(UnbilledAge::of(days(worked_on, day)), unbilled);
        for part in [billed, written_off, unbilled] {
            self.billable += part;
        }
        let unpriced = sum.invoiced_unpriced + sum.dropped_unpriced + sum.unbilled_unpriced;
        self.unpriced = self.unpriced + WorkedTime { seconds: unpriced };
    }
}
