//! The rise of prices that was agreed in advance.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Months, Percent, schedule};
use crate::money::{Money, MoneyError};

/// A rise of prices that comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Escalator {
    /// By how much.
    pub percent: Percent,
    /// How often; every year unless another span is said.
    #[serde(default)]
    pub every_months: Months,
    /// The day of the first rise.
    pub first_on: Date,
}

impl Escalator {
    /// How many rises there have been on a day, that day's included.
    pub fn steps_by(&self, day: Date) -> u32 {
        schedule::count_by(self.first_on, self.every_months, day)
    }

    /// The day of the first rise after a day; `None` where no calendar reaches.
    pub fn next_after(&self, day: Date) -> Option<Date> {
        schedule::nth(self.first_on, self.every_months, self.steps_by(day))
    }

    /// What a price that was set on the day `from` has become on `day`.
    ///
    /// A rise on the day `from` itself is in the price already. Each rise is rounded to the
    /// smallest unit, half to even, before the next one: a client pays, and the next rise starts
    /// from, the price that the last invoice printed.
    pub fn escalated(&self, price: Money, from: Date, day: Date) -> Result<Money, MoneyError> {
        let steps = self.steps_by(day).saturating_sub(self.steps_by(from));
        let mut price = price;
        for _ in 0..steps {
            let risen = price.scaled(10_000 + self.percent.hundredths(), 10_000)?;
            if risen == price {
                break;
            }
            price = risen;
        }
        Ok(price)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use rust_decimal::Decimal;
    use serde_json::json;

    use super::{
        schedule::tests::{day, months},
        *,
    };
    use crate::money::Currency;

    const START: Date = date(2026, 1, 1);

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn yearly(hundredths: i64) -> Escalator {
        let percent = Decimal::new(hundredths, 2).try_into().unwrap();
        Escalator { percent, every_months: Months::YEAR, first_on: date(2027, 1, 1) }
    }

    fn any_escalator() -> impl Strategy<Value = Escalator> {
        let percent = (0_i64..=10_000).prop_map(|it| Decimal::new(it, 2).try_into().unwrap());
        (percent, months(), day()).prop_map(|(percent, every_months, first_on)| Escalator {
            percent,
            every_months,
            first_on,
        })
    }

    #[test]
    fn three_percent_a_year_compound() {
        let price = |day| yearly(300).escalated(usd(100_000), START, day).unwrap().minor;
        assert_eq!(price(date(2026, 12, 31)), 100_000);
        assert_eq!(price(date(2027, 1, 1)), 103_000);
        assert_eq!(price(date(2028, 1, 1)), 106_090);
        // 106,090 × 1.03 = 109,272.7.
        assert_eq!(price(date(2029, 1, 1)), 109_273);
    }

    #[test]
    fn a_rise_starts_from_the_rounded_price_that_was_invoiced() {
        // 333 × 1.05 = 349.65 → 350, and 350 × 1.05 = 367.5 → 368; unrounded it were 367.1 → 367.
        let price = yearly(500).escalated(usd(333), START, date(2028, 1, 1)).unwrap();
        assert_eq!(price.minor, 368);
    }

    #[test]
    fn a_rise_on_the_day_of_the_price_is_in_the_price() {
        let price = |from| yearly(300).escalated(usd(100), from, date(2027, 6, 1)).unwrap().minor;
        assert_eq!((price(date(2026, 12, 31)), price(date(2027, 1, 1))), (103, 100));
    }

    #[test]
    fn the_next_rise_is_the_first_after_a_day() {
        let next = |day| yearly(300).next_after(day);
        assert_eq!(next(START), Some(date(2027, 1, 1)));
        assert_eq!(next(date(2027, 1, 1)), Some(date(2028, 1, 1)));
    }

    #[test]
    fn what_does_not_fit_is_an_error_and_no_panic() {
        let doubled = yearly(10_000).escalated(usd(i64::MAX), START, date(2027, 1, 1));
        assert_eq!(doubled, Err(MoneyError::OutOfRange));
    }

    #[test]
    fn an_escalator_is_yearly_unless_it_says_otherwise() {
        let text = json!({"percent": "3", "firstOn": "2027-01-01"});
        assert_eq!(serde_json::from_value::<Escalator>(text).unwrap(), yearly(300));
    }

    proptest! {
        #[test]
        fn stopping_on_the_way_changes_nothing(
            escalator in any_escalator(), minor in 0_i64..1_000_000,
            mut days in proptest::array::uniform3(day()),
        ) {
            // Doubled every month for ten years does not fit; where it does not, neither way does.
            days.sort_unstable();
            let [a, b, c] = days;
            let at_once = escalator.escalated(usd(minor), a, c);
            let stopping =
                escalator.escalated(usd(minor), a, b).and_then(|it| escalator.escalated(it, b, c));
            prop_assert_eq!(at_once, stopping);
        }

        #[test]
        fn a_price_never_falls_and_each_rise_is_exact_to_half_a_cent(
            escalator in any_escalator(), minor in 0_i64..1_000_000,
        ) {
            let first = escalator.first_on;
            let risen = escalator.escalated(usd(minor), first.yesterday().unwrap(), first).unwrap();
            let factor = Decimal::ONE + Decimal::from(escalator.percent) / Decimal::ONE_HUNDRED;
            let off = Decimal::from(risen.minor) - Decimal::from(minor) * factor;
            prop_assert!(off.abs() <= Decimal::new(5, 1));
            prop_assert!(risen.minor >= minor);
        }
    }
}
