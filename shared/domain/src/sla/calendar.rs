//! Which time counts.
//!
//! An instant is open when the wall clock of the zone shows it so: its day of the week and time lie
//! in a window, and its date is no holiday. Open time is the real time that passes at open instants.
//! Hence an hour that the clock skips in spring counts for nothing, and one that it shows twice in
//! autumn counts twice; a window that begins within a skipped hour begins at its end, and one that
//! begins within a repeated hour is open in both of its passes.

use std::{collections::BTreeSet, ops::Range};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    instant, second_of,
    window::{DAY, Week, Window},
};

/// Day 0 of those that a [`Week`] is asked for.
const DAY_ZERO: Date = jiff::civil::date(1970, 1, 1);

/// The hours, days and clocks that open time is measured by.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    week: Week,
    /// Counted from [`DAY_ZERO`].
    holidays: BTreeSet<i64>,
}

impl Calendar {
    /// How far a search for open time looks ahead, in seconds: five years, each a leap year.
    pub(super) const HORIZON: i64 = 5 * 366 * DAY;

    /// A calendar on the clocks of a zone, with these windows; round the clock if there are none.
    ///
    /// A holiday closes its date from midnight to midnight: also what a window of the evening
    /// before reaches into it, and its own evening, but not what its night reaches into the day
    /// after. Holidays are closed round the clock, too.
    pub fn new(
        zone: TimeZone,
        windows: &[Window],
        holidays: impl IntoIterator<Item = Date>,
    ) -> Self {
        let days = |date: Date| date.duration_since(DAY_ZERO).as_hours() / 24;
        Self { zone, week: Week::new(windows), holidays: holidays.into_iter().map(days).collect() }
    }

    /// Whether time counts at that instant.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let at = second_of(at);
        self.open_spans(at..at + 1).next().is_some()
    }

    /// How many open seconds pass from one instant to another; none when that is no later.
    pub fn open_seconds(&self, from: Timestamp, to: Timestamp) -> i64 {
        self.open_between(second_of(from)..second_of(to))
    }

    /// The earliest instant when that many open seconds have passed: for none, `from` itself.
    /// `None`: not within five years.
    pub fn add(&self, from: Timestamp, seconds: i64) -> Option<Timestamp> {
        if seconds <= 0 {
            return Some(from);
        }
        let from = second_of(from);
        self.reach(from..from + Self::HORIZON, seconds).ok().and_then(instant)
    }

    /// How many of these seconds are open.
    pub(super) fn open_between(&self, seconds: Range<i64>) -> i64 {
        self.open_spans(seconds).map(|span| span.end - span.start).sum()
    }

    /// The earliest second within the range by which `wanted` open ones have passed, or else how
    /// many are still wanted at its end.
    pub(super) fn reach(&self, seconds: Range<i64>, wanted: i64) -> Result<i64, i64> {
        let mut wanted = wanted;
        for span in self.open_spans(seconds) {
            let open = span.end - span.start;
            if wanted <= open {
                return Ok(span.start + wanted);
            }
            wanted -= open;
        }
        Err(wanted)
    }

    /// The open parts of a range, in order; they may touch, and do not overlap.
    fn open_spans(&self, seconds: Range<i64>) -> impl Iterator<Item = Range<i64>> {
        self.pieces(seconds).flat_map(|piece| {
            let midnight = piece.day * DAY - piece.offset;
            let holiday = self.holidays.contains(&piece.day);
            let hours = if holiday { &[] } else { self.week.day(piece.day) };
            let cut = move |hours: &Range<i64>| {
                let start = (midnight + hours.start).max(piece.start);
                start..(midnight + hours.end).min(piece.end)
            };
            hours.iter().map(cut).filter(|span| !span.is_empty())
        })
    }

    /// A range cut where a date or an offset from UTC ends: within a piece, wall clock and time run
    /// side by side.
    fn pieces(&self, seconds: Range<i64>) -> impl Iterator<Item = Piece> {
        let until = seconds.end.min(Timestamp::MAX.as_second());
        let mut at = seconds.start;
        let mut stretch = self.stretch(at);
        std::iter::from_fn(move || {
            if at >= until {
                return None;
            }
            if at >= stretch.end {
                stretch = self.stretch(at);
            }
            let day = (at + stretch.offset).div_euclid(DAY);
            let midnight = (day + 1) * DAY - stretch.offset;
            let end = midnight.min(stretch.end).min(until);
            let piece = Piece { start: at, end, offset: stretch.offset, day };
            at = end;
            Some(piece)
        })
    }

    fn stretch(&self, at: i64) -> Stretch {
        let at = instant(at).unwrap_or(Timestamp::MAX);
        let next = self.zone.following(at).next();
        let end = next.map_or(i64::MAX, |transition| second_of(transition.timestamp()));
        Stretch { offset: i64::from(self.zone.to_offset(at).seconds()), end }
    }
}

/// Time until which the clock stays at one offset from UTC.
struct Stretch {
    /// What the wall clock is ahead of UTC by, in seconds.
    offset: i64,
    end: i64,
}

/// Time of one date at one offset.
struct Piece {
    start: i64,
    end: i64,
    offset: i64,
    /// The date, counted from [`DAY_ZERO`].
    day: i64,
}
