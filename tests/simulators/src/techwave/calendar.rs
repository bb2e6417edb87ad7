//! The months of the data set, and Pacific wall time turned into each system's timestamps.

use jiff::Span;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use crate::random::Random;

/// The last month with data.
const LAST_MONTH: Date = date(2026, 10, 1);

/// TechWave's own time zone as a POSIX rule, so that no time zone database is needed.
const PACIFIC: &str = "PST8PDT,M3.2.0,M11.1.0";

/// The months of the data set, oldest first.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    months: Vec<Date>,
    zone: TimeZone,
}

impl Calendar {
    pub(super) fn new(months: u32) -> Self {
        let zone = TimeZone::posix(PACIFIC).unwrap_or(TimeZone::UTC);
        let months = (0..i64::from(months)).rev();
        Self {
            months: months.map(|back| shift_months(LAST_MONTH, -back)).collect(),
            zone,
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
        LAST_MONTH.last_of_month()
    }

    /// Wall time as SuperOps writes it: UTC without a zone.
    pub(super) fn utc(&self, day: Date, minute: i64) -> String {
        TimeZone::UTC.to_datetime(self.instant(day, minute)).to_string()
    }

    /// Wall time as QuickBooks writes it: with the offset of the day.
    pub(super) fn offset(&self, day: Date, minute: i64) -> String {
        let instant = self.instant(day, minute);
        let hours = self.zone.to_offset(instant).seconds().abs() / 3600;
        format!("{}-{hours:02}:00", self.zone.to_datetime(instant))
    }

    /// The second is derived from the place in the day, so that equal minutes are rarely equal times.
    fn instant(&self, day: Date, minute: i64) -> jiff::Timestamp {
        let second = (i64::from(day.day()) * 7 + minute * 13) % 60;
        let wall = day
            .at(0, 0, 0, 0)
            .saturating_add(Span::new().minutes(minute).seconds(second));
        self.zone
            .to_ambiguous_timestamp(wall)
            .compatible()
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
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
    if weekend && random.chance(850) {
        shift_days(first, random.between(0, last - 1))
    } else {
        day
    }
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
        assert!(
            calendar
                .utc(date(2026, 3, 31), 23 * 60)
                .starts_with("2026-04-01T06:00")
        );
        assert!(calendar.offset(date(2026, 3, 31), 600).ends_with("-07:00"));
        assert!(calendar.offset(date(2026, 1, 15), 600).ends_with("-08:00"));
    }
}
