//! The desk's sums are what its tickets say, counted by hand.

use std::collections::{BTreeMap, BTreeSet};

use clearmargin_domain::{
    desk::{DeskMeasures, DeskSubject, Sample, SubjectKind},
    period::{Month, Period},
    sketch::Sketch,
    ticket::{Reached, Ticket},
};
use clearmargin_store::Stored;
use jiff::{Span, civil::Date};
use proptest::{collection::vec, prelude::*, test_runner::Config};

use crate::{
    bench::Bench,
    rollups::{deliver, take_step, ticket_of},
    sample::DAY,
};

/// How a kind of subject is told from a ticket.
type Of = fn(&Ticket) -> DeskSubject;

const KINDS: [(SubjectKind, Of); 5] = [
    (SubjectKind::Organization, |_| DeskSubject::Organization),
    (SubjectKind::Client, |ticket| DeskSubject::Client(ticket.client)),
    (SubjectKind::Technician, |ticket| DeskSubject::Technician(ticket.technician)),
    (SubjectKind::Category, |ticket| DeskSubject::Category(ticket.category.clone())),
    (SubjectKind::Priority, |ticket| DeskSubject::Priority(ticket.priority.clone())),
];

/// The counts of the tickets' events on the days that `on` picks, one event after the other.
fn counted(tickets: &[&Ticket], on: impl Fn(Date) -> bool) -> DeskMeasures {
    let mut sum = DeskMeasures::default();
    for ticket in tickets {
        sum.opened += i64::from(on(ticket.opened_on));
        sum.reopened += ticket.reopened_on.iter().filter(|day| on(**day)).map(|_| 1).sum::<i64>();
        if let Some(reached) = ticket.first_response.filter(|reached| on(reached.on)) {
            sum.first_responses += 1;
            sum.first_response_seconds += reached.seconds;
            sum.responses_in_time += i64::from(reached.in_time == Some(true));
            sum.responses_late += i64::from(reached.in_time == Some(false));
        }
        if let Some(reached) = ticket.resolution.filter(|reached| on(reached.on)) {
            sum.resolved += 1;
            sum.resolution_seconds += reached.seconds;
            sum.resolutions_in_time += i64::from(reached.in_time == Some(true));
            sum.resolutions_late += i64::from(reached.in_time == Some(false));
        }
        if let Some(rating) = ticket.rating.as_ref().filter(|rating| on(rating.on)) {
            sum.ratings += 1;
            sum.rating_scores += i64::from(rating.score);
            sum.satisfied += i64::from(rating.score >= 4);
            sum.dissatisfied += i64::from(rating.score <= 2);
        }
    }
    sum
}

fn sampled(sample: Sample, ticket: &Ticket) -> Option<Reached> {
    match sample {
        Sample::FirstResponse => ticket.first_response,
        Sample::Resolution => ticket.resolution,
    }
}

/// The durations of the tickets on the days that `on` picks.
fn durations(tickets: &[&Ticket], sample: Sample, on: impl Fn(Date) -> bool) -> Sketch {
    let mut sketch = Sketch::default();
    let reached = tickets.iter().filter_map(|ticket| sampled(sample, ticket));
    for reached in reached.filter(|reached| on(reached.on)) {
        sketch.add(reached.seconds, 1);
    }
    sketch
}

async fn compare(bench: &Bench, tickets: &[&Ticket]) {
    let months = Period::new(Month::of(DAY), Month::of(DAY).plus(3), 4).unwrap();
    for (kind, of) in KINDS {
        compare_months(bench, (kind, of), tickets, months).await;
    }
    let clients: BTreeSet<_> = tickets.iter().map(|ticket| ticket.client).collect();
    let clients = clients.into_iter().map(DeskSubject::Client);
    for subject in clients.chain([DeskSubject::Organization]) {
        let of: Of = if subject == DeskSubject::Organization { KINDS[0].1 } else { KINDS[1].1 };
        let own: Vec<_> = tickets.iter().copied().filter(|ticket| of(ticket) == subject).collect();
        compare_days(bench, &subject, &own).await;
    }
    compare_open(bench, tickets).await;
}

