//! How the reminders of a day are made.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::NotReminded;

/// What became of the invoices of a step, or of a whole run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DunningCounts {
    /// How many invoices were looked at.
    pub looked_at: u32,
    /// How many reminders were ordered.
    pub ordered: u32,
    /// Of how many it did not come about, such as where somebody changed one all the time.
    pub failed: u32,
    /// Of how many nobody is reminded, by reason.
    pub not_reminded: BTreeMap<NotReminded, u32>,
}

impl DunningCounts {
    /// Counts one more of which nobody is reminded.
    pub fn leave(&mut self, why: NotReminded) {
        let count = self.not_reminded.entry(why).or_default();
        *count = count.saturating_add(1);
    }

    fn plus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        sum.looked_at = sum.looked_at.saturating_add(other.looked_at);
        sum.ordered = sum.ordered.saturating_add(other.ordered);
        sum.failed = sum.failed.saturating_add(other.failed);
        for (why, count) in &other.not_reminded {
            let all = sum.not_reminded.entry(*why).or_default();
            *all = all.saturating_add(*count);
        }
        sum
    }
}

/// The reminders of a day: one record for each day, so each day is gone through once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DunningRun {
    /// The day, on the organisation's clocks.
    pub day: Date,
    /// The first due day to look at, as the policy was when the run began.
    pub due_from: Date,
    /// The last one.
    pub due_to: Date,
    /// When it began.
    pub started_at: Timestamp,
    /// When it last went on.
    pub touched_at: Timestamp,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// How many steps are done.
    pub step: u32,
    /// Where the next invoices are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// What became of the invoices.
    pub counts: DunningCounts,
}

impl DunningRun {
    /// The run of a day that begins now, of what is due between two days.
    pub fn begun(day: Date, (due_from, due_to): (Date, Date), now: Timestamp) -> Self {
        Self {
            day,
            due_from,
            due_to,
            started_at: now,
            touched_at: now,
            finished_at: None,
            step: 0,
            cursor: None,
            counts: DunningCounts::default(),
        }
    }

    /// The run after one more step: what became of its invoices, and where the next ones are.
    #[must_use]
    pub fn went_on(&self, counts: &DunningCounts, cursor: Option<String>, now: Timestamp) -> Self {
        Self {
            touched_at: now,
            finished_at: cursor.is_none().then_some(now),
            step: self.step.saturating_add(1),
            cursor,
            counts: self.counts.plus(counts),
            ..self.clone()
        }
    }
}
