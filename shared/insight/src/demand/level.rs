//! A level times the shape of a week.
//!
//! The level is smoothed exponentially over what each day says of it, zeros included, at five speeds
//! that are mixed by how well each told the series' past. Zeros carry weight, so that a demand that
//! ends fades, as with Teunter, Syntetos and Babai: "Intermittent demand: linking forecasting to
//! inventory obsolescence", European Journal of Operational Research 214 (2011).

use crate::forecast::median;

/// The weights of the newest value.
const SPEEDS: [f64; 5] = [0.03, 0.06, 0.12, 0.24, 0.4];
/// How sharply the better speeds are preferred: the power of the inverse error.
const PREFERENCE: i32 = 4;
/// The tickets at which a series' own shape counts for half.
const OWN_SHAPE: f64 = 1_000.0;
/// Values that a level is learned from before it tells anything.
const FIRST: usize = 14;
/// The last moments from which the past is told.
const MOMENTS: usize = 120;
/// A value counts for the level at most as so many times its neighbours, and as many more.
const LARGEST: f64 = 5.0;

/// A level, a shape and the noise around them.
#[derive(Debug, Clone, Default)]
pub(super) struct Fit {
    level: f64,
    shape: Vec<f64>,
    /// Σ (squared error − mean) and Σ mean², whose ratio is the dispersion beyond a Poisson's.
    beyond: f64,
    squares: f64,
    /// From how many moments.
    moments: f64,
}

impl Fit {
    /// The fit to values of ordinary days, the first of them at place `first` of the shape.
    pub(super) fn of(values: &[f64], first: usize, pooled: &[f64], horizon: usize) -> Self {
        let shape = shaped(values, first, pooled);
        let period = shape.len().max(1);
        let part = |at: usize| shape[(first + at) % period];
        let capped: Vec<f64> = (0..values.len()).map(|at| capped(values, at, period)).collect();
        let paths = SPEEDS.map(|speed| path(&capped, &part, speed));
        let last = values.len().saturating_sub(1);
        let moments = (FIRST - 1).max(last.saturating_sub(MOMENTS))..last;
        let told = |level: &dyn Fn(usize) -> f64, each: &mut dyn FnMut(f64, f64)| {
            for moment in moments.clone() {
                let level = level(moment);
                let next = moment + 1;
                for (at, value) in (next..).zip(&values[next..=(moment + horizon).min(last)]) {
                    each(level * part(at), *value);
                }
            }
        };
        let errors = paths.each_ref().map(|path| {
            let mut sum = 0.0;
            told(&|moment| path[moment], &mut |mean, value| sum += (value - mean).abs());
            sum
        });
        let weights = weights(errors);
        let mixed =
            |at: usize| paths.iter().zip(weights).map(|(path, weight)| weight * path[at]).sum();
        let (mut beyond, mut squares) = (0.0, 0.0);
        told(&mixed, &mut |mean, value| {
            beyond += (value - mean).powi(2) - mean;
            squares += mean * mean;
        });
        let level = if values.is_empty() { 0.0 } else { mixed(last) };
        Self { level, shape, beyond, squares, moments: moments.len() as f64 }
    }

    /// The mean at a place of the shape.
    pub(super) fn mean(&self, place: usize) -> f64 {
        self.level * self.shape.get(place % self.shape.len().max(1)).copied().unwrap_or(1.0)
    }

    /// The dispersion beyond a Poisson's that the series' own past shows; none of nothing.
    pub(super) fn dispersion(&self) -> Option<f64> {
        (self.squares > 0.0).then(|| (self.beyond / self.squares).max(0.0))
    }

    /// From how many moments its past was told.
    pub(super) fn moments(&self) -> f64 {
        self.moments
    }
}

/// The shape of a week over many series: the mean of each one's, where one with more tickets counts for
/// more, up to a limit. Places are weekdays; values of special days are none.
pub(super) fn pooled(series: &[(usize, Vec<Option<f64>>)], period: usize) -> Vec<f64> {
    const LIMIT: f64 = 20.0;
    let mut sums = vec![0.0; period];
    for (first, values) in series {
        let means = means(values, *first, period);
        let mean = means.iter().sum::<f64>() / period as f64;
        if mean > 0.0 {
            for (sum, own) in sums.iter_mut().zip(&means) {
                *sum += own / mean * mean.min(LIMIT);
            }
        }
    }
    normal(sums)
}

/// A series' own shape, with the pooled one for what few tickets do not say.
fn shaped(values: &[f64], first: usize, pooled: &[f64]) -> Vec<f64> {
    let period = pooled.len().max(1);
    let values: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
    let own = normal(means(&values, first, period));
    let tickets: f64 = values.iter().flatten().sum();
    let share = tickets / (tickets + OWN_SHAPE);
    let mixed = own.iter().zip(pooled).map(|(own, all)| share * own + (1.0 - share) * all);
    normal(mixed.map(|part| part.max(1e-3)).collect())
}

/// The mean of the values at each place.
fn means(values: &[Option<f64>], first: usize, period: usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); period];
    for (at, value) in values.iter().enumerate() {
        if let Some(value) = value {
            let (sum, count) = &mut sums[(first + at) % period];
            *sum += value;
            *count += 1.0;
        }
    }
    sums.into_iter().map(|(sum, count): (f64, f64)| sum / count.max(1.0)).collect()
}

/// Parts with the mean 1; all 1 where there is nothing.
fn normal(parts: Vec<f64>) -> Vec<f64> {
    let mean = parts.iter().sum::<f64>() / (parts.len() as f64).max(1.0);
    if mean > 0.0 && mean.is_finite() {
        parts.into_iter().map(|part| part / mean).collect()
    } else {
        vec![1.0; parts.len()]
    }
}

/// A value, held against its neighbours a period or two before and after.
fn capped(values: &[f64], at: usize, period: usize) -> f64 {
    let before = [period, 2 * period].into_iter().filter_map(|back| at.checked_sub(back));
    let near = before.chain([at + period, at + 2 * period]);
    let near: Vec<f64> = near.filter_map(|at| values.get(at)).copied().collect();
    if near.is_empty() { values[at] } else { values[at].min(LARGEST * median(near) + LARGEST) }
}

/// The level after each value.
fn path(values: &[f64], part: &dyn Fn(usize) -> f64, speed: f64) -> Vec<f64> {
    let (mut sum, mut parts) = (0.0, 0.0);
    let step = |(at, value): (usize, &f64)| {
        sum = (1.0 - speed) * sum + value;
        parts = (1.0 - speed) * parts + part(at);
        if parts > 0.0 { sum / parts } else { 0.0 }
    };
    values.iter().enumerate().map(step).collect()
}

/// What each speed counts for, with the sum 1.
fn weights(errors: [f64; 5]) -> [f64; 5] {
    let least = errors.into_iter().fold(f64::INFINITY, f64::min);
    // Where some speed made no error at all, such speeds count alone.
    let weight = |error: f64| {
        if error > 0.0 { (least / error).powi(PREFERENCE) } else { 1.0 }
    };
    let weights = errors.map(weight);
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}
