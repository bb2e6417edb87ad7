//! What agreements are worth: by the month, and over their term.

use jiff::civil::Date;

use super::{AgreementLine, Escalator, schedule};
use crate::money::{Money, MoneyError};

/// Contracted monthly recurring revenue on a day: Σ [`monthly_value`] of lines, each with the
/// escalator of its agreement. It is what was agreed, not what was invoiced.
///
/// `None` when no line has a price on the day, so that no currency is known either; a line without
/// a price adds nothing beside others.
///
/// [`monthly_value`]: AgreementLine::monthly_value
pub fn mrr<'a>(
    lines: impl IntoIterator<Item = (&'a AgreementLine, Option<&'a Escalator>)>,
    day: Date,
) -> Result<Option<Money>, MoneyError> {
    let values = lines.into_iter().map(|(line, escalator)| line.monthly_value(day, escalator));
    sum(values.filter_map(Result::transpose))
}

/// What the lines of an agreement come to over its term, both days included: every charge that
/// falls due in it, at the price of that day.
///
/// A line is charged in advance, whole, on its first day and again after each of its spans; a span
/// that has begun when the term ends is not divided. What is charged by the hour is usage and no
/// part of it. `None` when the term has no end, or there is no charge at all.
pub fn contract_value<'a>(
    lines: impl IntoIterator<Item = &'a AgreementLine>,
    start: Date,
    end: Option<Date>,
    escalator: Option<&Escalator>,
) -> Result<Option<Money>, MoneyError> {
    let Some(end) = end else { return Ok(None) };
    let fixed = lines.into_iter().filter(|line| line.is_fixed());
    let charges = fixed.flat_map(|line| {
        let days = line.charge_days(end).filter(|day| *day >= start);
        days.filter_map(|day| line.amount_on(day, escalator).transpose())
    });
    sum(charges)
}

fn sum(
    amounts: impl Iterator<Item = Result<Money, MoneyError>>,
) -> Result<Option<Money>, MoneyError> {
    let mut total: Option<Money> = None;
    for amount in amounts {
        total = Some(match total {
            Some(total) => total.checked_add(amount?)?,
            None => amount?,
        });
    }
    Ok(total)
}

impl AgreementLine {
    /// The days on which it is charged, up to a day, were it without an end.
    fn charge_days(&self, until: Date) -> impl Iterator<Item = Date> {
        let (start, months) = (self.start, self.frequency.months());
        let day = move |n| match months {
            Some(months) => schedule::nth(start, months, n),
            None => Some(start).filter(|_| n == 0),
        };
        (0..).map_while(day).take_while(move |day| *day <= until)
    }
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan as _, civil::date};
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        agreement::{
            Frequency, Months, PricingUnit,
            line::tests::{any_line, line, price},
        },
        money::Currency,
    };

    const START: Date = date(2026, 1, 1);
    const END: Date = date(2026, 12, 31);

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    /// A line of one unit from the first day of 2026.
    fn flat(minor: i64, frequency: Frequency) -> AgreementLine {
        AgreementLine { frequency, ..line("1", &[price(minor, START)]) }
    }

    fn mrr_of(lines: &[AgreementLine], day: Date) -> Result<Option<Money>, MoneyError> {
        mrr(lines.iter().map(|line| (line, None)), day)
    }

    #[test]
    fn a_month_of_all_frequencies() {
        let lines = [
            flat(10_000, Frequency::Monthly),
            flat(30_000, Frequency::Quarterly),
            flat(120_000, Frequency::Annual),
            flat(99_999, Frequency::OneTime),
        ];
        assert_eq!(mrr_of(&lines, START), Ok(Some(usd(30_000))));
        // 12 × 100 + 4 × 300 + 1,200 + 999.99.
        assert_eq!(contract_value(&lines, START, Some(END), None), Ok(Some(usd(459_999))));
    }

    #[test]
    fn without_an_end_or_a_line_there_is_no_value() {
        let lines = [flat(10_000, Frequency::Monthly)];
        assert_eq!(contract_value(&lines, START, None, None), Ok(None));
        assert_eq!(contract_value([], START, Some(END), None), Ok(None));
        assert_eq!(mrr_of(&[], START), Ok(None));
    }

    #[test]
    fn hours_are_usage_and_no_part_of_either() {
        let hours = AgreementLine { unit: PricingUnit::Hour, ..flat(15_000, Frequency::Monthly) };
        assert_eq!(mrr_of(std::slice::from_ref(&hours), START), Ok(Some(usd(0))));
        assert_eq!(contract_value([&hours], START, Some(END), None), Ok(None));
    }

    #[test]
    fn two_currencies_are_an_error_and_not_a_sum() {
        let euro = Money::new(100, "EUR".parse().unwrap());
        let euro = crate::agreement::DatedPrice { unit_price: euro, ..price(0, START) };
        let lines = [flat(100, Frequency::Monthly), line("1", &[euro])];
        assert_eq!(mrr_of(&lines, START), Err(MoneyError::MixedCurrencies));
        let value = contract_value(&lines, START, Some(END), None);
        assert_eq!(value, Err(MoneyError::MixedCurrencies));
    }

    #[test]
    fn a_three_year_term_with_a_rise_of_three_percent() {
        let percent = rust_decimal::Decimal::from(3).try_into().unwrap();
        let first_on = date(2027, 1, 1);
        let escalator = Escalator { percent, every_months: Months::YEAR, first_on };
        let lines = [flat(100_000, Frequency::Monthly)];
        let end = Some(date(2028, 12, 31));
        let value = contract_value(&lines, START, end, Some(&escalator)).unwrap().unwrap();
        assert_eq!(value.minor, 12 * (100_000 + 103_000 + 106_090));
        let monthly = mrr([(&lines[0], Some(&escalator))], date(2028, 5, 1)).unwrap();
        assert_eq!(monthly, Some(usd(106_090)));
    }

    proptest! {
        #[test]
        fn the_value_is_every_days_charges_added_up(
            line in any_line(), first in 0_i64..1_500, length in 0_i64..1_000,
        ) {
            let start = START + first.days();
            let end = start + length.days();
            let charged = |day: Date| match line.frequency.months() {
                _ if line.unit == PricingUnit::Hour => false,
                None => day == line.start,
                Some(months) => {
                    day >= line.start
                        && schedule::count_by(line.start, months, day)
                            > schedule::count_by(line.start, months, day.yesterday().unwrap())
                }
            };
            let by_day = start.series(1.day()).take_while(|day| *day <= end);
            let amounts = by_day.filter(|day| charged(*day)).filter_map(|day| line.amount_on(day, None).unwrap());
            let total: i64 = amounts.map(|amount| amount.minor).sum();
            let value = contract_value([&line], start, Some(end), None).unwrap();
            prop_assert_eq!(value.map_or(0, |value| value.minor), total);
        }

        #[test]
        fn in_which_parts_lines_are_added_changes_nothing(
            lines in vec(any_line(), 0..8), cut in 0_usize..8, days in 0_i64..1_500,
        ) {
            let day = START + days.days();
            let minor = |lines: &[AgreementLine]| mrr_of(lines, day).unwrap().map_or(0, |it| it.minor);
            let (a, b) = lines.split_at(cut.min(lines.len()));
            prop_assert_eq!(minor(&lines), minor(a) + minor(b));
        }
    }
}