/// What is open now, counted one ticket after the other.
async fn compare_open(bench: &Bench, tickets: &[&Ticket]) {
    let mut open: BTreeMap<DeskSubject, i64> = BTreeMap::new();
    for ticket in tickets.iter().filter(|ticket| ticket.status.is_open()) {
        *open.entry(DeskSubject::Client(ticket.client)).or_default() += 1;
    }
    let stored = bench.tenant().desk_now().await.unwrap();
    let stored: BTreeMap<_, _> = stored.into_iter().map(|(of, sum)| (of, sum.open)).collect();
    assert_eq!(stored, open);
    let clients: BTreeSet<_> = tickets.iter().filter_map(|ticket| ticket.client).collect();
    let clients: Vec<_> = clients.into_iter().collect();
    let own = bench.tenant().desk_now_of(&clients).await.unwrap();
    open.remove(&DeskSubject::Client(None));
    assert_eq!(own.into_iter().map(|(of, sum)| (of, sum.open)).collect::<BTreeMap<_, _>>(), open);
}

async fn compare_months(
    bench: &Bench,
    (kind, of): (SubjectKind, Of),
    tickets: &[&Ticket],
    period: Period,
) {
    let (mut counts, mut sketches) = (BTreeMap::new(), BTreeMap::new());
    let samples = [Sample::FirstResponse, Sample::Resolution];
    for subject in tickets.iter().map(|ticket| of(ticket)).collect::<BTreeSet<_>>() {
        let own: Vec<_> = tickets.iter().copied().filter(|ticket| of(ticket) == subject).collect();
        for month in period.months() {
            let on = |day: Date| Month::of(day) == month;
            counts.insert((subject.clone(), month), counted(&own, on));
            for sample in samples {
                sketches.insert((sample, subject.clone(), month), durations(&own, sample, on));
            }
        }
    }
    counts.retain(|_, sum| !sum.is_zero());
    assert_eq!(bench.tenant().desk_months(kind, period).await.unwrap(), counts);
    for sample in samples {
        let stored = bench.tenant().desk_month_sketches(kind, sample, period).await.unwrap();
        let expected = sketches.iter().filter(|((of, ..), sum)| *of == sample && !sum.is_empty());
        let expected = expected.map(|((_, subject, month), sum)| ((subject.clone(), *month), sum));
        assert!(stored.iter().map(|(at, sum)| (at.clone(), sum)).eq(expected));
    }
}

async fn compare_days(bench: &Bench, subject: &DeskSubject, own: &[&Ticket]) {
    // From the middle of a month to the middle of another.
    let (from, to) = (DAY, DAY.checked_add(Span::new().days(45)).unwrap());
    let days: Vec<_> = DAY.series(Span::new().days(1)).take_while(|day| *day <= to).collect();
    let mut counts: BTreeMap<_, _> =
        days.iter().map(|day| (*day, counted(own, |on| on == *day))).collect();
    counts.retain(|_, sum| !sum.is_zero());
    assert_eq!(bench.tenant().desk_days(subject, from, to).await.unwrap(), counts);
    for sample in [Sample::FirstResponse, Sample::Resolution] {
        let mut expected: BTreeMap<_, _> =
            days.iter().map(|day| (*day, durations(own, sample, |on| on == *day))).collect();
        expected.retain(|_, sketch| !sketch.is_empty());
        let stored = bench.tenant().desk_day_sketches(subject, sample, from, to).await.unwrap();
        assert_eq!(stored, expected);
    }
}

proptest! {
    #![proptest_config(Config::with_cases(24))]

    #[test]
    fn the_desks_sums_are_what_its_tickets_say_whatever_happened_in_whatever_order(
        changes in vec(vec((0_u128..12, any::<u64>()), 1..8), 1..12),
        deliveries in vec(any::<u64>(), 12),
    ) {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap().block_on(async {
            let bench = Bench::new().await;
            let mut tickets: BTreeMap<u128, Stored<Ticket>> = BTreeMap::new();
            for (steps, delivery) in changes.iter().zip(&deliveries) {
                let mut change = bench.change();
                let steps: BTreeMap<_, _> = steps.iter().copied().collect();
                for step in steps {
                    take_step(&mut tickets, &mut change, step, ticket_of);
                }
                change.commit().await.unwrap();
                if delivery.is_multiple_of(3) {
                    deliver(&bench, *delivery).await;
                }
            }
            deliver(&bench, deliveries[0]).await;
            let tickets: Vec<_> = tickets.values().map(|ticket| &ticket.value).collect();
            compare(&bench, &tickets).await;
        });
    }
}
