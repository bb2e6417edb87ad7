//! Where documents and work stand, as sums by the month that they are of.
//!
//! Whatever is settled, taken back or invoiced is summed over its month; what still waits is summed by
//! day, too, since time alone moves it: an open invoice becomes overdue and unbilled work grows
//! older, and nobody writes anything then.

mod documents;
mod work;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{counters::counters, id::ClientId, period::Month};

/// What is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "of", content = "id")]
pub enum StandingOf {
    /// All invoices, by their month, and by the day from which they are overdue.
    Invoices,
    /// Those of one source system's record of a client.
    InvoicesOf(ClientId),
    /// Work that may be charged by itself, by its month, and by its day as long as it is on no
    /// invoice.
    Work,
}

/// One sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StandingBucket {
    /// Of what.
    pub of: StandingOf,
    /// The month that it is of.
    pub month: Month,
    /// The day from which the age of what waits is counted; none for what waits no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
}

counters! {
    /// Where things stand. Money is in smallest units of the organisation's currency: of invoices with
    /// tax, of work at its price.
    pub struct Standing;

    /// Invoices of which nothing is open.
    paid: "p",
    /// What they come to.
    paid_minor: "pm",
    /// Invoices that were taken back.
    void: "v",
    /// What they came to.
    void_minor: "vm",
    /// Invoices of which nothing is settled.
    unsettled: "u",
    /// What they come to, all of which is open.
    unsettled_minor: "um",
    /// Invoices of which a part is settled.
    partial: "q",
    /// What they come to.
    partial_minor: "qm",
    /// What of it is open.
    partial_open_minor: "qo",
    /// What was settled with money.
    money_minor: "m",
    /// The part of it that came by the day on which it was due.
    on_time_minor: "mt",
    /// Each part of it times the days from its invoice's day to its own.
    money_days: "md",
    /// What was settled by credit memos.
    credited_minor: "c",
    /// What was written off.
    written_off_minor: "w",
    /// Pieces of work that are on an invoice.
    invoiced_entries: "n",
    /// How long they are when they are charged, in seconds.
    invoiced_seconds: "ns",
    /// What they come to.
    invoiced_minor: "nm",
    /// The part of the time that has no price.
    invoiced_unpriced: "nu",
    /// The part of those pieces of which it is known on which invoice they are.
    traced_entries: "t",
    /// How long they are, in seconds.
    traced_seconds: "ts",
    /// What they come to.
    traced_minor: "tm",
    /// What their invoices charge for them.
    traced_charged_minor: "tc",
    /// The days from each of them to its invoice, all together.
    traced_days: "td",
    /// Work that will not be invoiced, in seconds.
    dropped_seconds: "ds",
    /// What it comes to.
    dropped_minor: "dm",
    /// The part of the time that has no price.
    dropped_unpriced: "du",
    /// Work that is on no invoice, in seconds.
    unbilled_seconds: "bs",
    /// What it comes to.
    unbilled_minor: "bm",
    /// The part of the time that has no price.
    unbilled_unpriced: "bu",
    /// Work of which nobody says what became, in seconds.
    unknown_seconds: "xs",
    /// What it comes to.
    unknown_minor: "xm",
    /// The part of the time that has no price.
    unknown_unpriced: "xu",
}

/// A change of where things stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StandingDelta {
    sums: BTreeMap<StandingBucket, Standing>,
}

impl StandingDelta {
    /// Adds to a sum.
    pub fn add(&mut self, bucket: StandingBucket, standing: Standing) {
        let sum = self.sums.entry(bucket).or_default();
        *sum = sum.plus(standing);
    }

    /// The change that takes this one back.
    #[must_use]
    pub fn negated(mut self) -> Self {
        self.sums.values_mut().for_each(|sum| *sum = Standing::default().minus(*sum));
        self
    }

    /// Adds another change.
    pub fn merge(&mut self, other: Self) {
        other.sums.into_iter().for_each(|(bucket, standing)| self.add(bucket, standing));
    }

    /// The sums that really change.
    pub fn changes(&self) -> impl Iterator<Item = (StandingBucket, Standing)> {
        let all = self.sums.iter().map(|(bucket, standing)| (*bucket, *standing));
        all.filter(|(_, standing)| !standing.is_zero())
    }
}
