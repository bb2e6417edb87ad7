//! What documents charge for hours and do not name: it pays for work of the time before them.

use std::collections::{BTreeMap, BTreeSet};

use clearmargin_domain::id::TimeEntryId;
use jiff::civil::Date;

/// Lines of documents, each with its day and what of it is not used yet.
#[derive(Debug)]
pub(super) struct Bank {
    rows: Vec<(Date, i64)>,
    /// A document charges work of so many days before it.
    within_days: i64,
}

/// A piece of work, its day, and what is owed for it.
pub(super) type Asked = (TimeEntryId, Date, i64);

impl Bank {
    pub(super) fn of(rows: impl IntoIterator<Item = (Date, i64)>, within_days: i64) -> Self {
        let mut rows: Vec<_> = rows.into_iter().filter(|(_, minor)| *minor > 0).collect();
        rows.sort_unstable();
        Self { rows, within_days }
    }

    /// The work that lines charge for just what it is owed, the oldest first; they are
    /// used up.
    pub(super) fn exactly(&mut self, asked: &[Asked]) -> BTreeSet<TimeEntryId> {
        let mut by_amount: BTreeMap<i64, Vec<(usize, Date)>> = BTreeMap::new();
        for (at, (day, minor)) in self.rows.iter().enumerate() {
            by_amount.entry(*minor).or_default().push((at, *day));
        }
        let mut fitting = Vec::new();
        for (id, day, minor) in asked.iter().filter(|(_, _, minor)| *minor > 0) {
            let rows = by_amount.get(minor).into_iter().flatten();
            fitting.extend(
                rows.filter(|(_, of)| may_charge(*of, *day, self.within_days))
                    .map(|(at, _)| (*at, *day, *id)),
            );
        }
        fitting.sort_unstable();
        let mut settled = BTreeSet::new();
        for (at, _, id) in fitting {
            if let Some((_, rest)) = self.rows.get_mut(at).filter(|(_, rest)| *rest > 0)
                && settled.insert(id)
            {
                *rest = 0;
            }
        }
        settled
    }

    /// What is left of an amount after lines that may charge work of a day.
    pub(super) fn left(&mut self, day: Date, owed: i64) -> i64 {
        let (mut left, within) = (owed, self.within_days);
        for (_, rest) in self.rows.iter_mut().filter(|(of, _)| may_charge(*of, day, within)) {
            let part = left.min(*rest).max(0);
            left -= part;
            *rest -= part;
        }
        left
    }
}

/// Whether a document may charge work of a day.
fn may_charge(document: Date, work: Date, within_days: i64) -> bool {
    let days = work.duration_until(document).as_hours() / 24;
    (0..=within_days).contains(&days)
}
