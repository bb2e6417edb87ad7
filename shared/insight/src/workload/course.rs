//! What is said of each day or week, and how it is divided.

use clearmargin_domain::id::ClientId;
use serde::{Deserialize, Serialize};

use super::{CategoryCourse, NoDemand, Table, Tested, series::Shares};
use crate::{
    demand::{Expected, Pool, Step, coherent},
    forecast::{LEVELS, NotEnough, whole},
};

/// The levels of the bands of a [`Course`], in per cent.
pub const TICKET_LEVELS: [u8; 3] = LEVELS;

/// How many tickets are expected at each step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Course {
    /// The mean of what may come, in thousandths of a ticket: means add up.
    pub expected: Vec<i64>,
    /// For each of the levels 50, 80 and 95 per cent the fewest and the most tickets, step by step. They
    /// hold the number that is as likely exceeded as not, and with few tickets not always the mean.
    pub bands: [Vec<(i64, i64)>; 3],
}

impl Course {
    fn of(steps: &[Step], expected: Vec<i64>) -> Self {
        let told: Vec<_> =
            steps.iter().zip(&expected).map(|(step, mean)| step.around(*mean).bands).collect();
        let band = |level: usize| {
            let ends = told.iter().filter_map(|bands| bands.get(level));
            ends.map(|band| (whole(band.low), whole(band.high))).collect()
        };
        Self { expected, bands: [band(0), band(1), band(2)] }
    }
}

/// One step, divided in thousandths of a ticket.
#[derive(Debug, Clone, Default)]
pub(super) struct Split {
    total: i64,
    /// All other clients, and each client.
    clients: Vec<i64>,
    /// All other categories, and each category.
    categories: Vec<i64>,
}

impl Split {
    fn add(&mut self, other: &Self) {
        let add = |sums: &mut Vec<i64>, more: &[i64]| {
            sums.resize(more.len(), 0);
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum = sum.saturating_add(*more));
        };
        self.total = self.total.saturating_add(other.total);
        add(&mut self.clients, &other.clients);
        add(&mut self.categories, &other.categories);
    }
}

/// What is said of the steps ahead.
#[derive(Debug)]
pub(super) struct Said {
    /// The whole, all other clients, and each client.
    steps: Vec<Vec<Step>>,
    splits: Vec<Split>,
    tested: Tested,
    used: usize,
}

impl Said {
    /// What a pool says whose first series is the whole, of which the others are the parts.
    pub(super) fn of(pool: &Pool<'_>, horizon: usize, shares: &Shares) -> Result<Self, NoDemand> {
        let needed = pool.grain().rhythm().needed();
        let none = NoDemand::NotEnough { have: 0, needed };
        let told = pool.forecasts(horizon, 1).into_iter().next().ok_or(none)?;
        let told =
            told.map_err(|NotEnough { have, needed }| NoDemand::NotEnough { have, needed })?;
        let steps = pool.steps(horizon);
        let splits = (0..told.steps.len()).map(|at| split(&steps, at, shares)).collect();
        Ok(Self { steps, splits, tested: Tested::of(&told.backtest), used: told.used })
    }

    /// The steps of the whole.
    pub(super) fn total(&self) -> &[Step] {
        self.steps.first().map_or(&[], Vec::as_slice)
    }

    /// The sums of each seven steps.
    pub(super) fn weeks(&self) -> Vec<Split> {
        let sum = |days: &[Split]| {
            days.iter().fold(Split::default(), |mut week, day| {
                week.add(day);
                week
            })
        };
        self.splits.chunks_exact(7).map(sum).collect()
    }

    /// The same with other means at the first steps.
    pub(super) fn beginning_with(mut self, first: Vec<Split>) -> Self {
        self.splits.iter_mut().zip(first).for_each(|(split, known)| *split = known);
        self
    }

    pub(super) fn table(&self, clients: &[ClientId], shares: &Shares) -> Table {
        let expected = |of: &dyn Fn(&Split) -> Option<i64>| -> Vec<i64> {
            self.splits.iter().map(|split| of(split).unwrap_or_default()).collect()
        };
        let client = |at: usize| {
            let steps = self.steps.get(at + 1).map_or(&[][..], Vec::as_slice);
            Course::of(steps, expected(&|split| split.clients.get(at).copied()))
        };
        let category = |at: usize| {
            Course::of(self.total(), expected(&|split| split.categories.get(at).copied()))
        };
        let told = |(at, word): (usize, &Option<String>)| CategoryCourse {
            category: word.clone(),
            course: category(at),
        };
        Table {
            starts: self.total().iter().map(|step| step.date).collect(),
            used: self.used,
            tested: self.tested.clone(),
            total: Course::of(self.total(), expected(&|split| Some(split.total))),
            clients: (1..).zip(clients).map(|(at, id)| (*id, client(at))).collect(),
            other_clients: client(0),
            categories: (1..).zip(&shares.told).map(told).collect(),
            other_categories: category(0),
        }
    }
}

/// A step of the whole, divided among clients and categories.
fn split(steps: &[Vec<Step>], at: usize, shares: &Shares) -> Split {
    let expected = |steps: &Vec<Step>| {
        let step = steps.get(at);
        let none = Expected { mean: 0.0, variance: 0.0 };
        step.map_or(none, |step| Expected { mean: step.mean, variance: step.variance })
    };
    let mut all = steps.iter().map(expected);
    let total = all.next().unwrap_or(Expected { mean: 0.0, variance: 0.0 });
    let told = coherent(total, &[all.collect()]);
    let clients = told.groups.into_iter().next().unwrap_or_default();
    Split { total: told.total, clients, categories: shares.divide(told.total) }
}
