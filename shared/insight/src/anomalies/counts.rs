//! Few tickets: counts around a mean, negative binomial, as widely spread as they were.
#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "distributions are numbers"
)]

use super::{WINDOW, YEAR, law::Counts};
use crate::forecast::whole;

/// From so many a month on, tickets are reckoned like amounts.
const MANY: f64 = 50.0;
/// Below what a normal number lies once in ten times, from its middle down.
const ONE_IN_TEN: f64 = 1.281_551_565_544_600_4;
/// A band of such counts is looked for up to here.
const MOST: i64 = 10_000;

/// What a count is held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    count: i64,
    mean: f64,
    law: Counts,
    /// The place of the first month that was used.
    pub(super) first: usize,
    pub(super) size: usize,
}

impl Fit {
    /// What the count at a place is held against; none of many.
    ///
    /// The mean is that of a year, half a ticket added. The variance is as large a multiple of it as that of the
    /// window, or what that may be where it was found low by a chance of one in ten (by Wilson's and Hilferty's χ²), and at least the mean.
    pub(super) fn of(counts: &[i64], at: usize) -> Option<Self> {
        let first = at.saturating_sub(WINDOW);
        let window: Vec<f64> =
            counts.get(first..at)?.iter().map(|count| (*count).max(0) as f64).collect();
        let size = window.len();
        let year = window.get(size.checked_sub(YEAR)?..)?;
        let mean = (year.iter().sum::<f64>() + 0.5) / YEAR as f64;
        let middle = window.iter().sum::<f64>() / size as f64;
        let freedom = size as f64 - 1.0;
        let squares: f64 = window.iter().map(|count| (count - middle) * (count - middle)).sum();
        let spread = (squares / freedom / middle.max(mean)).max(1.0);
        let step = 2.0 / (9.0 * freedom);
        let spread = spread / (1.0 - step - ONE_IN_TEN * step.sqrt()).powi(3);
        let variance = mean * spread * (1.0 + 1.0 / YEAR as f64);
        let law = Counts::of(mean, variance);
        (mean < MANY).then_some(Self { count: *counts.get(at)?, mean, law, first, size })
    }

    pub(super) fn p(&self) -> f64 {
        self.law.two_sided(self.count.max(0) as f64)
    }

    /// What was to come, and between what so large a share of such counts lies, in thousandths.
    pub(super) fn told(&self, share: f64) -> (i64, (i64, i64)) {
        let tail = (1.0 - share) / 2.0;
        let at = |wanted: f64| (0..MOST).find(|count| self.law.up_to(*count as f64) >= wanted);
        let end = |wanted| at(wanted).unwrap_or(MOST) * 1_000;
        (whole(self.mean * 1e3), (end(tail), end(1.0 - tail)))
    }
}
