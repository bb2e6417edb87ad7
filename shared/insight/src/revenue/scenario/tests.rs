use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use super::{
    super::{Basis, Tested},
    *,
};

fn id(number: u128) -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, number)
}

fn ahead() -> Vec<Month> {
    let first: Month = "2026-11".parse().unwrap();
    (0..3).map(|later| first.plus(later)).collect()
}

fn course(expected: Vec<i64>) -> Course {
    let bands = [10, 20, 30].map(|off| expected.iter().map(|it| (it - off, it + off)).collect());
    Course { expected, bands }
}

/// An organisation of clients that are expected to bring, and contracted for, so much in each of three months.
fn organization(clients: &[(i64, i64)]) -> Organization {
    let clients: BTreeMap<_, _> = (1..)
        .zip(clients)
        .map(|(number, (expected, contracted))| {
            let client = ClientCourse {
                course: course(vec![*expected; 3]),
                basis: Basis::Forecast,
                used: 36,
                contracted: vec![*contracted; 3],
            };
            (id(number), client)
        })
        .collect();
    let total = clients.values().map(|client| client.course.expected[0]).sum::<i64>() + 100;
    let coverage = [Decimal::ONE; 3];
    let tested = Tested { origins: 6, values: 36, error: 1, naive_error: 2, coverage };
    Organization { total: course(vec![total; 3]), tested, used: 36, clients, nobody: vec![100; 3] }
}

#[test]
fn who_leaves_takes_the_own_share_along_and_a_rise_is_on_what_is_contracted_with_who_stays() {
    let organization = organization(&[(50_000, 40_000), (30_000, 20_005)]);
    let months = ahead();
    let scenario = Scenario {
        leaving: vec![Leaving { client: id(1), from: Some(months[1]) }],
        rises: vec![Rise { hundredths: 500, from: None, clients: None }],
        hires: vec![Hire { count: 2, monthly_cost: 6_000, from: Some(months[2]) }],
    };
    let expected = organization.expected_if(&months, &scenario);
    let of = |month: &ExpectedMonth| (month.base, month.lost, month.raised, month.expected);
    // 5 % of 20,005 is 1,000.25.
    assert_eq!(of(&expected.months[0]), (80_100, 0, 3_000, 83_100));
    assert_eq!(of(&expected.months[1]), (80_100, 50_000, 1_000, 31_100));
    assert_eq!((expected.months[1].hired, expected.months[2].hired), (0, 12_000));
    assert_eq!(expected.months[2].margin_change(), 1_000 - 50_000 - 12_000);
    assert_eq!(expected.course.bands[0][1], (31_090, 31_110));
}

#[test]
fn nothing_happens_if_nothing_is_said_and_rises_are_of_whom_they_are_of() {
    let organization = organization(&[(50_000, 40_000), (30_000, 20_000)]);
    let nothing = organization.expected_if(&ahead(), &Scenario::default());
    assert_eq!(nothing.course, organization.total);
    let rise = |hundredths| Rise { hundredths, from: None, clients: Some([id(2)].into()) };
    let rises = Scenario { rises: vec![rise(1_000), rise(-500)], ..Scenario::default() };
    let expected = organization.expected_if(&ahead(), &rises);
    assert!(expected.months.iter().all(|month| month.raised == 2_000 - 1_000));
}

proptest! {
    #[test]
    fn everything_that_is_told_adds_up_whatever_is_asked(
        clients in vec((-1_000_000..1_000_000_000_i64, 0..1_000_000_000_i64), 0..6),
        leaving in vec((1..8_u128, proptest::option::of(0..4_i32)), 0..8),
        rises in vec((-5_000..10_000_i64, proptest::option::of(0..4_i32)), 0..4),
    ) {
        let (organization, months) = (organization(&clients), ahead());
        let from = |later: Option<i32>| later.map(|later| months[0].plus(later));
        let scenario = Scenario {
            leaving: leaving.iter().map(|(who, later)| Leaving { client: id(*who), from: from(*later) }).collect(),
            rises: rises.iter().map(|(by, later)| Rise { hundredths: *by, from: from(*later), clients: None }).collect(),
            hires: Vec::new(),
        };
        let expected = organization.expected_if(&months, &scenario);
        for (at, month) in expected.months.iter().enumerate() {
            prop_assert_eq!(month.expected, month.base - month.lost + month.raised);
            prop_assert_eq!(month.base, organization.total.expected[at]);
            prop_assert_eq!(expected.course.expected[at], month.expected);
        }
        // Whoever has left is lost whole, once, however often that was said.
        let gone: BTreeSet<_> = scenario.leaving.iter().filter(|it| it.from.is_none_or(|from| from <= months[0])).map(|it| it.client).collect();
        let lost: i64 = organization.clients.iter().filter(|(id, _)| gone.contains(id)).map(|(_, it)| it.course.expected[0]).sum();
        prop_assert_eq!(expected.months[0].lost, lost);
    }
}
