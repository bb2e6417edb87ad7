//! The optimised Theta method.
//!
//! Fiorucci, Pellegrini, Louzada, Petropoulos, Koehler: "Models for optimising the theta method and
//! their relationship to state space models", International Journal of Forecasting 32 (2016). The
//! dynamic model fits the line anew at each step, the static one once over all.

use super::{
    season::{self, Kind},
    simplex,
};

/// Calls of the cost a search may take.
const EVALUATIONS: usize = 150;

/// Whether the line is fitted anew at each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// Fitted once over all values.
    Static,
    /// Fitted at each step over the values up to it.
    Dynamic,
}

/// The points that follow, of a series taken out of its season and put back into it.
pub(super) fn points(values: &[f64], period: usize, horizon: usize, line: Line) -> Vec<f64> {
    let positive = values.iter().all(|value| *value > 0.0);
    let kind = if positive { Kind::Multiplicative } else { Kind::Additive };
    let found = season::is_seasonal(values, period)
        .then(|| season::indices(values, period, kind))
        .flatten();
    let Some(indices) = found else {
        return unseasonal(values, horizon, line);
    };
    let flat = season::without(values, &indices, kind);
    let mut points = unseasonal(&flat, horizon, line);
    season::with(&mut points, values.len(), &indices, kind);
    points
}

/// What a model of the family is made of.
#[derive(Clone, Copy)]
struct Model {
    alpha: f64,
    theta: f64,
    level: f64,
}

fn unseasonal(values: &[f64], horizon: usize, line: Line) -> Vec<f64> {
    let scale = season::mean(&values.iter().map(|value| value.abs()).collect::<Vec<_>>());
    if values.len() < 4 || scale <= 0.0 {
        return vec![values.last().copied().unwrap_or(0.0); horizon];
    }
    let trend = straight(values);
    let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
    let model = |point: &[f64; 3]| Model {
        alpha: 0.01 + 0.98 * logistic(point[0]),
        theta: 1.0 + point[1].exp(),
        level: values[0] + point[2] * 0.5 * scale,
    };
    let cost = |point: &[f64; 3]| run(values, model(point), line, trend).0;
    let (best, _) = simplex::minimise::<3, 4>([0.0, 0.0, 0.0], 3, EVALUATIONS, 1e-6, cost);
    let found = model(&best);
    let (_, level, (a, b)) = run(values, found, line, trend);
    ahead(values, horizon, found, level, line, (a, b))
}

/// The intercept and the slope of the line through values at 1, 2, 3 …
fn straight(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let middle = f64::midpoint(count, 1.0);
    let mean = season::mean(values);
    let (mut above, mut below) = (0.0, 0.0);
    for (at, value) in values.iter().enumerate() {
        let from = at as f64 + 1.0 - middle;
        above += from * (value - mean);
        below += from * from;
    }
    let slope = if below > 0.0 { above / below } else { 0.0 };
    (mean - slope * middle, slope)
}

/// The mean of the squared errors one step ahead, the last level and the line at the end.
fn run(values: &[f64], model: Model, line: Line, whole: (f64, f64)) -> (f64, f64, (f64, f64)) {
    let Model { alpha, theta, mut level } = model;
    let share = 1.0 - 1.0 / theta;
    let (mut a, mut b) = match line {
        Line::Static => whole,
        Line::Dynamic => (values[0], 0.0),
    };
    let (mut errors, mut mean) = (0.0, values[0]);
    // (1 − α)^t, where t values lie behind.
    let mut faded = 1.0 - alpha;
    level = alpha * values[0] + (1.0 - alpha) * level;
    for (behind, value) in values.iter().enumerate().skip(1) {
        let expected = level + share * (faded * a + (1.0 - faded * (1.0 - alpha)) / alpha * b);
        let error = value - expected;
        if behind > 2 {
            errors += error * error;
        }
        level = alpha * value + (1.0 - alpha) * level;
        faded *= 1.0 - alpha;
        if line == Line::Dynamic {
            let count = behind as f64 + 1.0;
            b = ((count - 2.0) * b + 6.0 / count * (value - mean)) / (count + 1.0);
            mean += (value - mean) / count;
            a = mean - b * (count + 1.0) / 2.0;
        }
    }
    (errors / (values.len() as f64 - 3.0), level, (a, b))
}

/// The points after the last value; each takes the place of a value for the next one.
fn ahead(
    values: &[f64],
    horizon: usize,
    model: Model,
    mut level: f64,
    line: Line,
    (mut a, mut b): (f64, f64),
) -> Vec<f64> {
    let Model { alpha, theta, .. } = model;
    let share = 1.0 - 1.0 / theta;
    let mut mean = season::mean(values);
    let step = |step: usize| {
        let behind = (values.len() + step) as f64;
        let faded = (1.0 - alpha).powf(behind);
        let point = level + share * (faded * a + (1.0 - faded * (1.0 - alpha)) / alpha * b);
        level = alpha * point + (1.0 - alpha) * level;
        if line == Line::Dynamic {
            let count = behind + 1.0;
            b = ((count - 2.0) * b + 6.0 / count * (point - mean)) / (count + 1.0);
            mean += (point - mean) / count;
            a = mean - b * (count + 1.0) / 2.0;
        }
        point
    };
    (0..horizon).map(step).collect()
}
