//! Where a value stands among those of all clients.

use clearmargin_domain::metrics::ratio;
use rust_decimal::Decimal;

use super::FEWEST;
use crate::forecast::median;

/// Makes the median absolute deviation of a normal distribution its standard deviation.
const NORMAL: f64 = 1.4826;

/// The same for the mean absolute deviation: √(π ÷ 2).
const NORMAL_MEAN: f64 = 1.253_314;

/// The known values of one dimension.
#[derive(Debug)]
pub(super) struct Cohort {
    sorted: Vec<f64>,
    centre: f64,
    spread: f64,
}

impl Cohort {
    /// Of these values; `None` for fewer than [`FEWEST`].
    pub(super) fn of(mut values: Vec<f64>) -> Option<Self> {
        if values.len() < FEWEST {
            return None;
        }
        values.sort_by(f64::total_cmp);
        let centre = median(values.clone());
        let off: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
        let mean = off.iter().sum::<f64>() / off.len() as f64;
        let spread = NORMAL * median(off);
        // Where more than half are equal, the mean tells how far the others are off (Iglewicz and
        // Hoaglin 1993).
        let spread = if spread > 0.0 { spread } else { NORMAL_MEAN * mean };
        Some(Self { sorted: values, centre, spread })
    }

    /// How many values there are.
    pub(super) fn count(&self) -> usize {
        self.sorted.len()
    }

    /// The middle value.
    pub(super) fn centre(&self) -> f64 {
        self.centre
    }

    /// How many robust standard deviations a value is off the middle: (value − median) ÷ (1.4826 ×
    /// median absolute deviation). `None` where all values are equal.
    pub(super) fn z(&self, value: f64) -> Option<f64> {
        let z = (value - self.centre) / self.spread;
        z.is_finite().then_some(z)
    }

    /// The share of values below this one, those equal to it by half.
    pub(super) fn percentile(&self, value: f64) -> Decimal {
        let below = self.sorted.partition_point(|other| *other < value);
        let within = self.sorted.partition_point(|other| *other <= value);
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let half = ratio(number(below + within), number(2 * self.sorted.len()));
        half.unwrap_or_default()
    }
}
