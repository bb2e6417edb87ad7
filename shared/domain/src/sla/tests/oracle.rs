//! Calendars and tickets at random, and what a count of minutes says of them, one by one, by what
//! the wall clock shows.

use jiff::{
    civil::{Date, Time},
    tz::Offset,
};
use proptest::prelude::*;

use super::*;

/// Zones, each with a moment near which its clocks change, if ever they do.
const MOMENTS: [(&str, &str); 22] = [
    ("America/New_York", "2026-03-08T07:00Z"),
    ("America/New_York", "2026-11-01T06:00Z"),
    ("Europe/London", "2026-03-29T01:00Z"),
    ("Europe/London", "2026-10-25T01:00Z"),
    ("Australia/Sydney", "2026-04-04T16:00Z"),
    ("Australia/Sydney", "2026-10-03T16:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30Z"),
    ("America/Sao_Paulo", "2018-11-04T03:00Z"),
    ("America/Sao_Paulo", "2018-02-18T02:00Z"),
    ("Africa/Casablanca", "2026-02-15T02:00Z"),
    ("Africa/Casablanca", "2026-03-22T02:00Z"),
    ("Africa/Cairo", "2026-04-23T22:00Z"),
    ("Antarctica/Troll", "2026-03-29T01:00Z"),
    ("Pacific/Chatham", "2026-09-26T14:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00Z"),
    ("Asia/Pyongyang", "2018-05-04T15:00Z"),
    ("Asia/Kolkata", "2026-06-01T00:00Z"),
    ("Asia/Kathmandu", "2026-06-01T00:00Z"),
    ("Pacific/Honolulu", "1969-12-31T12:00Z"),
    ("Pacific/Kiritimati", "2026-06-01T00:00Z"),
    ("Etc/UTC", "2026-06-01T00:00Z"),
];

/// How many minutes the oracle counts: three days.
pub(super) const MINUTES: i64 = 3 * 24 * 60;

/// A calendar, in the terms that it is made of, and the minute that counting begins at.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    zone: &'static str,
    windows: Vec<Window>,
    holidays: Vec<Date>,
    pub(super) start: i64,
}

impl Rules {
    pub(super) fn calendar(&self) -> Calendar {
        Calendar::new(zone(self.zone), &self.windows, self.holidays.iter().copied())
    }

    /// For each minute of the three days, whether the wall clock shows it open.
    pub(super) fn open_minutes(&self) -> Vec<bool> {
        let zone = zone(self.zone);
        (0..MINUTES)
            .map(|minute| self.shows_open(&zone, second(self.start + minute * 60)))
            .collect()
    }

    fn shows_open(&self, zone: &TimeZone, at: Timestamp) -> bool {
        let shown = zone.to_datetime(at);
        let (day, time) = (shown.weekday(), shown.time());
        let within = |window: &Window| {
            let Window { day: first, from, to } = *window;
            if from < to {
                day == first && from <= time && time < to
            } else {
                (day == first && from <= time) || (day == first.next() && time < to)
            }
        };
        let open = self.windows.is_empty() || self.windows.iter().any(within);
        open && !self.holidays.contains(&shown.date())
    }
}

pub(super) fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn any_time() -> impl Strategy<Value = Time> {
    // Half of the edges lie where clocks like to change.
    let minute_of_day = prop_oneof![0..24 * 60_i32, (0..8).prop_map(|half_hour| half_hour * 30)];
    minute_of_day.prop_map(|minute| {
        let part = |value: i32| i8::try_from(value).unwrap();
        Time::new(part(minute / 60), part(minute % 60), 0, 0).unwrap()
    })
}

fn any_window() -> impl Strategy<Value = Window> {
    let times = (any_time(), any_time());
    (prop::sample::select(&WEEK), times).prop_map(|(day, (from, to))| Window { day, from, to })
}

pub(super) fn any_rules() -> impl Strategy<Value = Rules> {
    let windows = prop::collection::vec(any_window(), 0..7);
    let holidays = prop::collection::vec(-1..4_i64, 0..3);
    let moment = (prop::sample::select(&MOMENTS), -MINUTES..60_i64);
    (moment, windows, holidays).prop_map(|(((zone, moment), minutes), windows, holidays)| {
        let start = at(moment).as_second() + minutes * 60;
        let days = holidays.into_iter().map(|day| second(start + day * 86_400));
        let holidays = days.map(|day| Offset::UTC.to_datetime(day).date()).collect();
        Rules { zone, windows, holidays, start }
    })
}

