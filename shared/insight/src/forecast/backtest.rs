//! How far the same methods were off on the series' own past.

use super::{
    bands::{self, Step},
    naive, panel, season,
    series::Series,
};

/// The most origins that are looked back from.
const ORIGINS: usize = 12;
/// How many origins there are beyond the horizon, so that a step far ahead is tested too.
const BEYOND: usize = 6;

/// Errors over all origins and steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The mean absolute error, in the unit of the values.
    pub mae: f64,
    /// That in mean absolute differences to a period before; none if those are 0.
    pub mase: Option<f64>,
    /// The symmetric mean absolute error, from 0 to 200 per cent.
    pub smape: f64,
}

impl Score {
    /// The errors of points and the values that came, in pairs.
    pub(crate) fn of(pairs: impl Iterator<Item = (f64, f64)>, unit: f64) -> Self {
        let (mut count, mut errors, mut shares) = (0.0_f64, 0.0, 0.0);
        for (point, value) in pairs {
            let (error, size) = ((point - value).abs(), point.abs() + value.abs());
            count += 1.0;
            errors += error;
            shares += if size > 0.0 { 200.0 * error / size } else { 0.0 };
        }
        let count = count.max(1.0);
        let mae = errors / count;
        Self { mae, mase: (unit > 0.0).then(|| mae / unit), smape: shares / count }
    }
}

/// A rolling origin over the past: from each, forecasts of the values known since.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// How many origins.
    pub origins: usize,
    /// How many values were forecast, over all origins.
    pub tested: usize,
    /// The forecast's errors.
    pub own: Score,
    /// Seasonal naive's errors.
    pub naive: Score,
    /// The share of values within each band.
    pub coverage: [f64; 3],
}

/// What one origin showed of one step.
struct Seen {
    value: f64,
    naive: f64,
    step: Step,
}

impl Backtest {
    /// The backtest of forecasts over `horizon` steps.
    pub(super) fn of(series: &Series, horizon: usize) -> Self {
        let length = series.values().len();
        let first = (series.rhythm().needed() / 2).max(length.saturating_sub(horizon + BEYOND));
        let stride = (length.saturating_sub(first)).div_ceil(ORIGINS).max(1);
        let origins: Vec<usize> = (first..length).rev().step_by(stride).collect();
        let seen: Vec<Seen> =
            origins.iter().flat_map(|origin| look(series, *origin, horizon)).collect();
        let unit = unit(series);
        let inside = |place: usize| {
            let hits = seen.iter().filter(|seen| {
                let band = seen.step.bands[place];
                (band.low..=band.high).contains(&seen.value)
            });
            hits.count() as f64 / (seen.len().max(1)) as f64
        };
        Self {
            origins: origins.len(),
            tested: seen.len(),
            own: Score::of(seen.iter().map(|seen| (seen.step.point, seen.value)), unit),
            naive: Score::of(seen.iter().map(|seen| (seen.naive, seen.value)), unit),
            coverage: [inside(0), inside(1), inside(2)],
        }
    }
}

fn look(series: &Series, origin: usize, horizon: usize) -> Vec<Seen> {
    let since = &series.values()[origin..];
    let horizon = horizon.min(since.len());
    let past = series.until(origin);
    let outlook = panel::outlook(&past, horizon);
    let naive = naive::seasonal(past.values(), past.period(), horizon);
    let steps = bands::steps(&past, &outlook);
    let together = since.iter().zip(naive).zip(steps);
    together.map(|((value, naive), step)| Seen { value: *value, naive, step }).collect()
}

/// The mean absolute difference to a period before, over the whole series.
fn unit(series: &Series) -> f64 {
    let values = series.values();
    let lag = if values.len() > series.period() { series.period() } else { 1 };
    let pairs = values.iter().zip(values.iter().skip(lag));
    season::mean(&pairs.map(|(before, after)| (after - before).abs()).collect::<Vec<_>>())
}
