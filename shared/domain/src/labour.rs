//! Worked time and what it costs.

use std::{iter::Sum, ops::Add};

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive as _};
use serde::{Deserialize, Serialize};

use crate::money::{Money, MoneyError};

const SECONDS_PER_HOUR: i64 = 3_600;

/// Worked time in whole seconds: 0.01 h, the grain of the source systems, is exactly 36 of them.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct WorkedTime {
    /// The seconds.
    pub seconds: i64,
}

impl WorkedTime {
    /// The time for a number of hours, to the nearest second, half to even.
    pub fn from_hours(hours: Decimal) -> Option<Self> {
        let seconds = hours
            .checked_mul(Decimal::from(SECONDS_PER_HOUR))?
            .round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven)
            .to_i64()?;
        Some(Self { seconds })
    }

    /// Minutes with two decimals, half to even: what the API prints.
    pub fn minutes(self) -> Decimal {
        let minutes = Decimal::from(self.seconds) / Decimal::from(60);
        minutes.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven)
    }

    /// Hours, unrounded.
    pub fn hours(self) -> Decimal {
        Decimal::from(self.seconds) / Decimal::from(SECONDS_PER_HOUR)
    }

    /// What the time comes to at an hourly rate, to the smallest unit, half to even.
    pub fn at(self, hourly: Money) -> Result<Money, MoneyError> {
        hourly.scaled(self.seconds.into(), SECONDS_PER_HOUR.into())
    }
}

impl Add for WorkedTime {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { seconds: self.seconds + other.seconds }
    }
}

impl Sum for WorkedTime {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::Currency;

    fn cost(seconds: i64, hourly_minor: i64) -> i64 {
        WorkedTime { seconds }.at(Money::new(hourly_minor, Currency::USD)).unwrap().minor
    }

    #[test]
    fn hundredths_of_an_hour_are_exact() {
        let time = WorkedTime::from_hours("0.33".parse().unwrap()).unwrap();
        assert_eq!(time.seconds, 1_188);
        assert_eq!(time.minutes().to_string(), "19.80");
    }

    #[test]
    fn labour_cost_rounds_half_to_even() {
        assert_eq!(cost(3_600, 4_250), 4_250);
        assert_eq!(cost(1_800, 1), 0);
        assert_eq!(cost(1_800, 3), 2);
        assert_eq!(cost(1_188, 4_250), 1_402);
        assert_eq!(cost(-1_188, 4_250), -1_402);
    }

    proptest! {
        #[test]
        fn the_cost_is_within_half_a_unit_of_the_exact_one(
            seconds in -1_000_000_i64..1_000_000, hourly in 0_i64..1_000_000,
        ) {
            let exact = i128::from(seconds) * i128::from(hourly);
            let off = i128::from(cost(seconds, hourly)) * 3_600 - exact;
            prop_assert!(off.abs() * 2 <= 3_600);
        }
    }
}
