//! How tickets move, what is promised of them, and what a source may change.

use jiff::{SignedDuration, Timestamp, civil::date, tz::TimeZone};
use proptest::prelude::*;

use super::{TicketStatus::*, *};
use crate::{
    id::{OrgId, SlaPolicyId},
    identity::Organization,
    money::Currency,
    sla::{SlaHours, SlaPolicy, SlaState, SlaTarget, SlaTargets},
    source::Source,
};

fn at(minutes: i64) -> Timestamp {
    let begin: Timestamp = "2026-10-15T09:00:00Z".parse().unwrap();
    begin + SignedDuration::from_mins(minutes)
}

pub(super) fn ticket(imported: bool) -> Ticket {
    let origin = Origin {
        source: Source::SuperOps,
        kind: "Ticket".to_owned(),
        external_id: "77".to_owned(),
        revision: None,
    };
    Ticket {
        id: TicketId::new(at(0), 1),
        number: "T-1".to_owned(),
        subject: "The printer is on fire".to_owned(),
        client: None,
        site: None,
        technician: None,
        status: New,
        source_status: imported.then(|| "Open".to_owned()),
        priority: Some("High".to_owned()),
        category: None,
        tags: Tags::default(),
        created_at: at(0),
        opened_on: date(2026, 10, 15),
        updated_at: at(0),
        first_response: None,
        resolution: None,
        pauses: Vec::new(),
        sla: None,
        escalation: None,
        reopened_on: Vec::new(),
        rating: None,
        source_words: None,
        origin: imported.then_some(origin),
    }
}

/// Round the clock: an answer in 30 minutes, a resolution in 120.
fn levels() -> ServiceLevels {
    let id = OrgId::new(at(0), 1);
    let name = "TechWave".parse().unwrap();
    let organization = Organization::new(id, name, Currency::USD, "UTC".parse().unwrap(), at(0));
    let minutes = |minutes: u32| minutes.try_into().unwrap();
    let target = SlaTarget { response_minutes: minutes(30), resolution_minutes: minutes(120) };
    let policy = SlaPolicy {
        id: SlaPolicyId::new(at(0), 1),
        name: "Gold".parse().unwrap(),
        client: None,
        targets: SlaTargets::new(Vec::new(), Some(target)).unwrap(),
        hours: SlaHours::RoundTheClock,
        time_zone: None,
        holidays: None,
        at_risk: crate::sla::AtRiskPercent::default(),
        effective_from: date(2026, 10, 15),
    };
    ServiceLevels::new(&organization, vec![policy]).unwrap()
}

fn go(ticket: &mut Ticket, to: TicketStatus, minutes: i64) {
    ticket.go(to, at(minutes), date(2026, 10, 15)).unwrap();
}

#[test]
fn waiting_for_the_customer_stops_the_clock_and_what_is_opened_again_was_paused_since() {
    let mut ticket = ticket(false);
    go(&mut ticket, WaitingOnCustomer, 10);
    go(&mut ticket, InProgress, 40);
    go(&mut ticket, Resolved, 60);
    levels().settle(&mut ticket, at(60));
    let resolution = ticket.resolution.unwrap();
    assert_eq!((resolution.seconds, resolution.in_time), (30 * 60, Some(true)));
    go(&mut ticket, InProgress, 200);
    levels().settle(&mut ticket, at(210));
    assert_eq!((ticket.resolution, ticket.reopened_on.len()), (None, 1));
    assert_eq!(ticket.sla.unwrap().resolution.state, SlaState::OnTrack);
    go(&mut ticket, Closed, 291);
    levels().settle(&mut ticket, at(291));
    let resolution = ticket.resolution.unwrap();
    assert_eq!((resolution.seconds, resolution.in_time), (121 * 60, Some(false)));
}

#[test]
fn closing_what_is_resolved_leaves_the_moment_of_the_resolution() {
    let mut ticket = ticket(false);
    go(&mut ticket, Resolved, 5);
    go(&mut ticket, Closed, 500);
    assert_eq!(ticket.resolution.map(|it| it.at), Some(at(5)));
}

#[test]
fn an_illegal_move_changes_nothing() {
    let mut closed = ticket(false);
    go(&mut closed, Closed, 5);
    let before = closed.clone();
    let refused = closed.go(OnHold, at(6), date(2026, 10, 15));
    assert!(matches!(refused, Err(StepError::Illegal(_))));
    assert_eq!(closed, before);
}

#[test]
fn a_ticket_does_not_go_to_and_fro_for_ever() {
    let mut ticket = ticket(false);
    let mut steps = 0..;
    let refused = loop {
        let minute = steps.next().unwrap();
        let to = if minute % 2 == 0 { WaitingOnCustomer } else { InProgress };
        if let Err(refused) = ticket.go(to, at(minute), date(2026, 10, 15)) {
            break refused;
        }
    };
    assert_eq!((refused, ticket.pauses.len()), (StepError::TooMany, MAX_STEPS));
    assert!(ticket.go(Resolved, at(9_999), date(2026, 10, 16)).is_ok());
}

#[test]
fn nothing_is_promised_of_a_ticket_older_than_the_policy() {
    let mut old = Ticket { opened_on: date(2026, 10, 14), ..ticket(false) };
    levels().settle(&mut old, at(10_000));
    assert_eq!(old.sla, None);
}

