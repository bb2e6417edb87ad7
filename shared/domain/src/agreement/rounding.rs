//! Rounding of time as it is charged; what was worked stays as it is.

use serde::{Deserialize, Serialize};

use super::Increment;
use crate::labour::WorkedTime;

/// Which way time is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// To the next increment: one that was begun counts whole.
    Up,
    /// To the nearest increment; half of one counts whole.
    Nearest,
}

/// How time is rounded when it is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rounding {
    /// The step: charged time is so many of them.
    #[serde(rename = "incrementMinutes")]
    pub increment: Increment,
    /// The least that is charged for any work at all.
    #[serde(default)]
    pub minimum_minutes: u16,
    /// Which way.
    pub direction: Direction,
}

impl Rounding {
    /// The time to charge for a piece of work: a whole number of increments, at least the minimum
    /// rounded up to one. No work, or a correction below zero, is left as it is.
    pub fn charged(&self, worked: WorkedTime) -> WorkedTime {
        if worked.seconds <= 0 {
            return worked;
        }
        let step = i64::from(u16::from(self.increment)) * 60;
        let up = |seconds: i64| seconds.saturating_add(step - 1) / step;
        let steps = match self.direction {
            Direction::Up => up(worked.seconds),
            Direction::Nearest => worked.seconds.saturating_add(step / 2) / step,
        };
        let least = up(i64::from(self.minimum_minutes) * 60);
        WorkedTime { seconds: steps.max(least).saturating_mul(step) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rounding(increment: u16, minimum_minutes: u16, direction: Direction) -> Rounding {
        Rounding { increment: increment.try_into().unwrap(), minimum_minutes, direction }
    }

    fn charged(rounding: Rounding, seconds: i64) -> i64 {
        rounding.charged(WorkedTime { seconds }).seconds
    }

    #[test]
    fn a_begun_quarter_of_an_hour_counts_whole() {
        let quarters = rounding(15, 0, Direction::Up);
        let minutes = [1, 15 * 60, 15 * 60 + 1].map(|it| charged(quarters, it) / 60);
        assert_eq!(minutes, [15, 15, 30]);
    }

    #[test]
    fn to_the_nearest_half_counts_whole() {
        let tens = rounding(10, 0, Direction::Nearest);
        let minutes = [299, 300, 899, 900].map(|it| charged(tens, it) / 60);
        assert_eq!(minutes, [0, 10, 10, 20]);
    }

    #[test]
    fn any_work_is_charged_the_minimum_and_no_work_nothing() {
        let at_least_half_an_hour = rounding(15, 20, Direction::Nearest);
        assert_eq!(charged(at_least_half_an_hour, 60), 30 * 60);
        assert_eq!(charged(at_least_half_an_hour, 0), 0);
        assert_eq!(charged(at_least_half_an_hour, -60), -60);
    }

    proptest! {
        #[test]
        fn charged_time_is_whole_increments_at_least_the_minimum_and_near_what_was_worked(
            increment in 1_u16..=240, minimum in 0_u16..=480, up in any::<bool>(),
            worked in 0_i64..200_000,
        ) {
            let direction = if up { Direction::Up } else { Direction::Nearest };
            let rounding = rounding(increment, minimum, direction);
            let time = charged(rounding, worked);
            let step = i64::from(increment) * 60;
            let least = i64::from(minimum.div_ceil(increment)) * step;
            prop_assert_eq!(time % step, 0);
            prop_assert_eq!(charged(rounding, time), time);
            prop_assert!(worked == 0 || time >= least);
            prop_assert!(worked > 0 || time == 0);
            prop_assert!(!up || time >= worked);
            if worked >= least {
                let most = if up { step - 1 } else { step / 2 };
                prop_assert!((time - worked).abs() <= most);
            }
        }
    }
}
