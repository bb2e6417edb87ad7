//! Exponential smoothing, the model chosen by the corrected AIC.
//!
//! Hyndman, Koehler, Ord, Snyder: "Forecasting with Exponential Smoothing: The State Space Approach"
//! (2008): error, trend and season in the fifteen stable forms. Level and slope at the start are
//! searched with the weights; the season at the start is that of a classical decomposition, which
//! keeps a search to at most six variables and a fit to a fraction of a millisecond.

use super::{
    season::{self, Kind},
    simplex,
};

/// Calls of the cost a search may take.
const EVALUATIONS: usize = 220;
/// Seasons longer than this are left to the decomposition.
const LONGEST_SEASON: usize = 24;

/// Which models may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Set {
    /// All that the values allow.
    All,
    /// Those with additive errors and without a season.
    Additive,
}

/// The form of a trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trend {
    None,
    Linear,
    Damped,
}

/// A model's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Form {
    relative: bool,
    trend: Trend,
    season: Option<Kind>,
}

/// The weights and the states at the start.
#[derive(Debug, Clone, Copy)]
struct Weights {
    alpha: f64,
    beta: f64,
    gamma: f64,
    phi: f64,
    level: f64,
    slope: f64,
}

/// A fitted model.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    form: Form,
    weights: Weights,
    level: f64,
    slope: f64,
    /// The season of the places to come, the next one first.
    season: Vec<f64>,
    /// The deviation of the errors one step ahead: relative with relative errors.
    deviation: f64,
    criterion: f64,
}

/// A season at the start, and the values without it.
struct Seasonal {
    kind: Kind,
    indices: Vec<f64>,
    flat: Vec<f64>,
}

/// The model with the least corrected AIC. Values must not be empty.
pub(super) fn fit(values: &[f64], period: usize, set: Set) -> Fit {
    let positive = values.iter().all(|value| *value > 0.0);
    let mut best: Option<Fit> = None;
    let mut consider = |season: Option<&Seasonal>, relative: bool| {
        for trend in [Trend::None, Trend::Linear, Trend::Damped] {
            let form = Form { relative, trend, season: season.map(|season| season.kind) };
            let (flat, indices) =
                season.map_or((values, &[][..]), |season| (&season.flat, &season.indices));
            if let Some(found) = one(values, flat, indices, form)
                && best.as_ref().is_none_or(|best| found.criterion < best.criterion)
            {
                best = Some(found);
            }
        }
    };
    consider(None, false);
    let relative = positive && set == Set::All;
    if relative {
        consider(None, true);
    }
    if set == Set::All && (2..=LONGEST_SEASON).contains(&period) {
        for season in seasons(values, period, positive) {
            // Factors with errors that are added have an unbounded variance: left out, as in the book.
            if season.kind == Kind::Additive {
                consider(Some(&season), false);
            }
            if relative {
                consider(Some(&season), true);
            }
        }
    }
    best.unwrap_or_else(|| last(values))
}

/// The seasons that there is enough for: two periods and two values.
fn seasons(values: &[f64], period: usize, positive: bool) -> Vec<Seasonal> {
    let kinds: &[Kind] =
        if positive { &[Kind::Additive, Kind::Multiplicative] } else { &[Kind::Additive] };
    let seasonal = |kind: &Kind| {
        let indices = season::indices(values, period, *kind)?;
        let flat = season::without(values, &indices, *kind);
        Some(Seasonal { kind: *kind, indices, flat })
    };
    let enough = values.len() >= 2 * period + 2;
    kinds.iter().filter(|_| enough).filter_map(seasonal).collect()
}

/// The last value goes on: what is left when no model can be fitted.
fn last(values: &[f64]) -> Fit {
    let level = values.last().copied().unwrap_or(0.0);
    let moves: Vec<f64> = values.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).collect();
    Fit {
        form: Form { relative: false, trend: Trend::None, season: None },
        weights: Weights { alpha: 1.0, beta: 0.0, gamma: 0.0, phi: 1.0, level, slope: 0.0 },
        level,
        slope: 0.0,
        season: Vec::new(),
        deviation: season::mean(&moves).sqrt(),
        criterion: f64::INFINITY,
    }
}

fn one(values: &[f64], flat: &[f64], indices: &[f64], form: Form) -> Option<Fit> {
    let count = values.len();
    let trended = form.trend != Trend::None;
    let weights_searched = 1
        + usize::from(trended)
        + usize::from(form.trend == Trend::Damped)
        + usize::from(form.season.is_some());
    let states = 1 + usize::from(trended) + indices.len().saturating_sub(1);
    let parameters = (weights_searched + states + 1) as f64;
    let spare = count as f64 - parameters - 1.0;
    if spare <= 0.0 {
        return None;
    }
    let (level, slope) = start(flat, indices.len(), trended);
    let scale = flat.iter().map(|value| (value - level).abs()).sum::<f64>() / count as f64;
    let scale = if scale > 0.0 { scale } else { 1.0 };
    // What is free comes first: level, α, then slope and β, then γ and φ as the form has them.
    let has_season = form.season.is_some();
    let free = weights_searched + 1 + usize::from(trended);
    let read = |point: &[f64; 6]| {
        let mut rest = point[2..].iter();
        let mut take = || rest.next().copied().unwrap_or(0.0);
        let alpha = within(point[1], 0.001, 0.999);
        let (slope, beta) = if trended {
            (slope + take() * scale * 0.1, alpha * within(take() - 1.5, 0.001, 0.999))
        } else {
            (0.0, 0.0)
        };
        let gamma =
            if has_season { (1.0 - alpha) * within(take() - 1.5, 0.001, 0.999) } else { 0.0 };
        let phi = match form.trend {
            Trend::Damped => within(take() + 1.0, 0.8, 0.98),
            _ => 1.0,
        };
        Weights { alpha, beta, gamma, phi, level: level + point[0] * scale, slope }
    };
    let mut season = vec![0.0; indices.len()];
    let cost = |point: &[f64; 6]| {
        season.copy_from_slice(indices);
        run(values, form, read(point), &mut season).0
    };
    let (best, cost) = simplex::minimise::<6, 7>([0.0; 6], free, EVALUATIONS, 1e-7, cost);
    let weights = read(&best);
    season.copy_from_slice(indices);
    let (_, squares, level, slope) = run(values, form, weights, &mut season);
    if !cost.is_finite() || !level.is_finite() || !squares.is_finite() {
        return None;
    }
    if !season.is_empty() {
        let next = count % season.len();
        season.rotate_left(next);
    }
    let degrees = (count as f64 - weights_searched as f64 - states as f64).max(1.0);
    Some(Fit {
        form,
        weights,
        level,
        slope,
        season,
        deviation: (squares / degrees).sqrt(),
        criterion: cost + 2.0 * parameters + 2.0 * parameters * (parameters + 1.0) / spare,
    })
}

