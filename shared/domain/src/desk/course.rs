//! Cutting a time into days, weeks or months.

use jiff::{Span, ToSpan as _, civil::Date};

use crate::period::Month;

/// How finely a time is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// Days.
    Day,
    /// Weeks that begin on Monday (ISO 8601).
    Week,
    /// Calendar months.
    Month,
}

/// Days in a row, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Days {
    /// The first.
    pub from: Date,
    /// The last.
    pub to: Date,
}

/// Why days cannot be cut or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CourseError {
    /// The last day lies before the first.
    #[error("the period ends before it begins")]
    EndsBeforeItBegins,
    /// More days than one answer may cover.
    #[error("at most {0} days in one answer")]
    TooLong(i32),
    /// Months are wanted, but a part of one is asked for.
    #[error("expected whole months: from the first day of one to the last day of one")]
    NotWholeMonths,
}

impl Days {
    /// From a day to a day, at most `limit` of them.
    pub fn new(from: Date, to: Date, limit: i32) -> Result<Self, CourseError> {
        if to < from {
            return Err(CourseError::EndsBeforeItBegins);
        }
        let days = Self { from, to };
        if days.len() > limit { Err(CourseError::TooLong(limit)) } else { Ok(days) }
    }

    /// All days of these months.
    pub fn of_months(from: Month, to: Month) -> Self {
        Self { from: from.first_day(), to: to.last_day() }
    }

    /// The months that these days are, if they are whole ones.
    pub fn months(self) -> Result<(Month, Month), CourseError> {
        let whole = self.from.day() == 1 && self.to == self.to.last_of_month();
        let months = (Month::of(self.from), Month::of(self.to));
        if whole { Ok(months) } else { Err(CourseError::NotWholeMonths) }
    }

    /// How many days.
    #[expect(clippy::len_without_is_empty, reason = "there is always one")]
    pub fn len(self) -> i32 {
        self.from.until(self.to).map_or(0, |span| span.get_days()) + 1
    }

    /// Whether a day is one of them.
    pub fn contains(self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// As many days right before; of whole months as many whole months.
    #[must_use]
    pub fn before(self) -> Self {
        let last = self.from.yesterday().unwrap_or(Date::MIN);
        if let Ok((from, to)) = self.months() {
            let count = to.since(from) + 1;
            return Self { from: from.plus(-count).first_day(), to: last };
        }
        let from = last.checked_sub((self.len() - 1).days()).unwrap_or(Date::MIN);
        Self { from, to: last }
    }

    /// The days cut at the edges of days, weeks or months; what is left at either end is shorter.
    pub fn cut(self, grain: Grain) -> Vec<Self> {
        let (mut pieces, mut from) = (Vec::new(), self.from);
        while from <= self.to {
            let to = last_of(from, grain).min(self.to);
            pieces.push(Self { from, to });
            let Ok(next) = to.tomorrow() else { break };
            from = next;
        }
        pieces
    }
}

fn last_of(day: Date, grain: Grain) -> Date {
    match grain {
        Grain::Day => day,
        Grain::Week => {
            let left = 6 - day.weekday().to_monday_zero_offset();
            day.checked_add(Span::new().days(left)).unwrap_or(Date::MAX)
        }
        Grain::Month => day.last_of_month(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn days(from: Date, to: Date) -> Days {
        Days::new(from, to, 1_000).unwrap()
    }

    #[test]
    fn weeks_begin_on_monday_and_what_is_left_is_shorter() {
        // A Thursday to a Tuesday.
        let weeks = days(date(2026, 10, 1), date(2026, 10, 13)).cut(Grain::Week);
        let expected = [
            days(date(2026, 10, 1), date(2026, 10, 4)),
            days(date(2026, 10, 5), date(2026, 10, 11)),
            days(date(2026, 10, 12), date(2026, 10, 13)),
        ];
        assert_eq!(weeks, expected);
    }

    #[test]
    fn months_are_compared_with_months_whatever_their_length() {
        let february = Days::of_months("2026-02".parse().unwrap(), "2026-02".parse().unwrap());
        assert_eq!(february.before(), days(date(2026, 1, 1), date(2026, 1, 31)));
        let week = days(date(2026, 3, 9), date(2026, 3, 15));
        assert_eq!(week.before(), days(date(2026, 3, 2), date(2026, 3, 8)));
        assert_eq!(week.months(), Err(CourseError::NotWholeMonths));
    }

    proptest! {
        #[test]
        fn pieces_are_the_whole_without_gap_or_overlap(
            first in 0_i32..1_000, length in 0_i32..400, grain in 0_usize..3,
        ) {
            let grain = [Grain::Day, Grain::Week, Grain::Month][grain];
            let from = date(2025, 1, 1).checked_add(first.days()).unwrap();
            let whole = days(from, from.checked_add(length.days()).unwrap());
            let pieces = whole.cut(grain);
            prop_assert_eq!(pieces.iter().map(|piece| piece.len()).sum::<i32>(), whole.len());
            prop_assert_eq!(pieces.first().unwrap().from, whole.from);
            prop_assert_eq!(pieces.last().unwrap().to, whole.to);
            for pair in pieces.windows(2) {
                prop_assert_eq!(pair[0].to.tomorrow().unwrap(), pair[1].from);
                prop_assert_eq!(last_of(pair[0].from, grain), pair[0].to);
            }
            let before = whole.before();
            prop_assert_eq!(before.to.tomorrow().unwrap(), whole.from);
        }
    }
}
