//! The months of the data set, and Pacific wall time turned into each system's timestamps.

use jiff::Span;
use jiff::civil::{Date, Weekday, date};

use crate::random::Random;

/// The last month with data.
const LAST_MONTH: Date = date(2026, 10, 1);

const MINUTES_PER_DAY: i64 = 24 * 60;

/// The months of the data set, oldest first.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    months: Vec<Date>,
    summers: Vec<(Date, Date)>,
    end: Date,
}

impl Calendar {
    pub(super) fn new(months: u32) -> Self {
        let back = (0..i64::from(months)).rev();
        let months: Vec<Date> = back.map(|back| shift_months(LAST_MONTH, -back)).collect();
        let first_year = months.first().map_or(LAST_MONTH.year(), |first| first.year());
        Self {
            months,
            summers: (first_year..=LAST_MONTH.year()).filter_map(summer).collect(),
            end: LAST_MONTH.last_of_month(),
        }
    }

    /// First days of the months.
    pub(super) fn months(&self) -> &[Date] {
        &self.months
    }

    /// The first day with data.
    pub(super) fn start(&self) -> Date {
        self.months.first().copied().unwrap_or(LAST_MONTH)
    }

    /// The last day with data.
    pub(super) fn end(&self) -> Date {
        self.end
    }

    /// Wall time as SuperOps writes it: UTC without a zone.
    pub(super) fn utc(&self, day: Date, minute: i64) -> String {
        written(day, minute + self.hours_behind(day) * 60)
    }

    /// Wall time as QuickBooks writes it: with the offset of the day.
    pub(super) fn offset(&self, day: Date, minute: i64) -> String {
        format!("{}-{:02}:00", written(day, minute), self.hours_behind(day))
    }

    /// Hours behind UTC; nothing here happens in the night of a change.
    fn hours_behind(&self, day: Date) -> i64 {
        let summer = self.summers.iter().any(|(start, end)| (*start..*end).contains(&day));
        if summer { 7 } else { 8 }
    }
}

/// The second follows from the minute, so that times do not all look rounded.
fn written(day: Date, minute: i64) -> String {
    let day =
        if minute < MINUTES_PER_DAY { day } else { shift_days(day, minute / MINUTES_PER_DAY) };
    let minute = minute % MINUTES_PER_DAY;
    let second = (i64::from(day.day()) * 7 + minute * 13) % 60;
    let (year, month, day) = (day.year(), day.month(), day.day());
    let (hour, minute) = (minute / 60, minute % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// Daylight saving time in the United States: second Sunday of March to first Sunday of November.
fn summer(year: i16) -> Option<(Date, Date)> {
    let sunday = |month, nth| {
        let first = Date::new(year, month, 1).ok()?;
        first.nth_weekday_of_month(nth, Weekday::Sunday).ok()
    };
    Some((sunday(3, 2)?, sunday(11, 1)?))
}

/// The day `days` later, or earlier if negative.
pub(super) fn shift_days(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}

/// The same day `months` later, or earlier if negative.
pub(super) fn shift_months(day: Date, months: i64) -> Date {
    day.saturating_add(Span::new().months(months))
}

/// A day of the month that starts at `first`; weekends are rare, as in life.
pub(super) fn working_day(first: Date, random: &mut Random) -> Date {
    let last = i64::from(first.days_in_month());
    let day = shift_days(first, random.between(0, last - 1));
    let weekend = day.weekday().to_monday_zero_offset() >= 5;
    if weekend && random.chance(850) { shift_days(first, random.between(0, last - 1)) } else { day }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_six_months_end_with_october_2026() {
        let calendar = Calendar::new(36);
        assert_eq!(calendar.start(), date(2023, 11, 1));
        assert_eq!(calendar.end(), date(2026, 10, 31));
        assert_eq!(calendar.months().len(), 36);
    }

    #[test]
    fn an_evening_on_the_west_coast_is_the_next_day_in_utc() {
        let calendar = Calendar::new(1);
        assert!(calendar.utc(date(2026, 3, 31), 23 * 60).starts_with("2026-04-01T06:00"));
        assert!(calendar.offset(date(2026, 3, 31), 600).ends_with("-07:00"));
        assert!(calendar.offset(date(2026, 1, 15), 600).ends_with("-08:00"));
    }
}
