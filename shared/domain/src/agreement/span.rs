//! The spans that a line is charged for, and the parts of them that have one price.

use std::iter::once;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Agreement, AgreementLine, Escalator, Frequency, Months, schedule};
use crate::{
    money::{Money, MoneyError},
    period::Month,
};

/// Days, both ends included; at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    /// The first.
    pub first: Date,
    /// The last.
    pub last: Date,
}

impl Days {
    /// A month's.
    pub fn of(month: Month) -> Self {
        Self { first: month.first_day(), last: month.last_day() }
    }

    /// How many.
    pub fn count(self) -> i64 {
        days_before(self.first, self.last) + 1
    }

    /// How many days of it lie before a day.
    pub fn before(self, day: Date) -> i64 {
        days_before(self.first, day).clamp(0, self.count())
    }

    /// The days that lie in both; `None` where there are none.
    pub fn and(self, other: Self) -> Option<Self> {
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        (first <= last).then_some(Self { first, last })
    }
}

fn days_before(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

/// A charge that falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// What a whole charge is for.
    pub span: Days,
    /// The part of it for which the line is in force.
    pub in_force: Days,
}

/// A part of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PricedDays {
    /// The days.
    pub days: Days,
    /// What a unit costs over the whole span at the price of these days; `None` before the first
    /// price.
    pub unit_price: Option<Money>,
}

impl AgreementLine {
    /// The charges that fall due in a month: each in the month of the first day on which both the
    /// line and its agreement are in force. A monthly charge is for the calendar month, one for
    /// several months for so many from the line's first day on, and one that comes once for that
    /// first day. Usually there is one, or none.
    pub fn due_in(&self, month: Month, agreement: &Agreement) -> Vec<Due> {
        let first = self.start.max(agreement.start);
        let ends = [self.end, agreement.end];
        let last = ends.into_iter().flatten().min().unwrap_or(Date::MAX);
        let term = Days { first, last };
        let due = |span: Days| {
            let in_force = span.and(term)?;
            (Month::of(in_force.first) == month).then_some(Due { span, in_force })
        };
        self.spans(month, first).into_iter().filter_map(due).collect()
    }

    /// The spans that may fall due in a month.
    fn spans(&self, month: Month, first: Date) -> Vec<Days> {
        match self.frequency {
            Frequency::OneTime => vec![Days { first, last: first }],
            Frequency::Monthly => vec![Days::of(month)],
            Frequency::Quarterly => self.spans_of(Months::QUARTER, month),
            Frequency::Annual => self.spans_of(Months::YEAR, month),
        }
    }

    /// The spans of several months that have a day in a month.
    fn spans_of(&self, every: Months, month: Month) -> Vec<Days> {
        let begun = |day| schedule::count_by(self.start, every, day);
        let numbers = begun(month.first_day()).saturating_sub(1)..begun(month.last_day());
        let span = |n| {
            let next = schedule::nth(self.start, every, n + 1)?;
            Some(Days { first: schedule::nth(self.start, every, n)?, last: next.yesterday().ok()? })
        };
        numbers.filter_map(span).collect()
    }

    /// These days in parts, each with the price of a unit in it, in order: a new part begins where
    /// a price is set or rises.
    pub fn priced(
        &self,
        days: Days,
        escalator: Option<&Escalator>,
    ) -> Result<Vec<PricedDays>, MoneyError> {
        let set = self.prices.all().iter().map(|price| price.effective_from);
        let risen = escalator.into_iter().flat_map(|escalator| escalator.days_within(days));
        let within = set.chain(risen).filter(|day| days.first < *day && *day <= days.last);
        let mut firsts: Vec<_> = once(days.first).chain(within).collect();
        firsts.sort_unstable();
        let mut parts: Vec<PricedDays> = Vec::new();
        for first in firsts {
            let unit_price = self.unit_price_on(first, escalator)?;
            match parts.last_mut() {
                Some(part) if part.unit_price == unit_price => continue,
                Some(part) => part.days.last = first.yesterday().unwrap_or(first),
                None => {}
            }
            parts.push(PricedDays { days: Days { first, last: days.last }, unit_price });
        }
        Ok(parts)
    }
}

