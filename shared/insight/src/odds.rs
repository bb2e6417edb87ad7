//! How likely something is, learned from what became of others, with reasons that add up.
//!
//! Three models are fitted: a logistic regression whose effects may bend, shallow trees and deep ones.
//! What each says of cases that it did not see decides how much it counts, and calibrates the sum. The
//! log-odds of a case are a base and a part for each field, exactly. `docs/risk.md` has the figures
//! that each choice was made by.
#![expect(
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "models are numbers and their places"
)]

mod blend;
pub(crate) mod encoding;
mod folds;
pub(crate) mod logistic;
mod member;
mod scores;
mod table;
#[cfg(test)]
mod tests;
mod trees;

use blend::Blend;
use encoding::Encoding;
use folds::{FOLDS, fold_of};
use member::{Fitted, Member};
pub use scores::{Bin, Scores};
pub use table::{Cell, Field, Kind, Table, TableError};

/// How many cases with an outcome, and how many without, a model needs.
pub const FEWEST: usize = 10;

/// Too little to learn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The outcomes are not one for each row.
    #[error("{outcomes} outcomes for {rows} rows")]
    Outcomes {
        /// How many rows there are.
        rows: usize,
        /// How many outcomes there are.
        outcomes: usize,
    },
    /// One of both outcomes is too rare.
    #[error(
        "{with} cases with the outcome and {without} without are not enough, {FEWEST} are needed"
    )]
    NotEnough {
        /// How many have it.
        with: usize,
        /// How many have it not.
        without: usize,
    },
}

/// What is expected of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// The log-odds that all cases share.
    pub base: f64,
    /// What each field of the table adds to them.
    pub parts: Vec<f64>,
}

impl Expected {
    /// The log-odds: base and parts.
    pub fn log_odds(&self) -> f64 {
        self.parts.iter().fold(self.base, |sum, part| sum + part)
    }

    /// How likely the outcome is, between 0 and 1.
    pub fn probability(&self) -> f64 {
        probability(self.log_odds())
    }
}

/// What was learned of an outcome.
#[derive(Debug)]
pub struct Model {
    encoding: Encoding,
    blend: Blend,
    fitted: Vec<(f64, Fitted)>,
}

impl Model {
    /// The model of these outcomes, one for each row. The same cases in the same order give the same
    /// model.
    pub fn fit(table: &Table, outcomes: &[bool]) -> Result<Self, Unfit> {
        let rows = table.rows().len();
        if outcomes.len() != rows {
            return Err(Unfit::Outcomes { rows, outcomes: outcomes.len() });
        }
        let with = outcomes.iter().filter(|outcome| **outcome).count();
        let without = rows - with;
        if with.min(without) < FEWEST {
            return Err(Unfit::NotEnough { with, without });
        }
        let encoding = Encoding::of(table);
        let columns = encoding.encode(table);
        let wanted: Vec<f64> = outcomes.iter().map(|it| f64::from(u8::from(*it))).collect();
        let members = Member::able(with.min(without));
        let blend = Blend::learn(&members, &columns, &wanted);
        let all: Vec<usize> = (0..rows).collect();
        let counted =
            blend.counted().map(|(weight, member)| (weight, member.fit(&columns, &all, &wanted)));
        let fitted = counted.collect();
        Ok(Self { encoding, blend, fitted })
    }

    /// What is expected of each row, and why.
    pub fn explain(&self, table: &Table) -> Vec<Expected> {
        let columns = self.encoding.encode(table);
        let blank = Expected { base: self.blend.base(), parts: vec![0.0; table.fields().len()] };
        let mut expected = vec![blank; table.rows().len()];
        for (weight, fitted) in &self.fitted {
            for (row, said) in expected.iter_mut().zip(fitted.explain(&columns)) {
                row.base += weight * said.base;
                for (part, column) in said.parts.iter().zip(columns.fields()) {
                    row.parts[*column] += weight * part;
                }
            }
        }
        expected
    }

    /// The log-odds of each row, without reasons: a fraction of the work.
    pub fn log_odds(&self, table: &Table) -> Vec<f64> {
        let columns = self.encoding.encode(table);
        let mut sums = vec![self.blend.base(); table.rows().len()];
        for (weight, fitted) in &self.fitted {
            for (sum, said) in sums.iter_mut().zip(fitted.log_odds(&columns)) {
                *sum += weight * said;
            }
        }
        sums
    }
}

/// How well models of these cases do on those that they did not see: each fifth of the cases is told
/// by a model of the others.
pub fn cross_validate(table: &Table, outcomes: &[bool]) -> Result<Scores, Unfit> {
    let mut said = Vec::with_capacity(outcomes.len());
    let mut became = Vec::with_capacity(outcomes.len());
    for fold in 0..FIFTHS {
        let within = |row: &usize| fold_of(*row, FIFTHS) == fold;
        let (told, known): (Vec<_>, Vec<_>) = (0..outcomes.len()).partition(within);
        let of = |rows: &[usize]| rows.iter().map(|row| outcomes[*row]).collect::<Vec<_>>();
        let model = Model::fit(&table.only(&known), &of(&known))?;
        said.extend(model.log_odds(&table.only(&told)).into_iter().map(probability));
        became.extend(of(&told));
    }
    Ok(Scores::of(&said, &became))
}

const FIFTHS: usize = 5;

/// The probability that log-odds stand for.
pub fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}
