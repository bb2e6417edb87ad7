//! How far the same method was off on the series' own past.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Grain, Pool, history::History, pool::Known};
use crate::forecast::Score;

/// The most moments that are looked back from.
const ORIGINS: usize = 6;
/// How many there are beyond the horizon, so that a step far ahead is tested too.
const BEYOND: usize = 6;

/// Forecasts from earlier moments of the values known since, each by what was known before. Only which
/// countries' holidays count is taken from all values.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// From how many moments.
    pub origins: usize,
    /// How many values were told, over all of them.
    pub tested: usize,
    /// The forecast's errors.
    pub own: Score,
    /// Seasonal naive's errors.
    pub naive: Score,
    /// The share of values within each band; none where no value was told.
    pub coverage: Option<[f64; 3]>,
}

/// The moments of a series that are looked back from.
pub(super) fn origins(history: &History, grain: Grain, horizon: usize) -> Vec<usize> {
    let length = history.values().len();
    let first = (grain.rhythm().needed() / 2).max(length.saturating_sub(horizon + BEYOND));
    let stride = length.saturating_sub(first).div_ceil(ORIGINS).max(1);
    (first..length).rev().step_by(stride).collect()
}

impl Backtest {
    pub(super) fn of(
        pool: &Pool<'_>,
        at: usize,
        horizon: usize,
        known: &BTreeMap<Date, Known>,
    ) -> Self {
        let history = &pool.histories[at];
        let origins = origins(history, pool.grain, horizon);
        let (mut own, mut naive, mut inside, mut tested) = (vec![], vec![], [0.0; 3], 0);
        for origin in &origins {
            let Some(known) = known.get(&history.date(pool.grain, *origin)) else { continue };
            let since = &history.values()[*origin..];
            let horizon = horizon.min(since.len());
            let steps = known.steps(pool, at, horizon);
            let plain = history.naive(pool.grain, *origin, horizon);
            for ((value, step), plain) in since.iter().zip(steps).zip(plain) {
                own.push((step.counts.point, *value));
                naive.push((plain, *value));
                for (hits, band) in inside.iter_mut().zip(step.counts.bands) {
                    *hits += f64::from(u8::from((band.low..=band.high).contains(value)));
                }
                tested += 1;
            }
        }
        let unit = unit(history, pool.grain);
        Self {
            origins: origins.len(),
            tested,
            own: Score::of(own.into_iter(), unit),
            naive: Score::of(naive.into_iter(), unit),
            coverage: (tested > 0).then(|| inside.map(|hits| hits / tested as f64)),
        }
    }
}

/// The mean absolute difference to the same weekday before, or to the week before.
fn unit(history: &History, grain: Grain) -> f64 {
    let lag = if grain == Grain::Day { grain.rhythm().period() } else { 1 };
    let pairs = history.values().iter().zip(history.values().iter().skip(lag));
    let (sum, count) = pairs.fold((0.0, 0.0), |(sum, count), (before, after)| {
        (sum + (after - before).abs(), count + 1.0)
    });
    sum / f64::max(count, 1.0)
}
