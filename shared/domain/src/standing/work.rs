//! What time entries add.

use super::{Standing, StandingBucket, StandingDelta, StandingOf};
use crate::{
    metrics::billing_efficiency::{Outcome, Work, days},
    period::Month,
    time_entry::TimeEntry,
};

impl StandingDelta {
    /// What a time entry adds: nothing if it is not charged by itself.
    pub fn of_time(entry: &TimeEntry) -> Self {
        let mut delta = Self::default();
        if let Some(work) = entry.work() {
            let waits = work.outcome == Outcome::Unbilled;
            let (of, month) = (StandingOf::Work, Month::of(work.day));
            let day = waits.then_some(work.day);
            delta.add(StandingBucket { of, month, day }, stands(&work));
        }
        delta
    }
}

fn stands(work: &Work) -> Standing {
    let none = Standing::default();
    let (seconds, minor) = (work.time.seconds, work.value().unwrap_or_default());
    let unpriced = if work.value().is_none() { seconds } else { 0 };
    let invoiced = Standing {
        invoiced_entries: 1,
        invoiced_seconds: seconds,
        invoiced_minor: minor,
        invoiced_unpriced: unpriced,
        ..none
    };
    match work.outcome {
        Outcome::Unbilled => Standing {
            unbilled_seconds: seconds,
            unbilled_minor: minor,
            unbilled_unpriced: unpriced,
            ..none
        },
        Outcome::Invoiced { on, minor: charged } => Standing {
            traced_entries: 1,
            traced_seconds: seconds,
            traced_minor: minor,
            traced_charged_minor: charged,
            traced_days: days(work.day, on),
            ..invoiced
        },
        Outcome::InvoicedSomewhere => invoiced,
        Outcome::WrittenOff { .. } => Standing {
            dropped_seconds: seconds,
            dropped_minor: minor,
            dropped_unpriced: unpriced,
            ..none
        },
        Outcome::Unknown => Standing {
            unknown_seconds: seconds,
            unknown_minor: minor,
            unknown_unpriced: unpriced,
            ..none
        },
    }
}
