//! Days that come again every so many months.

use jiff::{Span, civil::Date};

use super::Months;

/// The day `n` times `every` after the first. It keeps the first one's number within the month
/// where the month is long enough, so that the 31st does not become the 28th for good.
pub(super) fn nth(first: Date, every: Months, n: u32) -> Option<Date> {
    let months = i64::from(every.count()) * i64::from(n);
    first.checked_add(Span::new().try_months(months).ok()?).ok()
}

/// How many of the days lie on or before `day`.
pub(super) fn count_by(first: Date, every: Months, day: Date) -> u32 {
    let index = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
    let reached = day.day() >= first.day().min(day.days_in_month());
    let whole_months = index(day) - index(first) - i32::from(!reached);
    let count = whole_months.div_euclid(i32::from(every.count())) + 1;
    u32::try_from(count).unwrap_or(0)
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::{ToSpan as _, civil::date};
    use proptest::prelude::*;

    use super::*;

    /// Any day of the years 2020 to 2029, and more often than others the last of a month.
    pub(crate) fn day() -> impl Strategy<Value = Date> {
        (0_i64..3_653, proptest::bool::weighted(0.3)).prop_map(|(days, last)| {
            let day = date(2020, 1, 1) + days.days();
            if last { day.last_of_month() } else { day }
        })
    }

    /// Any number of months, and more often than others a small one.
    pub(crate) fn months() -> impl Strategy<Value = Months> {
        prop_oneof![1_u16..=3, 1_u16..=120].prop_map(|count| count.try_into().unwrap())
    }

    #[test]
    fn the_end_of_a_month_stays_the_end_of_a_month() {
        let days: Vec<_> = (0..3).filter_map(|n| nth(date(2026, 1, 31), Months::ONE, n)).collect();
        assert_eq!(days, [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]);
        assert_eq!(count_by(date(2026, 1, 31), Months::ONE, date(2026, 2, 27)), 1);
        assert_eq!(count_by(date(2026, 1, 31), Months::ONE, date(2026, 2, 28)), 2);
    }

    proptest! {
        #[test]
        fn counting_is_going_through_the_days_one_by_one(
            first in day(), every in months(), day in day(),
        ) {
            let passed = (0..).map_while(|n| nth(first, every, n)).take_while(|it| *it <= day);
            prop_assert_eq!(count_by(first, every, day), u32::try_from(passed.count()).unwrap());
        }
    }
}
