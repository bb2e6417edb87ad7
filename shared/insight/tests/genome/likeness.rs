//! Who is like whom.

use std::time::Instant;

use clearmargin_domain::money::Currency;
use clearmargin_insight::genome::{Client, Dimension, MonthFigures, Peers, analyse};
use rust_decimal::Decimal;

use crate::made::{client, genome, id, of, portfolio, usual, varied, year};

/// Clients of two kinds: those of even numbers ask for twice the work, pay late and buy products.
fn two_kinds(count: u128) -> Vec<Client> {
    let one = |number: u128| {
        let month = |at| {
            let plain = varied(number, at);
            if number % 2 == 1 {
                return plain;
            }
            MonthFigures {
                worked_seconds: plain.worked_seconds * 2,
                labour_cost_minor: plain.labour_cost_minor * 2,
                tickets: plain.tickets.map(|tickets| tickets * 3),
                product_revenue_minor: plain.product_revenue_minor * 6,
                product_cost_minor: plain.product_cost_minor * 7,
                settled_days: plain.settled_days * 3,
                on_time_minor: plain.on_time_minor / 3,
                ..plain
            }
        };
        client(number, &(0..12).map(month).collect::<Vec<_>>())
    };
    (1..=count).map(one).collect()
}

#[test]
fn two_kinds_of_clients_are_two_stable_segments() {
    let genome = genome(&two_kinds(40));
    let segments = genome.segments.known().unwrap();
    assert_eq!(segments.segments.len(), 2, "{segments:?}");
    for segment in &segments.segments {
        assert_eq!(segment.clients.len(), 20);
        assert!(segment.trusted && segment.stability > Decimal::new(9, 1), "{segment:?}");
        assert_eq!(segment.leads.len(), 3);
    }
    assert!(segments.silhouette > Decimal::new(3, 1));
    let odd = of(&genome, 1).segment;
    for number in 1..=40 {
        assert_eq!(of(&genome, number).segment == odd, number % 2 == 1);
        // Clients are compared with those of their kind.
        let gap = of(&genome, number).segment_gap.as_ref().unwrap();
        assert_eq!((gap.peers, gap.count), (Peers::Segment, 19));
        let gap = of(&genome, number).gap.known().unwrap();
        assert_eq!((gap.peers, gap.count), (Peers::Portfolio, 39));
    }
}

#[test]
fn clients_who_differ_by_chance_alone_are_in_no_segment_that_is_trusted() {
    let genome = genome(&portfolio(60, 12));
    let segments = genome.segments.known().unwrap();
    assert!(segments.silhouette < Decimal::new(25, 2));
    assert!(segments.segments.iter().all(|segment| !segment.trusted), "{segments:?}");
    for client in &genome.clients {
        assert!(client.gap.known().is_some() && client.segment_gap.is_none());
    }
}

#[test]
fn a_twin_is_the_nearest_and_what_differs_most_is_told() {
    let mut clients = portfolio(30, 12);
    let twin = Client { id: id(99), ..clients[6].clone() };
    clients.push(twin);
    let mut slow = Client { id: id(98), ..clients[6].clone() };
    slow.months.values_mut().for_each(|month| month.settled_days += month.settled_days / 5);
    clients.push(slow);
    let genome = genome(&clients);
    let alike = of(&genome, 7).look_alikes.known().unwrap();
    assert_eq!(alike.len(), 5);
    assert_eq!((alike[0].client, alike[0].distance), (id(99), Decimal::ZERO));
    assert_eq!(alike[1].client, id(98));
    assert_eq!(alike[1].differs[0].dimension, Dimension::DaysToPay);
    assert!(alike[1].differs[0].higher_by > Decimal::ONE);
    assert!(alike.windows(2).all(|pair| pair[0].distance <= pair[1].distance));
}

#[test]
fn clients_of_whom_little_is_known_in_common_are_not_said_to_be_alike() {
    let mut clients = portfolio(12, 12);
    // Nothing but products: few dimensions are known of such a client.
    let bought = MonthFigures {
        product_revenue_minor: 90_000,
        product_cost_minor: 70_000,
        ..MonthFigures::default()
    };
    clients.push(client(50, &[bought; 3]));
    let genome = genome(&clients);
    assert!(of(&genome, 50).look_alikes.missing().is_some());
    assert!(genome.segments.known().unwrap().apart.contains(&id(50)));
    assert_eq!(of(&genome, 50).segment, None);
    assert_eq!(usual().users, Some(40));
}

fn seconds(clients: &[Client]) -> f64 {
    let once = || {
        let begun = Instant::now();
        let genome = analyse(clients, year(), Currency::USD);
        assert_eq!(genome.clients.len(), clients.len());
        begun.elapsed().as_secs_f64()
    };
    (0..2).map(|_| once()).fold(f64::INFINITY, f64::min)
}

#[test]
fn four_times_the_clients_take_about_four_times_as_long() {
    let (few, many) = (seconds(&portfolio(1_250, 36)), seconds(&portfolio(5_000, 36)));
    // An exponent of 1.1 would be a factor of 4.6; the machine may be busy with other things.
    assert!(many / few < 8.0, "{few} s and {many} s");
    // A second of one core with the release profile; tests are built for less.
    assert!(many < 20.0, "{many} s");
}
