//! How likely clients leave in a month: a discrete-time hazard (Allison: "Discrete-time methods for the
//! analysis of event histories", 1982), which is a logistic regression of months of clients. Its
//! weights are the likeliest ones given a normal prior around [`prior`](super::prior), found by Newton's method, and
//! how sure they are follows from the curvature there (Laplace's approximation; Bishop: "Pattern recognition and machine learning", 2006, 4.5).

use super::prior::{BASE_WIDTH, FACTORS, Factor, YEARLY};
use crate::odds::{logistic::cholesky, probability};

/// The base and each factor.
pub(super) const WEIGHTS: usize = 1 + FACTORS;
const MOST_STEPS: usize = 60;
/// Steps are no longer than this in log-odds: from there on every step gets closer.
const LONGEST: f64 = 1.0;
const CLOSE: f64 = 1e-10;
/// Log-odds between which the prior's base is looked for, and how often the distance is halved.
const BASES: (f64, f64) = (-20.0, 5.0);
const HALVINGS: usize = 50;

/// A month of a client.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    /// What was known at its end.
    pub(super) numbers: [f64; FACTORS],
    /// Whether it left by the end of the next month.
    pub(super) left: bool,
    /// At the end of which month.
    pub(super) month: usize,
}

impl Row {
    pub(super) fn is_quiet(&self) -> bool {
        self.numbers[Factor::Quiet.at()] > 0.0
    }

    /// A quiet client is seen in two months, and it is the same question twice.
    fn counts(&self) -> f64 {
        if self.is_quiet() { 0.5 } else { 1.0 }
    }
}

/// What is taken to be so, or what was learned: weights and how sure they are.
#[derive(Debug, Clone)]
pub(super) struct Hazard {
    pub(super) weights: [f64; WEIGHTS],
    covariance: Vec<Vec<f64>>,
}

/// The weights before anything is learned, and their standard deviations.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prior {
    pub(super) weights: [f64; WEIGHTS],
    pub(super) widths: [f64; WEIGHTS],
}

impl Prior {
    /// The prior with which clients like these leave as often as the prior says, on average.
    pub(super) fn of(rows: &[&Row]) -> Self {
        let (mut weights, mut widths) = ([0.0; WEIGHTS], [BASE_WIDTH; WEIGHTS]);
        for factor in Factor::ALL {
            (weights[1 + factor.at()], widths[1 + factor.at()]) = factor.prior();
        }
        let steady: Vec<f64> = rows
            .iter()
            .filter(|row| !row.is_quiet())
            .map(|row| log_odds(&weights, &row.numbers))
            .collect();
        weights[0] = base(&steady);
        Self { weights, widths }
    }

    /// The same of clients of whom nothing is known: all leave as often.
    pub(super) fn without_factors() -> Self {
        let mut weights = [0.0; WEIGHTS];
        weights[0] = base(&[]);
        Self { weights, widths: [BASE_WIDTH; WEIGHTS] }
    }
}

/// The probability of a month of which twelve make the prior's year.
fn monthly() -> f64 {
    1.0 - (1.0 - YEARLY).powf(1.0 / 12.0)
}

/// What has to be added to log-odds so that their mean probability is that of the prior.
fn base(others: &[f64]) -> f64 {
    let wanted = monthly();
    if others.is_empty() {
        return (wanted / (1.0 - wanted)).ln();
    }
    let mean = |base: f64| {
        others.iter().map(|odds| probability(base + odds)).sum::<f64>() / others.len() as f64
    };
    let (mut low, mut high) = BASES;
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if mean(middle) < wanted { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

fn log_odds(weights: &[f64; WEIGHTS], numbers: &[f64; FACTORS]) -> f64 {
    weights[1..].iter().zip(numbers).fold(weights[0], |sum, (weight, number)| sum + weight * number)
}

impl Hazard {
    /// What was learned of these rows.
    pub(super) fn fit(prior: &Prior, rows: &[&Row]) -> Self {
        let mut weights = prior.weights;
        for _ in 0..MOST_STEPS {
            let (slope, bend) = slope_and_bend(prior, rows, &weights);
            let step = cholesky(bend, slope);
            let largest = step.iter().fold(0.0_f64, |largest, it| largest.max(it.abs()));
            let scale = if largest > LONGEST { LONGEST / largest } else { 1.0 };
            weights.iter_mut().zip(&step).for_each(|(weight, it)| *weight += scale * it);
            if largest < CLOSE {
                break;
            }
        }
        let (_, bend) = slope_and_bend(prior, rows, &weights);
        let unit = |at: usize| (0..WEIGHTS).map(|it| f64::from(u8::from(it == at))).collect();
        let covariance = (0..WEIGHTS).map(|at| cholesky(bend.clone(), unit(at))).collect();
        Self { weights, covariance }
    }

    /// The log-odds that a client leaves in a month.
    pub(super) fn log_odds(&self, numbers: &[f64; FACTORS]) -> f64 {
        log_odds(&self.weights, numbers)
    }

    /// Their standard deviation.
    pub(super) fn width(&self, numbers: &[f64; FACTORS]) -> f64 {
        let seen = |at: usize| if at == 0 { 1.0 } else { numbers[at - 1] };
        let mut variance = 0.0;
        for (at, row) in self.covariance.iter().enumerate() {
            for (other, covariance) in row.iter().enumerate() {
                variance += seen(at) * covariance * seen(other);
            }
        }
        variance.max(0.0).sqrt()
    }

    /// The standard deviation of a weight.
    pub(super) fn width_of(&self, at: usize) -> f64 {
        self.covariance[at][at].max(0.0).sqrt()
    }
}

/// The slope of the log of the posterior, and the curvature below it.
fn slope_and_bend(
    prior: &Prior,
    rows: &[&Row],
    weights: &[f64; WEIGHTS],
) -> (Vec<f64>, Vec<Vec<f64>>) {
    let (mut slope, mut bend) = (vec![0.0; WEIGHTS], vec![vec![0.0; WEIGHTS]; WEIGHTS]);
    let mut seen = [1.0; WEIGHTS];
    for row in rows {
        seen[1..].copy_from_slice(&row.numbers);
        let said = probability(log_odds(weights, &row.numbers));
        let off = row.counts() * (f64::from(u8::from(row.left)) - said);
        let sure = row.counts() * said * (1.0 - said);
        for (at, value) in seen.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            slope[at] += off * value;
            for (sum, other) in bend[at].iter_mut().zip(&seen[..=at]) {
                *sum += sure * value * other;
            }
        }
    }
    for at in 0..WEIGHTS {
        let precision = prior.widths[at].powi(-2);
        slope[at] -= precision * (weights[at] - prior.weights[at]);
        bend[at][at] += precision;
    }
    (slope, bend)
}
