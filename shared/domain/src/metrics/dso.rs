//! Days sales outstanding: for how many days of sales clients still owe.
//!
//! Two variants are in use, and they differ wherever sales do from month to month. Either takes
//! receivables and sales on credit in smallest units of one currency, both with tax or both without.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::period::{Month, Period};

/// The version of these formulas; printed with every figure that they give.
pub const FORMULA: &str = "dso/1";

/// Why the count-back method has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoCountBack {
    /// Clients are owed more than they owe.
    #[error("receivables are below zero")]
    NetCredit,
    /// No month had sales.
    #[error("there were no sales")]
    NoSales,
    /// The months that are known did not sell as much as is owed.
    #[error("receivables go back beyond the months that are known")]
    Exhausted,
}

/// Simple DSO: receivables at the end of the period ÷ its sales on credit × its days, in days to one
/// decimal, half to even. `None` without sales, and where clients are owed more than they owe.
///
/// It takes what is owed at the end; a third variant takes the average of start and end. Formula:
/// <https://aro2c.zendesk.com/hc/en-us/articles/217894658-What-is-count-back-DSO->.
pub fn simple(receivables_minor: i64, sales_minor: i64, period: Period) -> Option<Decimal> {
    let answers = receivables_minor >= 0 && sales_minor > 0;
    let days = answers.then(|| part_of(period.days(), receivables_minor, sales_minor))?;
    days.map(to_one_decimal)
}

/// Count-back DSO, also named exhaustion or working-back method: from `last` backwards, each month
/// that sold less than what is owed counts with all its days and takes its sales off, the next one
/// with the fraction of its days that the rest is of its sales. In days to one decimal, half to even.
///
/// `sales_minor` are the sales on credit of `last`, of the month before it and so on. A month
/// without sales counts with all its days; one in which more was credited than sold does so, too,
/// and older sales have to make up for it. Nothing owed is zero days. Formula: Oracle Hyperion
/// Financial Management, "DSO – Days Sales Outstanding", which stops at a month without sales
/// instead.
pub fn count_back(
    receivables_minor: i64,
    last: Month,
    sales_minor: impl IntoIterator<Item = i64>,
) -> Result<Decimal, NoCountBack> {
    if receivables_minor < 0 {
        return Err(NoCountBack::NetCredit);
    }
    if receivables_minor == 0 {
        return Ok(Decimal::ZERO);
    }
    let (mut left, mut days, mut sold) = (i128::from(receivables_minor), 0, false);
    for (back, sales) in (0..).zip(sales_minor) {
        let month = i64::from(last.plus(-back).days());
        let rest = i64::try_from(left).ok().filter(|rest| *rest <= sales);
        if let Some(part) = rest.and_then(|rest| part_of(month, rest, sales)) {
            return Ok(to_one_decimal(Decimal::from(days) + part));
        }
        (left, days, sold) = (left - i128::from(sales), days + month, sold || sales > 0);
    }
    Err(if sold { NoCountBack::Exhausted } else { NoCountBack::NoSales })
}

/// Days × part ÷ whole; multiplied first, so that it is rounded once.
fn part_of(days: i64, part: i64, whole: i64) -> Option<Decimal> {
    Decimal::from(part).checked_mul(Decimal::from(days))?.checked_div(Decimal::from(whole))
}

