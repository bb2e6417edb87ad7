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
/// Origins below which nothing is concluded from a backtest.
const FEWEST: usize = 6;
/// The share of the median's error that seasonal naive's must stay below to be taken. Sharper rules
/// took it too often: `docs/forecasting.md` has the figures.
const CLEARLY_BETTER: f64 = 0.6;
/// The origins that weigh as much as what was learned on public series.
const PRIOR: f64 = 24.0;

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
    /// The median's errors.
    pub median: Score,
    /// Seasonal naive's errors.
    pub naive: Score,
    /// The share of values within each band, before the own errors move the widths.
    pub coverage: [f64; 3],
    /// The widths that the own errors ask for, 1 for those learned.
    width: f64,
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
            median: Score::of(seen.iter().map(|seen| (seen.step.point, seen.value)), unit),
            naive: Score::of(seen.iter().map(|seen| (seen.naive, seen.value)), unit),
            coverage: [inside(0), inside(1), inside(2)],
            width: width(&seen),
        }
    }

    /// Whether seasonal naive was better: at least [`FEWEST`] origins, and an error below
    /// three fifths of the median's.
    pub fn prefers_naive(&self) -> bool {
        self.origins >= FEWEST && self.naive.mae < CLEARLY_BETTER * self.median.mae
    }

    /// How much wider than learned the bands are to be: the own errors count as many origins against
    /// [`PRIOR`].
    pub(super) fn own_width(&self) -> f64 {
        let weight = self.origins as f64 / (self.origins as f64 + PRIOR);
        1.0 + weight * (self.width - 1.0)
    }
}

fn look(series: &Series, origin: usize, horizon: usize) -> Vec<Seen> {
    let since = &series.values()[origin..];
    let horizon = horizon.min(since.len());
    let past = series.until(origin);
    let outlook = panel::outlook(&past, horizon);
    let naive = naive::seasonal(past.values(), past.period(), horizon);
    let steps = bands::steps(&past, &outlook, 1.0);
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

/// The mean of the errors in halves of the 80 % band, over what it is for a band that holds 80 % of
/// normal errors (0.798 / 1.282); between a third and three.
fn width(seen: &[Seen]) -> f64 {
    const EXPECTED: f64 = 0.6226;
    let sizes: Vec<f64> = seen
        .iter()
        .filter(|seen| seen.step.bands[1].high > seen.step.point)
        .map(|seen| {
            let half = seen.step.bands[1].high - seen.step.point;
            ((seen.value - seen.step.point).abs() / half).min(4.0)
        })
        .collect();
    if sizes.is_empty() { 1.0 } else { (season::mean(&sizes) / EXPECTED).clamp(0.33, 3.0) }
}
