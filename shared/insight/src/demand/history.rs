//! What was counted.

use jiff::{Span, civil::Date};

use super::Grain;
use crate::forecast::{LONGEST, Rhythm, Series, SeriesError};

/// Why values are no history of demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// They are no series.
    #[error(transparent)]
    Series(#[from] SeriesError),
    /// Nobody asks for less than nothing.
    #[error("value {0} lies below zero")]
    Negative(usize),
    /// The days lie beyond what a calendar holds.
    #[error("the days are none of a calendar")]
    NoDays,
}

/// Tickets or hours of each day or week, oldest first, without gaps and never below zero.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    name: String,
    start: Date,
    values: Vec<f64>,
}

impl History {
    /// A history from its first day, or the first day of its first week. A gap is refused, never
    /// filled: a day without tickets is 0, a day that nobody counted is unknown.
    pub fn new(name: &str, start: Date, values: &[Option<f64>]) -> Result<Self, HistoryError> {
        let series = Series::with_gaps(Rhythm::Daily, values)?;
        if let Some(at) = series.values().iter().position(|value| *value < 0.0) {
            return Err(HistoryError::Negative(at));
        }
        let years = i64::try_from(LONGEST + 100).unwrap_or(i64::MAX);
        start.checked_add(Span::new().weeks(years)).map_err(|_| HistoryError::NoDays)?;
        start.checked_sub(Span::new().weeks(60)).map_err(|_| HistoryError::NoDays)?;
        Ok(Self { name: name.to_owned(), start, values: series.values().to_vec() })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The values, oldest first.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Whether all values are whole, as counts are.
    pub(super) fn is_whole(&self) -> bool {
        self.values.iter().all(|value| value.fract() == 0.0)
    }

    /// The day of a place, or the first day of its week; also of places yet to come.
    pub(super) fn date(&self, grain: Grain, at: usize) -> Date {
        let steps = i64::try_from(at).unwrap_or(0);
        let days = if grain == Grain::Week { 7 * steps } else { steps };
        // `new` saw to it that the days exist.
        self.start.checked_add(Span::new().days(days)).unwrap_or(self.start)
    }

    /// The day after the last one.
    pub(super) fn end(&self, grain: Grain) -> Date {
        self.date(grain, self.values.len())
    }

    /// How many values lie before a day.
    pub(super) fn before(&self, grain: Grain, date: Date) -> usize {
        let days = usize::try_from((date - self.start).get_days()).unwrap_or(0);
        let steps = if grain == Grain::Week { days / 7 } else { days };
        steps.min(self.values.len())
    }

    /// What seasonal naive says after the first `length` values.
    pub(super) fn naive(&self, grain: Grain, length: usize, horizon: usize) -> Vec<f64> {
        let back = if length >= grain.rhythm().period() { grain.rhythm().period() } else { 1 };
        let last = &self.values[length.saturating_sub(back)..length];
        last.iter().copied().cycle().take(horizon).collect()
    }
}
