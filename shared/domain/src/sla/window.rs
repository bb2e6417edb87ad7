//! The hours of a week in which time counts.

use std::ops::Range;

use jiff::civil::{Time, Weekday};
use serde::{Deserialize, Serialize};

use super::InvalidSla;
use crate::identity::{BusinessHours, HoursText};

/// Seconds of a civil day.
pub(super) const DAY: i64 = 24 * 60 * 60;

/// Hours that begin on a day of the week and may reach into the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "HoursText", into = "HoursText")]
pub struct Window {
    /// The day that they begin on.
    pub day: Weekday,
    /// When they begin.
    pub from: Time,
    /// When they end: the same day if that is later than `from`, else the day after. Equal times
    /// make 24 hours: a whole day is 00:00 to 00:00.
    pub to: Time,
}

impl TryFrom<HoursText> for Window {
    type Error = InvalidSla;

    fn try_from(text: HoursText) -> Result<Self, InvalidSla> {
        let (day, from, to) = text.read().map_err(|_| InvalidSla::Window)?;
        Ok(Self { day, from, to })
    }
}

impl From<Window> for HoursText {
    fn from(window: Window) -> Self {
        Self::new(window.day, window.from, window.to)
    }
}

impl From<BusinessHours> for Window {
    fn from(hours: BusinessHours) -> Self {
        Self { day: hours.day, from: hours.from, to: hours.to }
    }
}

/// The open seconds of each day of the week, on the wall clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Week([Vec<Range<i64>>; 7]);

impl Week {
    /// The week that these windows make, no second of it twice; round the clock if there are none.
    pub(super) fn new(windows: &[Window]) -> Self {
        let mut week = Self(Default::default());
        if windows.is_empty() {
            week.0.iter_mut().for_each(|day| day.push(0..DAY));
        }
        for window in windows {
            let (from, to) = (second_of_day(window.from), second_of_day(window.to));
            if from < to {
                week.open(window.day, from..to);
            } else {
                week.open(window.day, from..DAY);
                week.open(window.day.next(), 0..to);
            }
        }
        week.0.iter_mut().for_each(merge);
        week
    }

    fn open(&mut self, day: Weekday, seconds: Range<i64>) {
        let index = usize::try_from(day.to_monday_zero_offset()).unwrap_or_default();
        if let Some(day) = self.0.get_mut(index).filter(|_| !seconds.is_empty()) {
            day.push(seconds);
        }
    }

    /// The open seconds of a day, in order and apart, counted from its midnight. The day is counted
    /// from the first of January 1970.
    pub(super) fn day(&self, day: i64) -> &[Range<i64>] {
        // Day 0 was a Thursday, the week here begins on Monday.
        let index = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
        self.0.get(index).map_or(&[], Vec::as_slice)
    }
}

fn second_of_day(time: Time) -> i64 {
    i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second())
}

/// Makes one range of those that overlap or touch.
fn merge(ranges: &mut Vec<Range<i64>>) {
    ranges.sort_by_key(|range| range.start);
    ranges.dedup_by(|next, last| {
        let joined = next.start <= last.end;
        if joined {
            last.end = last.end.max(next.end);
        }
        joined
    });
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;
    use serde_json::json;

    use super::*;

    const HOUR: i64 = 3_600;

    fn window(day: Weekday, from: i8, to: i8) -> Window {
        Window { day, from: time(from, 0, 0, 0), to: time(to, 0, 0, 0) }
    }

    fn hours(week: &Week, day: i64) -> Vec<(i64, i64)> {
        week.day(day).iter().map(|range| (range.start / HOUR, range.end / HOUR)).collect()
    }

    /// The first of January 1970, a Thursday.
    const THURSDAY: i64 = 0;
    const FRIDAY: i64 = 1;
    const SATURDAY: i64 = 2;

    #[test]
    fn windows_that_overlap_or_touch_are_one() {
        let day = Weekday::Thursday;
        let windows = [(13, 17), (9, 12), (12, 13), (10, 11), (19, 20)];
        let week = Week::new(&windows.map(|(from, to)| window(day, from, to)));
        assert_eq!(hours(&week, THURSDAY), [(9, 17), (19, 20)]);
        assert_eq!(hours(&week, FRIDAY), []);
    }

    #[test]
    fn a_window_that_ends_no_later_than_it_begins_ends_the_next_day() {
        let week = Week::new(&[window(Weekday::Thursday, 22, 6), window(Weekday::Friday, 0, 0)]);
        assert_eq!(hours(&week, THURSDAY), [(22, 24)]);
        assert_eq!(hours(&week, FRIDAY), [(0, 24)]);
        assert_eq!(hours(&week, SATURDAY), []);
        let week = Week::new(&[window(Weekday::Thursday, 8, 8)]);
        assert_eq!(hours(&week, THURSDAY), [(8, 24)]);
        assert_eq!(hours(&week, FRIDAY), [(0, 8)]);
    }

    #[test]
    fn a_sunday_night_reaches_into_monday_and_no_windows_are_all_hours() {
        let week = Week::new(&[window(Weekday::Sunday, 20, 4)]);
        assert_eq!(hours(&week, SATURDAY + 1), [(20, 24)]);
        assert_eq!(hours(&week, SATURDAY + 2), [(0, 4)]);
        let week = Week::new(&[]);
        assert!((-4..3).all(|day| hours(&week, day) == [(0, 24)]));
    }

    #[test]
    fn windows_read_and_write_as_business_hours_do() {
        let text = json!({"day": "monday", "from": "22:00", "to": "06:00"});
        let read: Window = serde_json::from_value(text.clone()).unwrap();
        assert_eq!(read, window(Weekday::Monday, 22, 6));
        assert_eq!(serde_json::to_value(read).unwrap(), text);
        let text = json!({"day": "monday", "from": "22:00", "to": "24:00"});
        let refused = serde_json::from_value::<Window>(text).unwrap_err();
        assert_eq!(refused.to_string(), InvalidSla::Window.to_string());
    }
}
