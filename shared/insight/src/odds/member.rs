//! The models that are put together.

use super::{
    encoding::Columns,
    logistic::Logistic,
    trees::{Growth, Trees},
};

/// What a model says of a case: log-odds that all share, and what each column adds.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) base: f64,
    pub(super) parts: Vec<f64>,
}

/// A model that can be fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    /// Weak effects that add up.
    Regression,
    /// Weak effects of few columns together.
    ShallowTrees,
    /// Strong effects of many columns together.
    DeepTrees,
}

/// Trees of fewer cases than this of either outcome say more of chance than of anything else.
const FEWEST_FOR_TREES: usize = 50;

const SHALLOW: Growth =
    Growth { trees: 300, pace: 0.03, depth: 3, ridge: 3.0, columns: 0.6, leaf: 1.0, bins: 64 };
const DEEP: Growth =
    Growth { trees: 300, pace: 0.07, depth: 7, ridge: 1.0, columns: 0.4, leaf: 0.3, bins: 128 };

/// A fitted model.
#[derive(Debug)]
pub(super) enum Fitted {
    Regression(Logistic),
    Trees(Trees),
}

impl Member {
    /// Those that can be learned where the rarer outcome has so many cases.
    pub(super) fn able(rarer: usize) -> Vec<Self> {
        if rarer < FEWEST_FOR_TREES {
            return vec![Self::Regression];
        }
        vec![Self::Regression, Self::ShallowTrees, Self::DeepTrees]
    }

    /// The model of the outcomes of these rows.
    pub(super) fn fit(self, columns: &Columns, rows: &[usize], outcomes: &[f64]) -> Fitted {
        let growth = match self {
            Self::Regression => None,
            Self::ShallowTrees => Some(&SHALLOW),
            Self::DeepTrees => Some(&DEEP),
        };
        growth.and_then(|growth| Trees::fit(growth, columns, rows, outcomes)).map_or_else(
            || Fitted::Regression(Logistic::fit(columns, rows, outcomes)),
            Fitted::Trees,
        )
    }
}

impl Fitted {
    /// The log-odds of each row.
    pub(super) fn log_odds(&self, columns: &Columns) -> Vec<f64> {
        match self {
            Self::Regression(model) => model.log_odds(columns),
            Self::Trees(trees) => trees.log_odds(columns),
        }
    }

    /// What each row's log-odds are made of.
    pub(super) fn explain(&self, columns: &Columns) -> Vec<Said> {
        match self {
            Self::Regression(model) => model.explain(columns),
            Self::Trees(trees) => trees.explain(columns),
        }
    }
}
