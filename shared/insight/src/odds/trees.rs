//! Boosted trees (Friedman, 2001), by the crate `forust-ml`, and what each column adds to what they
//! say: exact Shapley values (Lundberg, Erion and Lee, 2018).

use std::fmt;

use forust_ml::{
    data::Matrix,
    gradientbooster::{ContributionsMethod, GradientBooster},
    objective::ObjectiveType,
    sampler::SampleMethod,
};

use super::{encoding::Columns, member::Said};

/// How trees are grown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Growth {
    /// How many trees.
    pub(super) trees: usize,
    /// How much of each is kept.
    pub(super) pace: f32,
    /// How deep each may be.
    pub(super) depth: usize,
    /// How strongly leaves are drawn to zero.
    pub(super) ridge: f32,
    /// What share of the columns each sees.
    pub(super) columns: f64,
    /// The least that a leaf must weigh.
    pub(super) leaf: f32,
    /// At how many places a column may be split.
    pub(super) bins: u16,
}

/// What share of the rows each tree sees.
const ROWS: f32 = 0.8;
const SEED: u64 = 0;

/// Fitted trees.
pub(super) struct Trees(Box<GradientBooster>);

impl fmt::Debug for Trees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Trees").field(&self.0.trees.len()).finish()
    }
}

impl Trees {
    /// The trees of the outcomes of these rows; none where there is nothing to split.
    pub(super) fn fit(
        growth: &Growth,
        columns: &Columns,
        rows: &[usize],
        outcomes: &[f64],
    ) -> Option<Self> {
        if columns.values().is_empty() {
            return None;
        }
        let flat: Vec<f64> = columns
            .values()
            .iter()
            .flat_map(|values| rows.iter().map(|row| values[*row]))
            .collect();
        let wanted: Vec<f64> = rows.iter().map(|row| outcomes[*row]).collect();
        let mut booster = GradientBooster::default()
            .set_objective_type(ObjectiveType::LogLoss)
            .set_iterations(growth.trees)
            .set_learning_rate(growth.pace)
            .set_max_depth(growth.depth)
            .set_l2(growth.ridge)
            .set_colsample_bytree(growth.columns)
            .set_min_leaf_weight(growth.leaf)
            .set_nbins(growth.bins)
            .set_sample_method(SampleMethod::Random)
            .set_subsample(ROWS)
            .set_seed(SEED)
            .set_parallel(false);
        let matrix = Matrix::new(&flat, rows.len(), columns.values().len());
        booster.fit_unweighted(&matrix, &wanted, None).ok()?;
        Some(Self(Box::new(booster)))
    }

    /// The log-odds of each row.
    pub(super) fn log_odds(&self, columns: &Columns) -> Vec<f64> {
        let flat = columns.values().concat();
        self.0.predict(&Matrix::new(&flat, columns.rows(), columns.values().len()), false)
    }

    /// What each column adds for each row, against the mean of the cases that they were grown on.
    pub(super) fn explain(&self, columns: &Columns) -> Vec<Said> {
        let (flat, width) = (columns.values().concat(), columns.values().len());
        let matrix = Matrix::new(&flat, columns.rows(), width);
        let parts = self.0.predict_contributions(&matrix, ContributionsMethod::Shapley, false);
        let said = |row: &[f64]| Said { base: row[width], parts: row[..width].to_vec() };
        parts.chunks_exact(width + 1).map(said).collect()
    }
}
