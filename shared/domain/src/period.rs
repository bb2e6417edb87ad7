//! Calendar months and spans of them: the grain of every figure.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A calendar month, written `2026-10`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    year: i16,
    month: i8,
}

/// Why a text or a pair of months is not a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// Not `YYYY-MM`.
    #[error("expected a month such as 2026-10")]
    NotAMonth,
    /// The last month lies before the first.
    #[error("the period ends before it begins")]
    EndsBeforeItBegins,
    /// More months than one answer may cover.
    #[error("at most {0} months in one answer")]
    TooLong(usize),
}

impl Month {
    /// The month that the day lies in.
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// The month `count` months later, or earlier when negative.
    #[must_use]
    pub fn plus(self, count: i32) -> Self {
        let index = i32::from(self.year) * 12 + i32::from(self.month) - 1 + count;
        let year = i16::try_from(index.div_euclid(12)).unwrap_or(i16::MAX);
        let month = i8::try_from(index.rem_euclid(12) + 1).unwrap_or(1);
        Self { year, month }
    }

    /// The earliest month that anything can be said of.
    pub const FIRST: Self = Self { year: 1970, month: 1 };

    /// Months from `earlier` to `self`; negative when `self` is the earlier one.
    pub fn since(self, earlier: Self) -> i32 {
        let index = |month: Self| i32::from(month.year) * 12 + i32::from(month.month);
        index(self) - index(earlier)
    }

    /// The calendar year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The number within the year, 1 to 12.
    pub fn number(self) -> i8 {
        self.month
    }

    /// The month of that number in a year; `None` for other numbers than 1 to 12.
    pub fn in_year(year: i16, number: i8) -> Option<Self> {
        (1..=12).contains(&number).then_some(Self { year, month: number })
    }

    /// The day of that number; `None` for one that the month does not have.
    pub fn day(self, number: i8) -> Option<Date> {
        Date::new(self.year, self.month, number).ok()
    }

    /// How many days, 28 to 31.
    pub fn days(self) -> i8 {
        self.first_day().days_in_month()
    }

    /// The first day.
    pub fn first_day(self) -> Date {
        Date::new(self.year, self.month, 1).unwrap_or(Date::MIN)
    }

    /// The last day.
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Month {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let parse = || {
            let (year, month) = text.split_once('-')?;
            let digits = |part: &str, count| {
                part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit())
            };
            if !digits(year, 4) || !digits(month, 2) {
                return None;
            }
            Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok().map(Self::of)
        };
        parse().filter(|month| *month >= Self::FIRST).ok_or(PeriodError::NotAMonth)
    }
}

impl TryFrom<String> for Month {
    type Error = PeriodError;

    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> String {
        month.to_string()
    }
}

/// Consecutive months, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    from: Month,
    to: Month,
}

impl Period {
    /// The months `from` to `to`, at most `limit` of them.
    pub fn new(from: Month, to: Month, limit: usize) -> Result<Self, PeriodError> {
        if to < from {
            return Err(PeriodError::EndsBeforeItBegins);
        }
        let period = Self { from, to };
        if period.len() > limit { Err(PeriodError::TooLong(limit)) } else { Ok(period) }
    }

    /// So many months up to one, that one included; one at least.
    pub fn ending(to: Month, months: u16) -> Self {
        Self { from: to.plus(1 - i32::from(months.max(1))), to }
    }

    /// The first month.
    pub fn from(self) -> Month {
        self.from
    }

    /// The last month.
    pub fn to(self) -> Month {
        self.to
    }

    /// How many months; at least one.
    #[expect(clippy::len_without_is_empty, reason = "a period is never empty")]
    pub fn len(self) -> usize {
        usize::try_from(self.to.since(self.from) + 1).unwrap_or(1)
    }

    /// Whether a month is one of them.
    pub fn contains(self, month: Month) -> bool {
        (self.from..=self.to).contains(&month)
    }

    /// How many days.
    pub fn days(self) -> i64 {
        self.months().map(|month| i64::from(month.days())).sum()
    }

    /// Each month, in order.
    pub fn months(self) -> impl Iterator<Item = Month> {
        (0..=self.to.since(self.from)).map(move |count| self.from.plus(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_counted_back_from_the_last() {
        let last: Month = "2026-02".parse().unwrap();
        let period = Period::ending(last, 14);
        assert_eq!((period.from().to_string().as_str(), period.to()), ("2025-01", last));
        assert_eq!((period.len(), Period::ending(last, 0).len()), (14, 1));
    }

    #[test]
    fn months_count_across_years() {
        let month: Month = "2025-11".parse().unwrap();
        assert_eq!(month.plus(3).to_string(), "2026-02");
        assert_eq!(month.plus(-11).to_string(), "2024-12");
        assert_eq!(month.plus(3).since(month), 3);
    }

    #[test]
    fn days_count_with_leap_years() {
        let month = |text: &str| text.parse::<Month>().unwrap();
        assert_eq!((month("2026-02").days(), month("2028-02").days()), (28, 29));
        let year = |first, last| Period::new(month(first), month(last), 12).unwrap().days();
        assert_eq!(year("2026-01", "2026-12"), 365);
        assert_eq!(year("2027-07", "2028-06"), 366);
    }

    #[test]
    fn impossible_periods_are_refused() {
        for text in ["2026-13", "2026-00", "2026-1", "26-01", "2026-01-01", "", "١٢٣٤-٠١"] {
            assert_eq!(text.parse::<Month>(), Err(PeriodError::NotAMonth), "{text}");
        }
        let (a, b) = ("2026-01".parse().unwrap(), "2025-12".parse().unwrap());
        assert_eq!(Period::new(a, b, 36), Err(PeriodError::EndsBeforeItBegins));
        assert_eq!(Period::new(b, a, 1), Err(PeriodError::TooLong(1)));
        assert_eq!(Period::new(b, a, 2).unwrap().months().count(), 2);
    }
}