#[test]
fn an_answer_in_time_and_a_late_resolution_are_told_apart() {
    let mut ticket = ticket(false);
    ticket.answer(at(29), date(2026, 10, 15));
    ticket.answer(at(90), date(2026, 10, 15));
    levels().settle(&mut ticket, at(100));
    let sla = ticket.sla.unwrap();
    assert_eq!((sla.response.state, sla.resolution.state), (SlaState::Met, SlaState::AtRisk));
    assert_eq!(sla.next_change, Some(at(120) + SignedDuration::from_secs(1)));
    levels().settle(&mut ticket, at(121));
    assert_eq!(ticket.sla.unwrap().state(), SlaState::Breached);
    assert_eq!(ticket.first_response.unwrap().seconds, 29 * 60);
}

#[test]
fn what_a_source_says_of_being_in_time_stands() {
    let mut read = ticket(true);
    read.status = Resolved;
    read.resolution =
        Some(Reached { in_time: Some(true), ..Reached::now(at(500), date(2026, 10, 15)) });
    levels().settle(&mut read, at(600));
    assert_eq!(read.resolution.unwrap().in_time, Some(true));
    assert_eq!(read.sla.unwrap().resolution.state, SlaState::Breached);
}

#[test]
fn what_was_decided_here_stays_until_the_source_changes_its_mind() {
    let read = ticket(true);
    let stored = read.decide(|ticket| {
        ticket.priority = Some("Low".to_owned());
        ticket.go(WaitingOnCustomer, at(10), date(2026, 10, 15))
    });
    let stored = stored.unwrap();
    let again = read.clone().received(&stored, &TimeZone::UTC);
    assert_eq!(again, stored);
    // The source changes something else: what was decided here stays.
    let other = Ticket { subject: "It is out".to_owned(), updated_at: at(20), ..read.clone() };
    let merged = other.received(&stored, &TimeZone::UTC);
    assert_eq!((merged.subject.as_str(), merged.priority.as_deref()), ("It is out", Some("Low")));
    assert_eq!(merged.status, WaitingOnCustomer);
    // The source changes the same thing: it wins.
    let changed = Ticket {
        status: InProgress,
        source_status: Some("Work in Progress".to_owned()),
        updated_at: at(30),
        ..read
    };
    let merged = changed.received(&merged, &TimeZone::UTC);
    assert_eq!((merged.status, merged.priority.as_deref()), (InProgress, Some("Low")));
    assert_eq!(merged.pauses, [Pause { from: at(10), to: Some(at(30)) }]);
}

#[test]
fn a_source_that_opens_a_ticket_again_is_noticed() {
    let mut stored = ticket(true);
    stored.status = Resolved;
    stored.source_status = Some("Resolved".to_owned());
    stored.resolution = Some(Reached::now(at(50), date(2026, 10, 15)));
    let read = Ticket { updated_at: at(90), ..ticket(true) };
    let merged = read.received(&stored, &TimeZone::UTC);
    assert_eq!((merged.reopened_on.len(), merged.resolution), (1, None));
    assert_eq!(merged.pauses, [Pause { from: at(50), to: Some(at(90)) }]);
}

#[test]
fn a_history_names_what_differs() {
    let before = ticket(false);
    let mut after = before.clone();
    after.priority = None;
    go(&mut after, InProgress, 1);
    let told: Vec<_> = changes(&before, &after)
        .into_iter()
        .map(|it| (it.field.as_str(), it.from.unwrap_or_default(), it.to.unwrap_or_default()))
        .collect();
    let word = |text: &str| text.to_owned();
    assert_eq!(
        told,
        [("status", word("new"), word("in_progress")), ("priority", word("High"), word("")),]
    );
}

fn status(what: u8) -> TicketStatus {
    TicketStatus::ALL[usize::from(what - 1)]
}

fn step() -> impl Strategy<Value = (u8, bool, i64)> {
    (0_u8..=6, any::<bool>(), 1_i64..200)
}

proptest! {
    /// Whatever is done here and said by the source, reading the same once more changes nothing.
    #[test]
    fn reading_the_same_again_changes_nothing(steps in prop::collection::vec(step(), 0..30)) {
        let (mut said, mut stored, mut now) = (ticket(true), ticket(true), 0);
        for (what, by_source, minutes) in steps {
            now += minutes;
            if by_source {
                match what {
                    0 => said.priority = Some(format!("P{now}")),
                    1 => said.subject = format!("It is {now}"),
                    _ => said.status = status(what),
                }
                said.resolution = (!said.status.is_open())
                    .then(|| said.resolution.unwrap_or(Reached::now(at(now), date(2026, 10, 15))));
                said.updated_at = at(now);
                stored = said.clone().received(&stored, &TimeZone::UTC);
            } else {
                let changed = stored.decide(|ticket| {
                    ticket.updated_at = at(now);
                    match what {
                        0 => ticket.priority = Some(format!("Q{now}")),
                        1 => ticket.subject = format!("It was {now}"),
                        _ => ticket.go(status(what), at(now), date(2026, 10, 15))?,
                    }
                    Ok::<_, StepError>(())
                });
                stored = changed.unwrap_or(stored);
            }
            levels().settle(&mut stored, at(now));
            let again = said.clone().received(&stored, &TimeZone::UTC);
            prop_assert_eq!(&again, &stored);
            prop_assert_eq!(stored.resolution.is_some(), !stored.status.is_open());
            let open = stored.pauses.iter().filter(|pause| pause.to.is_none()).count();
            prop_assert_eq!(open, usize::from(stored.status == WaitingOnCustomer));
        }
    }
}
