mod clock;
mod golden;
mod oracle;
mod policy;
mod properties;

use std::num::NonZeroU32;

use jiff::{Timestamp, civil::Weekday, tz::TimeZone};

use super::*;

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn zone(name: &str) -> TimeZone {
    name.parse::<crate::identity::TimeZoneName>().unwrap().zone().unwrap()
}

/// Windows such as `Mon-Fri 09:00-17:00, Sat 22:00-06:00`; none for `24x7`.
fn windows(text: &str) -> Vec<Window> {
    if text == "24x7" {
        return Vec::new();
    }
    text.split(", ").flat_map(window_on_each_day).collect()
}

fn window_on_each_day(text: &str) -> Vec<Window> {
    let (days, hours) = text.split_once(' ').unwrap();
    let (first, last) = days.split_once('-').unwrap_or((days, days));
    let (from, to) = hours.split_once('-').unwrap();
    let mut days = vec![day(first)];
    while days.last() != Some(&day(last)) {
        days.push(days.last().unwrap().next());
    }
    let window = |day| Window { day, from: from.parse().unwrap(), to: to.parse().unwrap() };
    days.into_iter().map(window).collect()
}

fn day(name: &str) -> Weekday {
    *WEEK.iter().find(|day| format!("{day:?}").starts_with(name)).unwrap()
}

/// A calendar as the table writes it: `-` for no holidays.
fn calendar(zone_name: &str, hours: &str, holidays: &str) -> Calendar {
    let holidays = holidays.split(", ").filter(|date| *date != "-");
    Calendar::new(zone(zone_name), &windows(hours), holidays.map(|date| date.parse().unwrap()))
}

/// A target of as many minutes for both promises.
fn target(minutes: u32) -> SlaTarget {
    let minutes = NonZeroU32::new(minutes).unwrap();
    SlaTarget { response_minutes: minutes, resolution_minutes: minutes }
}

fn opened(created_at: Timestamp) -> TicketEvents {
    TicketEvents { created_at, pauses: Vec::new(), first_response_at: None, resolved_at: None }
}