fn to_one_decimal(days: Decimal) -> Decimal {
    days.round_dp_with_strategy(1, RoundingStrategy::MidpointNearestEven)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn period(from: &str, to: &str) -> Period {
        Period::new(month(from), month(to), 60).unwrap()
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    /// <https://www.fool.com/terms/d/days-sales-outstanding>: $18,000 of $20,000 in April, with the
    /// average of receivables in place of those at the end.
    #[test]
    fn simple_dso_of_a_published_month() {
        let april = period("2026-04", "2026-04");
        assert_eq!(simple(1_800_000, 2_000_000, april), Some(decimal("27")));
    }

    /// <https://bit1024.com/tool/DSO-Calculator>: $50,000 of $200,000 in a year are 91.25 days.
    #[test]
    fn simple_dso_of_a_published_year() {
        let year = period("2026-01", "2026-12");
        assert_eq!(simple(5_000_000, 20_000_000, year), Some(decimal("91.2")));
    }

    /// Oracle Hyperion Financial Management, "DSO – Days Sales Outstanding", table 13-9: September
    /// back to April make 30 + 31 + 31 + 30 + 31 + 2,000 ÷ 2,250 × 30 = 179.7 days.
    /// <https://docs.oracle.com/en/applications/enterprise-performance-management/11.2/hfmam/dso_-_days_sales_outstanding.html>
    #[test]
    fn count_back_dso_of_the_published_table() {
        let days = |owed| {
            count_back(owed, month("2026-09"), [2_500, 1_750, 2_250, 2_500, 2_000, 2_250]).unwrap()
        };
        // The table prints 12,000 owed. The five months before April sold 11,000, so that its last
        // row, 2,000 of April, belongs to 13,000; of 12,000 it is 1,000.
        assert_eq!(days(13_000), decimal("179.7"));
        assert_eq!(days(12_000), decimal("166.3"));
    }

    /// <https://support.benjipays.com/support/solutions/articles/150000179580>: $212,000 owed, sales
    /// of $100,000, $80,000 and $70,000. It takes months of 30 days; with those of the calendar
    /// 30 + 31 + 32 ÷ 70 × 30.
    #[test]
    fn count_back_dso_of_a_published_quarter() {
        let days = count_back(21_200_000, month("2026-06"), [10_000_000, 8_000_000, 7_000_000]);
        assert_eq!(days, Ok(decimal("74.7")));
    }

    #[test]
    fn without_an_answer_there_is_a_reason() {
        let june = month("2026-06");
        assert_eq!(count_back(-1, june, [100]), Err(NoCountBack::NetCredit));
        assert_eq!(count_back(101, june, [100]), Err(NoCountBack::Exhausted));
        assert_eq!(count_back(100, june, [0, -5]), Err(NoCountBack::NoSales));
        assert_eq!(count_back(100, june, []), Err(NoCountBack::NoSales));
        assert_eq!(simple(100, 0, period("2026-06", "2026-06")), None);
        assert_eq!(simple(-1, 100, period("2026-06", "2026-06")), None);
    }

    #[test]
    fn months_without_sales_count_and_credits_are_made_up_for_by_older_ones() {
        let june = month("2026-06");
        assert_eq!(count_back(0, june, []), Ok(Decimal::ZERO));
        assert_eq!(count_back(100, june, [100]), Ok(decimal("30")));
        assert_eq!(count_back(50, june, [0, 100]), Ok(decimal("45.5")));
        assert_eq!(count_back(50, june, [-50, 100]), Ok(decimal("61")));
        assert_eq!(count_back(i64::MAX, june, [i64::MIN]), Err(NoCountBack::NoSales));
    }

    proptest! {
        #[test]
        fn both_agree_where_every_day_sells_the_same(
            per_day in 1_i64..1_000_000, months in 1_i32..24, last in 0_i32..48,
            per_mille in 0_i64..=1_000,
        ) {
            let last = month("2025-01").plus(last);
            let period = Period::new(last.plus(1 - months), last, 60).unwrap();
            let total = per_day * period.days();
            let owed = total * per_mille / 1_000;
            let sales = (0..months).map(|back| per_day * i64::from(last.plus(-back).days()));
            prop_assert_eq!(count_back(owed, last, sales).ok(), simple(owed, total, period));
        }

        #[test]
        fn more_receivables_are_never_fewer_days(
            sales in vec(-10_000_i64..1_000_000, 1..24), a in 0_i64..10_000_000, more in 0_i64..1_000_000,
        ) {
            let days = |owed| count_back(owed, month("2026-06"), sales.iter().copied());
            match (days(a), days(a + more)) {
                (Ok(few), Ok(many)) => prop_assert!(few <= many),
                // Once the months are exhausted they stay so.
                (few, many) => prop_assert!(many.is_err(), "{:?} {:?}", few, many),
            }
            let period = period("2026-01", "2026-06");
            prop_assert!(simple(a, 1_000_000, period) <= simple(a + more, 1_000_000, period));
        }

        #[test]
        fn all_that_was_sold_is_all_days_of_it(sales in vec(1_i64..1_000_000, 1..24)) {
            let last = month("2026-06");
            let months = i32::try_from(sales.len()).unwrap();
            let period = Period::new(last.plus(1 - months), last, 60).unwrap();
            let days = count_back(sales.iter().sum(), last, sales);
            prop_assert_eq!(days, Ok(Decimal::from(period.days())));
        }
    }
}
