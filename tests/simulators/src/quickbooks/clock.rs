//! The company's clock, and time as QuickBooks writes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// What time it is for the simulated company. Clones share the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    start: Option<Timestamp>,
    skew_seconds: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's own time.
    pub fn system() -> Self {
        Self { start: None, skew_seconds: Arc::default() }
    }

    /// A clock that stands at `start` until it is moved.
    pub fn standing(start: Timestamp) -> Self {
        Self { start: Some(start), skew_seconds: Arc::default() }
    }

    /// Moves the clock forward, so that tokens expire and windows pass.
    pub fn advance(&self, by: SignedDuration) {
        self.skew_seconds.fetch_add(by.as_secs(), Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Timestamp {
        let skew = SignedDuration::from_secs(self.skew_seconds.load(Ordering::Relaxed));
        later(self.start.unwrap_or_else(machine_time), skew)
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

fn machine_time() -> Timestamp {
    Timestamp::now()
}

/// `at` moved by `by`, or `at` itself at the end of time.
pub(crate) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(at)
}

/// `2020-09-29T05:58:07-07:00`, the precision of `MetaData`.
pub(crate) fn in_seconds(at: Timestamp) -> String {
    at.to_zoned_datetime(pacific()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// `2020-09-29T05:58:07.300-07:00`, the precision of an answer's `time`.
pub(crate) fn in_milliseconds(at: Timestamp) -> String {
    at.to_zoned_datetime(pacific()).strftime("%Y-%m-%dT%H:%M:%S.%3f%:z").to_string()
}

/// The date in the company's time zone.
pub(crate) fn date(at: Timestamp) -> Date {
    at.to_zoned_datetime(pacific()).date()
}

/// An instant from ISO text; without an offset it is taken in the company's zone (inferred).
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let civil: DateTime = text.parse().ok()?;
        Some(civil.to_zoned_datetime(pacific()).ok()?.timestamp())
    })
}

/// Intuit's servers stamp everything in Pacific time. A POSIX rule needs no zone database.
fn pacific() -> TimeZone {
    TimeZone::posix("PST8PDT,M3.2.0,M11.1.0")
        .unwrap_or_else(|_| TimeZone::fixed(Offset::constant(-8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_written_with_the_pacific_offset_of_its_season() {
        let written = ["2020-09-29T12:58:07Z", "2020-12-29T12:58:07Z"]
            .map(|text| in_seconds(text.parse().unwrap()));
        assert_eq!(written, ["2020-09-29T05:58:07-07:00", "2020-12-29T04:58:07-08:00"]);
    }

    #[test]
    fn instants_are_read_with_and_without_an_offset() {
        let same = [
            "2026-01-01T00:00:00-08:00",
            "2026-01-01T00:00:00",
            "2026-01-01",
            "2026-01-01T08:00:00Z",
        ];
        assert!(same.iter().all(|text| instant(text) == instant("2026-01-01T08:00:00Z")));
        assert_eq!(instant("yesterday"), None);
    }

    #[test]
    fn clones_of_a_clock_move_together() {
        let clock = Clock::standing(Timestamp::UNIX_EPOCH);
        clock.clone().advance(SignedDuration::from_mins(5));
        assert_eq!(clock.now().as_second(), 300);
    }
}