/// A number of the whole line as one between two bounds.
fn within(x: f64, low: f64, high: f64) -> f64 {
    low + (high - low) / (1.0 + (-x).exp())
}

/// The level and the slope before the first value, as in the book's section 2.6.1.
fn start(flat: &[f64], period: usize, trended: bool) -> (f64, f64) {
    let first = &flat[..flat.len().min(10.max(2 * period))];
    let mean = season::mean(first);
    if !trended {
        return (mean, 0.0);
    }
    let middle = (first.len() as f64 - 1.0) / 2.0;
    let (mut above, mut below) = (0.0, 0.0);
    for (at, value) in first.iter().enumerate() {
        let from = at as f64 - middle;
        above += from * (value - mean);
        below += from * from;
    }
    let slope = if below > 0.0 { above / below } else { 0.0 };
    (mean - slope * (middle + 1.0), slope)
}

/// One pass: −2 log-likelihood up to a constant, the sum of squared errors, the last level and slope.
/// `season` is carried forward in place.
#[inline]
fn run(values: &[f64], form: Form, weights: Weights, season: &mut [f64]) -> (f64, f64, f64, f64) {
    let Weights { alpha, beta, gamma, phi, mut level, mut slope } = weights;
    let trended = form.trend != Trend::None;
    let ratio = beta / alpha;
    let (mut squares, mut product, mut logs) = (0.0, 1.0_f64, 0.0);
    let mut place = 0;
    for value in values {
        let damped = phi * slope;
        let base = level + damped;
        let (expected, adjusted) = match form.season {
            None => (base, *value),
            Some(Kind::Additive) => (base + season[place], value - season[place]),
            Some(Kind::Multiplicative) => (base * season[place], value / season[place]),
        };
        let mut error = value - expected;
        if form.relative {
            if expected <= 0.0 {
                return (f64::INFINITY, f64::INFINITY, level, slope);
            }
            error /= expected;
            product *= expected;
            if !(1e-100..1e100).contains(&product) {
                logs += product.ln();
                product = 1.0;
            }
        }
        squares += error * error;
        let next = base + alpha * (adjusted - base);
        if trended {
            slope = damped + ratio * (next - level - damped);
        }
        match form.season {
            None => {}
            Some(Kind::Additive) => season[place] += gamma * (value - base - season[place]),
            Some(Kind::Multiplicative) => {
                if base <= 0.0 {
                    return (f64::INFINITY, f64::INFINITY, level, slope);
                }
                let moved = season[place] + gamma * (value / base - season[place]);
                season[place] = moved.max(1e-6);
            }
        }
        level = next;
        if !season.is_empty() {
            place = if place + 1 == season.len() { 0 } else { place + 1 };
        }
    }
    let count = values.len() as f64;
    // A perfect fit must not win by an infinite likelihood.
    let floor = if form.relative { 1e-18 } else { 1e-18 * level.abs().max(1e-6).powi(2) };
    let likelihood = count * (squares.max(count * floor)).ln() + 2.0 * (logs + product.ln());
    (likelihood, squares, level, slope)
}

impl Fit {
    /// The points that follow.
    pub(super) fn points(&self, horizon: usize) -> Vec<f64> {
        let (mut sum, mut power) = (0.0, 1.0);
        let mut season = self.season.iter().cycle();
        let step = |_| {
            power *= self.weights.phi;
            sum += power;
            let base = self.level + sum * self.slope;
            match (self.form.season, season.next()) {
                (Some(Kind::Additive), Some(season)) => base + season,
                (Some(Kind::Multiplicative), Some(season)) => base * season,
                _ => base,
            }
        };
        (0..horizon).map(step).collect()
    }

    /// The deviation of the error at each step, by the book's class 1 formula (table 6.1); with
    /// relative errors that share of the point, which is near enough for a width that is measured
    /// and corrected afterwards.
    pub(super) fn deviations(&self, horizon: usize) -> Vec<f64> {
        let Weights { alpha, beta, gamma, phi, .. } = self.weights;
        let (mut variance, mut sum, mut power) = (1.0_f64, 0.0, 1.0);
        let mut deviations = Vec::with_capacity(horizon);
        for (at, point) in self.points(horizon).iter().enumerate() {
            if at > 0 {
                power *= phi;
                sum += power;
                let seasonal = !self.season.is_empty() && at.is_multiple_of(self.season.len());
                let weight = alpha + beta * sum + if seasonal { gamma } else { 0.0 };
                variance += weight * weight;
            }
            let size = if self.form.relative { point.abs() } else { 1.0 };
            deviations.push(self.deviation * variance.sqrt() * size);
        }
        deviations
    }
}
