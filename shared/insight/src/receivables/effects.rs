//! What the facts of a bill add to the days that its client takes: regression within clients, so
//! that who gets such bills is no part of it (the "within" estimator; Mundlak, 1978), with ridge.

use std::collections::BTreeSet;

use super::{Fact, bill::Bill};
use crate::odds::{encoding::frequent, logistic::cholesky};

/// How strongly effects are drawn to zero: as if each were known beforehand to be about as large as
/// the days that cannot be explained.
const RIDGE: f64 = 1.0;
/// Terms are counted in months, so that the ridge means for them what it does for the others.
const MONTH: f64 = 30.0;

/// A bill of which the delay is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample<'a> {
    /// The bill.
    pub(super) bill: &'a Bill,
    /// Days past due when it was paid.
    pub(super) delay: f64,
    /// For how many bills it stands.
    pub(super) weight: f64,
}

/// What a column holds.
#[derive(Debug)]
enum Column {
    Amount,
    Terms,
    Disputed,
    Word { name: String, word: String },
}

/// A column, its mean and the days that a unit of it adds.
#[derive(Debug)]
struct Effect {
    column: Column,
    /// The place of its fact.
    fact: usize,
    mean: f64,
    days: f64,
}

/// What the facts of bills add to days.
#[derive(Debug)]
pub(super) struct Effects {
    facts: Vec<Fact>,
    effects: Vec<Effect>,
}

impl Effects {
    /// The effects in these bills, those of a client beside each other.
    pub(super) fn fit(samples: &[Sample<'_>]) -> Self {
        let (facts, columns) = columns(samples);
        let mut effects: Vec<Effect> = columns
            .into_iter()
            .map(|(fact, column)| Effect { mean: mean(&column, samples), column, fact, days: 0.0 })
            .collect();
        let row = |it: &Sample<'_>| effects.iter().map(|effect| effect.value(it.bill)).collect();
        let mut rows: Vec<Vec<f64>> = samples.iter().map(row).collect();
        let mut start = 0;
        for own in samples.chunk_by(|a, b| a.bill.client == b.bill.client) {
            within(own, &mut rows[start..start + own.len()]);
            start += own.len();
        }
        for (effect, days) in effects.iter_mut().zip(solve(samples, &rows)) {
            effect.days = days;
        }
        Self { facts, effects }
    }

    /// The facts that [`parts`](Self::parts) are of.
    pub(super) fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The days that each fact of a bill adds to those of a mean bill.
    pub(super) fn parts(&self, bill: &Bill) -> Vec<f64> {
        let mut parts = vec![0.0; self.facts.len()];
        for effect in &self.effects {
            parts[effect.fact] += effect.days * effect.value(bill);
        }
        parts
    }
}

impl Effect {
    /// How far a bill's value is from the mean; nothing where it is not known.
    fn value(&self, bill: &Bill) -> f64 {
        self.column.value(bill).map_or(0.0, |value| value - self.mean)
    }
}

impl Column {
    #[expect(clippy::cast_precision_loss, reason = "a size, of which the logarithm is taken")]
    fn value(&self, bill: &Bill) -> Option<f64> {
        let said = |truth: bool| f64::from(u8::from(truth));
        match self {
            Self::Amount => (bill.amount.minor > 0).then(|| (bill.amount.minor as f64).ln()),
            Self::Terms => Some(bill.terms() / MONTH),
            Self::Disputed => bill.disputed.map(said),
            Self::Word { name, word } => bill.words.get(name).map(|it| said(it == word)),
        }
    }
}

fn columns(samples: &[Sample<'_>]) -> (Vec<Fact>, Vec<(usize, Column)>) {
    let mut facts = vec![Fact::Amount, Fact::Terms, Fact::Disputed];
    let mut columns = vec![(0, Column::Amount), (1, Column::Terms), (2, Column::Disputed)];
    let names: BTreeSet<&String> = samples.iter().flat_map(|it| it.bill.words.keys()).collect();
    for name in names {
        let words = samples.iter().filter_map(|it| it.bill.words.get(name)).map(String::as_str);
        for word in frequent(words) {
            columns.push((facts.len(), Column::Word { name: name.clone(), word }));
        }
        facts.push(Fact::Word(name.clone()));
    }
    (facts, columns)
}

/// The mean of what is known.
fn mean(column: &Column, samples: &[Sample<'_>]) -> f64 {
    let known = samples.iter().filter_map(|it| Some((it.weight, column.value(it.bill)?)));
    let (weight, sum) = known.fold((0.0, 0.0), |(weights, sum), (weight, value)| {
        (weights + weight, sum + weight * value)
    });
    if weight > 0.0 { sum / weight } else { 0.0 }
}

/// Takes a client's means away from its rows. With them the mean of its delays makes no difference.
fn within(own: &[Sample<'_>], rows: &mut [Vec<f64>]) {
    let Some(width) = rows.first().map(Vec::len) else { return };
    let weight: f64 = own.iter().map(|it| it.weight).sum();
    let mut means = vec![0.0; width];
    for (it, row) in own.iter().zip(rows.iter()) {
        let share = it.weight / weight;
        means.iter_mut().zip(row).for_each(|(sum, value)| *sum += share * value);
    }
    for row in rows {
        row.iter_mut().zip(&means).for_each(|(value, mean)| *value -= mean);
    }
}

/// Weighted least squares with ridge.
fn solve(samples: &[Sample<'_>], rows: &[Vec<f64>]) -> Vec<f64> {
    let width = rows.first().map_or(0, Vec::len);
    let (mut right, mut lower) = (vec![0.0; width], vec![vec![0.0; width]; width]);
    for (sample, row) in samples.iter().zip(rows) {
        for (at, x) in row.iter().enumerate() {
            right[at] += sample.weight * x * sample.delay;
            for (sum, other) in lower[at].iter_mut().zip(&row[..=at]) {
                *sum += sample.weight * x * other;
            }
        }
    }
    for (at, row) in lower.iter_mut().enumerate() {
        row[at] += RIDGE;
    }
    cholesky(lower, right)
}
