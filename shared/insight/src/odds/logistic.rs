//! Logistic regression with ridge, by Newton's method (le Cessie and van Houwelingen, 1992), whose
//! numbers may have effects that bend: a piecewise linear one with knots at fixed quantiles.

use super::{encoding::Columns, member::Said, probability};

/// How strongly weights are drawn to zero, on standardised columns.
const RIDGE: f64 = 10.0;
/// Where an effect may bend.
const KNOTS: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];
/// Columns with so few different values do not bend.
const FEW: usize = 8;
const MOST_STEPS: usize = 25;
const CLOSE: f64 = 1e-8;

/// A column as the regression sees it: bent at a knot or not, and standardised.
#[derive(Debug, Clone, Copy)]
struct Term {
    column: usize,
    knot: Option<f64>,
    mean: f64,
    scale: f64,
}

/// A fitted regression.
#[derive(Debug)]
pub(super) struct Logistic {
    terms: Vec<Term>,
    weights: Vec<f64>,
    intercept: f64,
}

impl Logistic {
    /// The regression of the outcomes of these rows.
    pub(super) fn fit(columns: &Columns, rows: &[usize], outcomes: &[f64]) -> Self {
        let terms = terms(columns, rows);
        let design: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| {
                let seen = terms.iter().map(|term| term.value(columns, *row));
                seen.chain(std::iter::once(1.0)).collect()
            })
            .collect();
        let wanted: Vec<f64> = rows.iter().map(|row| outcomes[*row]).collect();
        let mut weights = solve(&design, &wanted);
        let intercept = weights.pop().unwrap_or_default();
        Self { terms, weights, intercept }
    }

    /// The log-odds of each row.
    pub(super) fn log_odds(&self, columns: &Columns) -> Vec<f64> {
        let weighted = |row: usize| {
            let parts = self.terms.iter().zip(&self.weights);
            parts
                .fold(self.intercept, |sum, (term, weight)| sum + weight * term.value(columns, row))
        };
        (0..columns.rows()).map(weighted).collect()
    }

    /// What each column adds for each row, against the mean of the cases that it was fitted to.
    pub(super) fn explain(&self, columns: &Columns) -> Vec<Said> {
        let said = |row: usize| {
            let mut parts = vec![0.0; columns.values().len()];
            for (term, weight) in self.terms.iter().zip(&self.weights) {
                parts[term.column] += weight * term.value(columns, row);
            }
            Said { base: self.intercept, parts }
        };
        (0..columns.rows()).map(said).collect()
    }
}

impl Term {
    /// What the regression sees of a row; where nothing is known, the mean.
    fn value(&self, columns: &Columns, row: usize) -> f64 {
        let value = columns.values()[self.column][row];
        if value.is_nan() {
            return 0.0;
        }
        (bent(value, self.knot) - self.mean) / self.scale
    }
}

fn bent(value: f64, knot: Option<f64>) -> f64 {
    knot.map_or(value, |knot| (value - knot).max(0.0))
}

fn terms(columns: &Columns, rows: &[usize]) -> Vec<Term> {
    let mut terms = Vec::new();
    for (column, values) in columns.values().iter().enumerate() {
        let mut known: Vec<f64> =
            rows.iter().map(|row| values[*row]).filter(|value| !value.is_nan()).collect();
        known.sort_unstable_by(f64::total_cmp);
        let bends = knots(&known).into_iter().map(Some);
        for knot in std::iter::once(None).chain(bends) {
            let seen = || known.iter().map(|value| bent(*value, knot));
            let count = known.len().max(1) as f64;
            let mean = seen().sum::<f64>() / count;
            let variance = seen().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
            let scale = variance.sqrt();
            if scale > f64::EPSILON * mean.abs().max(1.0) {
                terms.push(Term { column, knot, mean, scale });
            }
        }
    }
    terms
}

/// Where an effect of these values may bend, of which the smallest is first.
fn knots(sorted: &[f64]) -> Vec<f64> {
    let different = 1 + sorted.windows(2).filter(|pair| pair[0] < pair[1]).count();
    if different <= FEW {
        return Vec::new();
    }
    let last = (sorted.len() - 1) as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a length"
    )]
    let mut knots: Vec<f64> = KNOTS.iter().map(|share| sorted[(last * share) as usize]).collect();
    knots.dedup();
    knots
}

/// The weights that make the outcomes likeliest, of which the last is drawn nowhere.
fn solve(design: &[Vec<f64>], outcomes: &[f64]) -> Vec<f64> {
    let width = design.first().map_or(1, Vec::len);
    let mut weights = vec![0.0; width];
    for _ in 0..MOST_STEPS {
        let (mut slope, mut bend) = (vec![0.0; width], vec![vec![0.0; width]; width]);
        for (row, outcome) in design.iter().zip(outcomes) {
            let said = probability(row.iter().zip(&weights).map(|(x, weight)| x * weight).sum());
            let sure = said * (1.0 - said);
            for (at, x) in row.iter().enumerate() {
                slope[at] += (outcome - said) * x;
                let scaled = sure * x;
                for (sum, other) in bend[at].iter_mut().zip(&row[..=at]) {
                    *sum += scaled * other;
                }
            }
        }
        for at in 0..width - 1 {
            slope[at] -= RIDGE * weights[at];
            bend[at][at] += RIDGE;
        }
        let step = cholesky(bend, slope);
        let largest = step.iter().fold(0.0_f64, |largest, change| largest.max(change.abs()));
        for (weight, change) in weights.iter_mut().zip(step) {
            *weight += change;
        }
        if largest < CLOSE {
            break;
        }
    }
    weights
}

/// The solution of a symmetric positive definite system, of which the lower half is given.
pub(crate) fn cholesky(mut lower: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let width = right.len();
    for row in 0..width {
        for column in 0..=row {
            let known: f64 = (0..column).map(|k| lower[row][k] * lower[column][k]).sum();
            let rest = lower[row][column] - known;
            lower[row][column] = if row == column {
                rest.max(f64::MIN_POSITIVE).sqrt()
            } else {
                rest / lower[column][column]
            };
        }
        let known: f64 = (0..row).map(|k| lower[row][k] * right[k]).sum();
        right[row] = (right[row] - known) / lower[row][row];
    }
    for row in (0..width).rev() {
        let known: f64 = (row + 1..width).map(|k| lower[k][row] * right[k]).sum();
        right[row] = (right[row] - known) / lower[row][row];
    }
    right
}