impl Escalator {
    /// The days of the rises after the first of these days, up to the last.
    fn days_within(&self, days: Days) -> impl Iterator<Item = Date> {
        let numbers = self.steps_by(days.first)..self.steps_by(days.last);
        let (first, every) = (self.first_on, self.every_months);
        numbers.filter_map(move |n| schedule::nth(first, every, n))
    }
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan as _, civil::date};
    use proptest::prelude::*;

    use super::*;
    use crate::agreement::{
        line::tests::{any_line, line, price},
        standing::tests::agreement,
    };

    const START: Date = date(2026, 1, 1);

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn of(frequency: Frequency, start: Date) -> AgreementLine {
        AgreementLine { frequency, start, ..line("1", &[price(9_000, START)]) }
    }

    fn days(first: Date, last: Date) -> Days {
        Days { first, last }
    }

    #[test]
    fn a_charge_for_several_months_falls_due_in_the_month_in_which_its_span_begins() {
        let agreement = Agreement { end: None, ..agreement() };
        let quarterly = of(Frequency::Quarterly, date(2026, 1, 31));
        let due = |text| {
            let due = quarterly.due_in(month(text), &agreement);
            due.into_iter().map(|due| due.span).collect::<Vec<_>>()
        };
        assert_eq!(due("2026-01"), [days(date(2026, 1, 31), date(2026, 4, 29))]);
        assert_eq!(due("2026-02"), []);
        assert_eq!(due("2026-04"), [days(date(2026, 4, 30), date(2026, 7, 30))]);
        assert_eq!(due("2025-10"), []);
        let annual = of(Frequency::Annual, date(2026, 3, 1));
        let months = (0..24).map(|n| month("2026-01").plus(n));
        let due = months.filter(|month| !annual.due_in(*month, &agreement).is_empty());
        assert_eq!(due.collect::<Vec<_>>(), [month("2026-03"), month("2027-03")]);
    }

    #[test]
    fn a_charge_is_for_the_days_on_which_line_and_agreement_are_in_force() {
        let agreement = Agreement { start: date(2026, 4, 3), ..agreement() };
        let quarterly = of(Frequency::Quarterly, date(2026, 1, 15));
        // The agreement begins within one span, and another one begins in the same month.
        let due = quarterly.due_in(month("2026-04"), &agreement);
        let in_force: Vec<_> = due.iter().map(|due| due.in_force).collect();
        let first = days(date(2026, 4, 3), date(2026, 4, 14));
        assert_eq!(in_force, [first, days(date(2026, 4, 15), date(2026, 7, 14))]);
        assert_eq!(quarterly.due_in(month("2026-01"), &agreement), []);
        let monthly = AgreementLine {
            end: Some(date(2026, 4, 20)),
            ..of(Frequency::Monthly, date(2026, 1, 1))
        };
        let due = monthly.due_in(month("2026-04"), &agreement)[0];
        assert_eq!(due.in_force, days(date(2026, 4, 3), date(2026, 4, 20)));
        assert_eq!((due.span.count(), due.in_force.count()), (30, 18));
        assert_eq!(monthly.due_in(month("2026-05"), &agreement), []);
        let once = of(Frequency::OneTime, date(2026, 1, 1));
        assert_eq!(once.due_in(month("2026-04"), &agreement).len(), 1);
        assert_eq!(once.due_in(month("2026-05"), &agreement), []);
    }

    #[test]
    fn a_part_begins_where_a_price_is_set_or_rises() {
        let line = line("1", &[price(1_000, START), price(2_000, date(2026, 4, 11))]);
        let escalator = Escalator {
            percent: rust_decimal::Decimal::TEN.try_into().unwrap(),
            every_months: Months::YEAR,
            first_on: date(2026, 4, 21),
        };
        let parts = line.priced(Days::of(month("2026-04")), Some(&escalator)).unwrap();
        let parts: Vec<_> = parts
            .iter()
            .map(|part| {
                (part.days.first.day(), part.days.last.day(), part.unit_price.unwrap().minor)
            })
            .collect();
        assert_eq!(parts, [(1, 10, 1_000), (11, 20, 2_000), (21, 30, 2_200)]);
        let before = line.priced(days(date(2025, 12, 30), date(2026, 1, 2)), None).unwrap();
        assert_eq!((before[0].unit_price, before[0].days.count()), (None, 2));
    }

    proptest! {
        /// Whatever the frequency, every day in force is charged in exactly one month.
        #[test]
        fn every_day_in_force_is_part_of_one_charge(line in any_line(), offset in 0_i64..900) {
            let agreement = Agreement { end: None, ..agreement() };
            let day = line.start + offset.days();
            let months = (-13..=1).map(|n| Month::of(day).plus(n));
            let due = months.flat_map(|month| line.due_in(month, &agreement));
            let with = due.filter(|due| due.in_force.and(days(day, day)).is_some()).count();
            let once = line.frequency == Frequency::OneTime;
            let expected = usize::from(if once { offset == 0 } else { line.is_active_on(day) });
            prop_assert_eq!(with, if line.start < agreement.start { with } else { expected });
        }

        #[test]
        fn parts_make_up_the_days_each_at_its_price(line in any_line(), offset in 0_i64..900) {
            let day = line.start + offset.days();
            let whole = days(day, day + 100.days());
            let parts = line.priced(whole, None).unwrap();
            prop_assert_eq!(parts.iter().map(|part| part.days.count()).sum::<i64>(), 101);
            for part in parts {
                for day in [part.days.first, part.days.last] {
                    prop_assert_eq!(part.unit_price, line.unit_price_on(day, None).unwrap());
                }
            }
        }
    }
}
