//! The median of a few prices, and between which of them the true one lies.
#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a probability is a number; prices are whole"
)]

use crate::forecast::whole;

/// How many prices there have to be: of five, the least and the most have the true median between them with
/// a probability of 1 − 2 ÷ 2⁵ = 0.9375, and of four with less than [`LEVEL`].
pub const FEWEST_QUOTES: usize = 5;
/// How sure intervals are at least, in per cent.
pub const LEVEL: u8 = 90;
/// Whole numbers of probabilities are of so many to 1.
const UNIT: f64 = 1e6;

/// How prices lie. Each of these is one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// The lowest.
    pub lowest: i64,
    /// The one at ⌈n ÷ 4⌉.
    pub lower_quartile: i64,
    /// The one at ⌈n ÷ 2⌉: of two in the middle the lower one.
    pub median: i64,
    /// The one at ⌈3n ÷ 4⌉.
    pub upper_quartile: i64,
    /// The highest.
    pub highest: i64,
    /// Between which two the true median lies.
    pub between: (i64, i64),
    /// With which probability at least, in millionths.
    pub coverage: i64,
}

impl Spread {
    /// How these prices lie; none with fewer than [`FEWEST_QUOTES`].
    pub fn of(mut prices: Vec<i64>) -> Option<Self> {
        let count = prices.len();
        if count < FEWEST_QUOTES {
            return None;
        }
        prices.sort_unstable();
        let at = |place: usize| prices.get(place).copied();
        let quarter = |quarters: usize| at((quarters * count).div_ceil(4) - 1);
        let (outside, miss) = innermost(count);
        Some(Self {
            lowest: at(0)?,
            lower_quartile: quarter(1)?,
            median: quarter(2)?,
            upper_quartile: quarter(3)?,
            highest: at(count - 1)?,
            between: (at(outside)?, at(count - 1 - outside)?),
            coverage: whole((1.0 - miss) * UNIT),
        })
    }
}

/// How many prices may be left out on either side so that those within still have the median between them with
/// [`LEVEL`], and the probability that they have not: 2 × P(X ≤ left out), X binomial of so many with ½.
fn innermost(count: usize) -> (usize, f64) {
    let allowed = 1.0 - f64::from(LEVEL) / 100.0;
    let mut probability = 0.5_f64.powf(count as f64);
    let (mut left_out, mut miss) = (0, 2.0 * probability);
    while left_out + 1 < count {
        probability *= (count - left_out) as f64 / (left_out + 1) as f64;
        let next = miss + 2.0 * probability;
        if next > allowed {
            break;
        }
        (left_out, miss) = (left_out + 1, next);
    }
    (left_out, miss)
}
