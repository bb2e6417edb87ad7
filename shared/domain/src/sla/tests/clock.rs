//! What the table does not say: both promises of a ticket, and when they change.

use super::*;

const OFFICE: &str = "Mon-Fri 09:00-17:00";

fn office() -> Calendar {
    calendar("America/New_York", OFFICE, "-")
}

fn half_and_whole_day() -> SlaTarget {
    let minutes = |minutes| NonZeroU32::new(minutes).unwrap();
    SlaTarget { response_minutes: minutes(240), resolution_minutes: minutes(480) }
}

#[test]
fn a_ticket_is_answered_once_and_resolved_later() {
    let calendar = office();
    let clock = SlaClock::new(&calendar, half_and_whole_day(), AtRiskPercent::default());
    let first_response_at = Some(at("2026-03-02T12:00-05"));
    let ticket = TicketEvents { first_response_at, ..opened(at("2026-03-02T10:00-05")) };
    let status = clock.read(&ticket, at("2026-03-03T09:30-05"));
    assert_eq!((status.response.state, status.resolution.state), (SlaState::Met, SlaState::AtRisk));
    assert_eq!(status.response.due, Some(at("2026-03-02T14:00-05")));
    assert_eq!(status.resolution.due, Some(at("2026-03-03T10:00-05")));
    assert_eq!(status.next_change(), Some(at("2026-03-03T10:00:01-05")));
}

#[test]
fn a_resolution_answers_a_ticket_that_nobody_has_answered() {
    let calendar = office();
    let clock = SlaClock::new(&calendar, half_and_whole_day(), AtRiskPercent::default());
    let resolved_at = Some(at("2026-03-02T12:00-05"));
    let ticket = TicketEvents { resolved_at, ..opened(at("2026-03-02T10:00-05")) };
    let response = clock.read(&ticket, at("2026-03-20T10:00-04")).response;
    assert_eq!((response.state, response.elapsed_seconds), (SlaState::Met, 2 * 3_600));
}

#[test]
fn a_pause_stops_both_clocks() {
    let calendar = office();
    let clock = SlaClock::new(&calendar, half_and_whole_day(), AtRiskPercent::default());
    let pauses = vec![Pause { from: at("2026-03-02T11:00-05"), to: None }];
    let ticket = TicketEvents { pauses, ..opened(at("2026-03-02T10:00-05")) };
    let status = clock.read(&ticket, at("2026-03-02T16:00-05"));
    assert_eq!(status.response.elapsed_seconds, 3_600);
    assert_eq!(status.resolution.elapsed_seconds, 3_600);
    assert!(status.response.paused && status.resolution.paused);
    assert_eq!(status.next_change(), None);
}

#[test]
fn the_next_change_is_at_risk_then_breached_then_none() {
    let calendar = office();
    let clock = SlaClock::new(&calendar, target(240), AtRiskPercent::default());
    let ticket = opened(at("2026-03-02T15:00-05"));
    let next = |now: &str| clock.read(&ticket, at(now)).resolution.next_change;
    assert_eq!(next("2026-03-02T15:00-05"), Some(at("2026-03-03T10:00-05")));
    assert_eq!(next("2026-03-03T09:59:59-05"), Some(at("2026-03-03T10:00-05")));
    assert_eq!(next("2026-03-03T10:00-05"), Some(at("2026-03-03T11:00:01-05")));
    assert_eq!(next("2026-03-03T11:00-05"), Some(at("2026-03-03T11:00:01-05")));
    assert_eq!(next("2026-03-03T11:00:01-05"), None);
}

#[test]
fn the_threshold_can_be_any_share_of_the_target() {
    let calendar = office();
    let state = |percent: u8, now: &str| {
        let clock = SlaClock::new(&calendar, target(1), AtRiskPercent::try_from(percent).unwrap());
        clock.read(&opened(at("2026-03-02T10:00-05")), at(now)).response.state
    };
    assert_eq!(state(50, "2026-03-02T10:00:29-05"), SlaState::OnTrack);
    assert_eq!(state(50, "2026-03-02T10:00:30-05"), SlaState::AtRisk);
    // 99 percent of a minute is 59.4 seconds: the first whole second at risk is the last.
    assert_eq!(state(99, "2026-03-02T10:00:59-05"), SlaState::OnTrack);
    assert_eq!(state(99, "2026-03-02T10:01:00-05"), SlaState::AtRisk);
    assert_eq!(state(1, "2026-03-02T10:00:00-05"), SlaState::OnTrack);
    assert_eq!(state(1, "2026-03-02T10:00:01-05"), SlaState::AtRisk);
}

#[test]
fn a_pause_whose_end_is_known_tells_the_next_change_but_no_due_moment() {
    let calendar = office();
    let clock = SlaClock::new(&calendar, target(240), AtRiskPercent::default());
    let pause = Pause { from: at("2026-03-02T11:00-05"), to: Some(at("2026-03-02T12:00-05")) };
    let ticket = TicketEvents { pauses: vec![pause], ..opened(at("2026-03-02T10:00-05")) };
    let measure = clock.read(&ticket, at("2026-03-02T11:30-05")).resolution;
    assert_eq!(measure.due, None);
    assert_eq!(measure.next_change, Some(at("2026-03-02T14:00-05")));
}

#[test]
fn a_calendar_that_never_opens_makes_nothing_due_and_does_not_search_for_ever() {
    let start = jiff::civil::date(2026, 1, 1);
    let holidays = start.series(jiff::Span::new().days(1)).take(2_000);
    let calendar = Calendar::new(zone("Etc/UTC"), &[], holidays);
    assert_eq!(calendar.add(at("2026-01-01T00:00Z"), 1), None);
    assert_eq!(calendar.add(at("2026-01-01T00:00:00.5Z"), 0), Some(at("2026-01-01T00:00:00.5Z")));
    assert_eq!(calendar.open_seconds(at("2026-01-01T00:00Z"), at("2031-01-01T00:00Z")), 0);
    let clock = SlaClock::new(&calendar, target(1), AtRiskPercent::default());
    let measure = clock.read(&opened(at("2026-01-02T00:00Z")), at("2026-02-01T00:00Z")).response;
    assert_eq!((measure.state, measure.due, measure.next_change), (SlaState::OnTrack, None, None));
}

#[test]
fn a_ticket_older_than_the_search_reaches_ahead_is_breached_all_the_same() {
    let calendar = calendar("Etc/UTC", "24x7", "-");
    // Six years of minutes.
    let clock = SlaClock::new(&calendar, target(6 * 365 * 24 * 60), AtRiskPercent::default());
    let ticket = opened(at("2010-01-01T00:00Z"));
    let read = |now: &str| clock.read(&ticket, at(now)).resolution;
    assert_eq!(read("2010-01-01T00:00Z").due, None);
    assert_eq!(read("2012-01-01T00:00Z").due, Some(at("2015-12-31T00:00Z")));
    assert_eq!(read("2026-01-01T00:00Z").state, SlaState::Breached);
}

#[test]
fn open_time_is_counted_at_the_ends_of_time_too() {
    let calendar = office();
    assert_eq!(calendar.add(Timestamp::MAX, 1), None);
    assert!(calendar.open_seconds(Timestamp::MIN, at("1970-01-01T00:00Z")) > 0);
    assert_eq!(calendar.open_seconds(at("2026-03-03T10:00-05"), at("2026-03-02T10:00-05")), 0);
    assert!(calendar.is_open(at("2026-03-02T16:59:59.9-05")));
    assert!(!calendar.is_open(at("2026-03-02T17:00-05")));
}
