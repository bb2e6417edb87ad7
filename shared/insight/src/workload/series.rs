//! The counts that forecasts are made of: of the whole, of each client, of all others.

use std::{cmp::Reverse, collections::BTreeMap};

use clearmargin_domain::{billing::apportion, id::ClientId, period::Month};
use jiff::{ToSpan as _, civil::Date};

use super::NoDemand;
use crate::{demand::History, snapshot::Desk};

/// How many months that are over a category's share is read off, beside the current one.
const SHARE_MONTHS: i32 = 3;
/// How many categories are told one by one.
const CATEGORIES: usize = 30;
/// The days of a week.
const WEEK: usize = 7;

/// Counts of days or weeks without gaps that all end on the day before the snapshot.
#[derive(Debug)]
pub(super) struct Counts {
    /// The clients, in the order of their series.
    pub(super) clients: Vec<ClientId>,
    /// The whole, what is of no client that is told, and each client; none without any ticket.
    series: Vec<Column>,
}

#[derive(Debug, Default)]
struct Column {
    start: Date,
    counts: Vec<i64>,
}

impl Counts {
    /// By day, from the first one with a ticket on. A client without any is none.
    pub(super) fn of(desk: &Desk, until: Date) -> Self {
        let total = Column::of(&desk.days, until);
        if total.counts.is_empty() {
            return Self { clients: Vec::new(), series: Vec::new() };
        }
        let mut rest = desk.days.clone();
        let (mut clients, mut series) = (Vec::new(), vec![total]);
        for (id, days) in &desk.clients {
            let own = Column::of(days, until);
            if own.counts.is_empty() {
                continue;
            }
            for (day, count) in days {
                let left = rest.entry(*day).or_default();
                // Sums are read one after the other: a ticket may be in one and not yet in another.
                *left = left.saturating_sub(*count).max(0);
            }
            clients.push(*id);
            series.push(own);
        }
        let rest = Column::of(&rest, until).or_one_zero(until, 1);
        series.insert(1, rest);
        Self { clients, series }
    }

    /// The same by weeks of seven days that end with the last day. The whole's first days may be no
    /// whole week: they count for nobody.
    pub(super) fn by_week(&self) -> Self {
        let weeks = self.series.first().map_or(0, |total| total.counts.len() / WEEK);
        let by_week = |column: &Column| column.by_week(weeks);
        let series =
            if weeks == 0 { Vec::new() } else { self.series.iter().map(by_week).collect() };
        Self { clients: self.clients.clone(), series }
    }

    /// What models take.
    pub(super) fn histories(&self) -> Result<Vec<History>, NoDemand> {
        self.series.iter().map(Column::history).collect()
    }
}

impl Column {
    fn of(days: &BTreeMap<Date, i64>, until: Date) -> Self {
        let first = days.range(..until).find(|(_, count)| **count > 0).map(|(day, _)| *day);
        let Some(start) = first else { return Self::default() };
        let all = start.series(1.day()).take_while(|day| *day < until);
        let count = |day: Date| days.get(&day).copied().unwrap_or_default().max(0);
        Self { start, counts: all.map(count).collect() }
    }

    /// One step without anything if there is none.
    fn or_one_zero(self, until: Date, days: i64) -> Self {
        if !self.counts.is_empty() {
            return self;
        }
        let start = until.checked_sub(days.days()).unwrap_or(until);
        Self { start, counts: vec![0] }
    }

    /// The last weeks, at most so many: the first may be a part of one that began without anything.
    fn by_week(&self, weeks: usize) -> Self {
        let backwards: Vec<i64> = self.counts.iter().rev().copied().collect();
        let mut sums: Vec<i64> = backwards
            .chunks(WEEK)
            .take(weeks)
            .map(|days| days.iter().fold(0, |sum: i64, count| sum.saturating_add(*count)))
            .collect();
        sums.reverse();
        let days = |count: usize| i64::try_from(count).unwrap_or(0).days();
        let end = self.start.checked_add(days(self.counts.len())).unwrap_or(self.start);
        let start = end.checked_sub(days(WEEK * sums.len())).unwrap_or(self.start);
        Self { start, counts: sums }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts beyond what a double holds are refused")]
    fn history(&self) -> Result<History, NoDemand> {
        let values: Vec<_> = self.counts.iter().map(|count| Some(*count as f64)).collect();
        History::new("", self.start, &values).map_err(|_| NoDemand::OutOfRange)
    }
}

/// What the categories have of the whole.
#[derive(Debug)]
pub(super) struct Shares {
    /// The largest ones, the largest first.
    pub(super) told: Vec<Option<String>>,
    /// The tickets of all others, and of each of the largest ones.
    weights: Vec<i64>,
}

impl Shares {
    /// Those of the current month and the last few before it, or of all months if there is nothing.
    pub(super) fn of(desk: &Desk, day: Date) -> Self {
        let lately = Self::since(desk, Month::of(day).plus(-SHARE_MONTHS));
        if lately.weights.iter().any(|weight| *weight > 0) {
            return lately;
        }
        let first = desk.categories.iter().filter_map(|it| it.months.keys().next()).min();
        first.map_or(lately, |first| Self::since(desk, *first))
    }

    fn since(desk: &Desk, month: Month) -> Self {
        let sum = |months: &BTreeMap<Month, i64>| {
            months.range(month..).fold(0_i64, |sum, (_, count)| sum.saturating_add((*count).max(0)))
        };
        let all = desk.categories.iter().map(|it| (sum(&it.months), &it.category));
        let mut all: Vec<_> = all.filter(|(tickets, _)| *tickets > 0).collect();
        all.sort_by_key(|(tickets, category)| (Reverse(*tickets), *category));
        let rest = all.iter().skip(CATEGORIES).map(|(tickets, _)| tickets);
        let rest = rest.fold(0_i64, |sum, tickets| sum.saturating_add(*tickets));
        all.truncate(CATEGORIES);
        Self {
            told: all.iter().map(|(_, category)| (*category).clone()).collect(),
            weights: [rest].into_iter().chain(all.iter().map(|(tickets, _)| *tickets)).collect(),
        }
    }

    /// What all others and each of the largest ones have of so many; without any share, all others
    /// have everything.
    pub(super) fn divide(&self, total: i64) -> Vec<i64> {
        apportion(total, &self.weights)
    }
}