/// A ticket, in minutes after the start.
#[derive(Debug, Clone)]
pub(super) struct Story {
    created: i64,
    pauses: Vec<(i64, Option<i64>)>,
    done: Option<i64>,
}

impl Story {
    pub(super) fn is_paused(&self, minute: i64) -> bool {
        let goes_on =
            |(from, to): &(i64, Option<i64>)| *from <= minute && to.is_none_or(|to| minute < to);
        self.done.is_none_or(|done| minute < done) && self.pauses.iter().any(goes_on)
    }

    pub(super) fn events(&self, start: i64) -> TicketEvents {
        let at = |minute: i64| second(start + minute * 60);
        let pause = |(from, to): &(i64, Option<i64>)| Pause { from: at(*from), to: to.map(at) };
        let pauses = self.pauses.iter().map(pause).collect();
        let resolved_at = self.done.map(at);
        TicketEvents { pauses, resolved_at, ..opened(at(self.created)) }
    }
}

pub(super) fn any_story() -> impl Strategy<Value = Story> {
    let minute = || -60..MINUTES;
    let pause = (minute(), prop_oneof![4 => (0..1_000_i64).prop_map(Some), 1 => Just(None)]);
    let pause = pause.prop_map(|(from, length)| (from, length.map(|length| from + length)));
    let pauses = prop::collection::vec(pause, 0..4);
    let done = prop_oneof![2 => Just(None), 1 => (0..MINUTES).prop_map(Some)];
    (0..MINUTES / 2, pauses, done).prop_map(|(created, pauses, done)| {
        let done = done.map(|minute: i64| minute.max(created));
        Story { created, pauses, done }
    })
}

/// Time that counts, minute by minute; seconds are counted from the start.
pub(super) struct Count(pub(super) Vec<bool>);

impl Count {
    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        let open = self.0.iter().zip(0_i64..).filter(|(open, _)| **open);
        let shared = |minute: i64| (minute * 60 + 60).min(to) - (minute * 60).max(from);
        open.map(|(_, minute)| shared(minute).max(0)).sum()
    }

    /// The first second by which so many have been counted, if the oracle gets there.
    pub(super) fn reach(&self, from: i64, wanted: i64) -> Option<i64> {
        let mut wanted = wanted;
        for (_, minute) in self.0.iter().zip(0_i64..).filter(|(open, _)| **open) {
            let (start, end) = ((minute * 60).max(from), minute * 60 + 60);
            if start < end && wanted <= end - start {
                return Some(start + wanted);
            }
            wanted -= (end - start).max(0);
        }
        None
    }
}

/// What the clock is to say of a ticket.
pub(super) struct Expected {
    pub(super) count: Count,
    pub(super) story: Story,
    pub(super) minutes: u32,
    pub(super) percent: u8,
}

impl Expected {
    pub(super) fn due(&self) -> Option<i64> {
        self.count.reach(self.story.created * 60, i64::from(self.minutes) * 60)
    }

    pub(super) fn elapsed(&self, now: i64) -> i64 {
        let until = self.story.done.map_or(now, |minute| minute * 60);
        self.count.between(self.story.created * 60, until)
    }

    pub(super) fn state(&self, now: i64) -> SlaState {
        let until = self.story.done.map_or(now, |minute| minute * 60);
        let target = i64::from(self.minutes) * 60;
        if self.due().is_some_and(|due| due < until) {
            SlaState::Breached
        } else if self.story.done.is_some() {
            SlaState::Met
        } else if self.elapsed(now) * 100 >= target * i64::from(self.percent) {
            SlaState::AtRisk
        } else {
            SlaState::OnTrack
        }
    }

    pub(super) fn paused(&self, now: i64) -> bool {
        let begun = self.story.created * 60 <= now;
        begun && self.story.done.is_none() && self.story.is_paused(now.div_euclid(60))
    }
}
