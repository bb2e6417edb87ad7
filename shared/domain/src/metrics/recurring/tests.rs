use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::{
    collection::{btree_set, vec},
    prelude::*,
};
use rust_decimal::Decimal;

use super::*;
use crate::{id::ClientId, period::Month};

fn client(number: u128) -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, number)
}

/// The first client has the first amount, and so on.
fn state(minor: &[i64]) -> RecurringRevenue {
    (1..).map(client).zip(minor.iter().copied()).collect()
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn each_client_moves_in_one_way() {
    use MovementKind::{Churn, Contraction, Expansion, New, Reactivation};
    let ever = BTreeSet::from([client(2)]);
    let start = state(&[0, 0, 100, 100, 100, 100]);
    let end = state(&[50, 60, 130, 80, 0, 100]);
    let movements = Movements::between(&start, &end, &ever);
    let kinds: Vec<_> = movements.clients().iter().map(|client| client.kind()).collect();
    let expected =
        [Some(New), Some(Reactivation), Some(Expansion), Some(Contraction), Some(Churn), None];
    assert_eq!(kinds, expected);
    let minor: Vec<_> = movements.tallies().values().map(|tally| tally.minor).collect();
    assert_eq!(minor, [50, 30, 20, 100, 60]);
    assert!(movements.tallies().values().all(|tally| tally.clients == 1));
    assert_eq!((movements.start(), movements.end()), (400, 420));
}

#[test]
fn who_comes_or_goes_through_a_net_credit_does_so_with_the_whole_difference() {
    let kind = |start, end| {
        let movement = ClientMovement::between(client(1), start, end, false);
        (movement.kind(), movement.minor())
    };
    assert_eq!(kind(-20, 100), (Some(MovementKind::New), 120));
    assert_eq!(kind(100, -20), (Some(MovementKind::Churn), 120));
    assert_eq!(kind(0, -20), (Some(MovementKind::Contraction), 20));
    assert_eq!(kind(-20, 0), (Some(MovementKind::Expansion), 20));
    assert_eq!(kind(-20, -20), (None, 0));
    // Nobody had it at the start, so it is no part of what was kept.
    let retention = Movements::between(&state(&[100, 0]), &state(&[100, -20]), &BTreeSet::new());
    assert_eq!(retention.retention().nrr(), Some(decimal("1")));
}

/// <https://www.revenuecalculators.com/guides/gross-revenue-retention>: of $50,000, contraction of
/// $2,000, churn of $3,000 and expansion of $6,000.
#[test]
fn retention_of_the_published_example() {
    let start = state(&[300_000, 2_000_000, 2_700_000]);
    let end = state(&[0, 1_800_000, 3_300_000, 999_900]);
    let retention = Retention::between(&start, &end);
    assert_eq!(retention.grr(), Some(decimal("0.9")));
    assert_eq!(retention.nrr(), Some(decimal("1.02")));
    assert_eq!(retention.logo_churn(), Some(decimal("0.3333")));
}

/// <https://metrickittools.com/guides/nrr-guide>: $100k, expansion of $15k, contraction of $5k, churn
/// of $8k.
#[test]
fn retention_of_another_published_example() {
    let (start, end) = (state(&[8_000, 40_000, 52_000]), state(&[0, 35_000, 67_000]));
    let retention = Retention::between(&start, &end);
    assert_eq!(retention.nrr(), Some(decimal("1.02")));
    assert_eq!(retention.grr(), Some(decimal("0.87")));
}

#[test]
fn of_nothing_there_is_no_ratio() {
    for none in [state(&[]), state(&[-5])] {
        let retention = Retention::between(&none, &state(&[100]));
        assert_eq!((retention.nrr(), retention.grr(), retention.logo_churn()), (None, None, None));
        assert_eq!(none.arpa(), None);
        assert_eq!(Concentration::of(&none), None);
    }
    assert_eq!(Concentration::of(&state(&[i64::MAX])), None);
}

#[test]
fn an_account_brings_the_total_over_the_clients_that_have_some() {
    assert_eq!(state(&[100, 101, 0]).arpa(), Some(100));
    assert_eq!(state(&[101, 102]).arpa(), Some(102));
    assert_eq!(state(&[100, 100, -50]).arpa(), Some(75));
}

/// <https://3g.network/knowledgebase/how-is-hhi-calculated>: 30, 30, 20 and 20 % make 2,600.
#[test]
fn concentration_of_the_published_example() {
    let concentration = Concentration::of(&state(&[20, 30, 20, 30])).unwrap();
    assert_eq!(concentration.largest_client, client(2));
    assert_eq!(concentration.largest, decimal("0.3"));
    assert_eq!(concentration.top_5, decimal("1"));
    assert_eq!(concentration.hhi, decimal("0.26"));
    // Collegedunia, "Consider an industry with six firms": 30, 20, 15, 15, 10 and 10 % make 1,950.
    let six = Concentration::of(&state(&[30, 20, 15, 15, 10, 10])).unwrap();
    assert_eq!((six.hhi, six.top_5), (decimal("0.195"), decimal("0.9")));
}

#[test]
fn net_credits_have_no_share_and_are_told_beside() {
    let with = Concentration::of(&state(&[60, 40, -50])).unwrap();
    let without = Concentration::of(&state(&[60, 40])).unwrap();
    assert_eq!(with, Concentration { credits_minor: -50, ..without });
}

#[test]
fn a_client_that_left_comes_back_and_over_the_year_has_stayed() {
    let amounts = [100, 0, 120];
    let states: BTreeMap<_, _> = (0..)
        .zip(amounts)
        .map(|(at, minor)| (month("2026-01").plus(at), state(&[minor])))
        .collect();
    let series = movements_by_month(&states, &BTreeSet::new()).unwrap();
    let back = series[&month("2026-03")].tally(MovementKind::Reactivation);
    assert_eq!(back, Tally { minor: 120, clients: 1 });
    let over = |months| retention_over(&states, month("2026-03"), months);
    assert_eq!(over(2).unwrap().nrr(), Some(decimal("1.2")));
    assert_eq!(over(2).unwrap().logo_churn(), Some(decimal("0")));
    assert_eq!(over(1).unwrap().nrr(), None);
    assert_eq!(over(12), None);
}

#[test]
fn a_month_that_is_missing_is_an_error() {
    let states = ["2026-01", "2026-03"].map(|at| (month(at), state(&[100])));
    let series = movements_by_month(&states.into(), &BTreeSet::new());
    assert_eq!(series, Err(MissingMonth(month("2026-02"))));
}

fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![2 => Just(0), 4 => 1_i64..1_000_000, 1 => -10_000_i64..0]
}

fn any_state() -> impl Strategy<Value = RecurringRevenue> {
    vec(amount(), 0..12).prop_map(|minor| state(&minor))
}

fn any_clients() -> impl Strategy<Value = BTreeSet<ClientId>> {
    btree_set((1_u128..12).prop_map(client), 0..8)
}

proptest! {
    #[test]
    fn what_moved_leads_from_the_start_to_the_end(
        start in any_state(), end in any_state(), ever in any_clients(),
    ) {
        let movements = Movements::between(&start, &end, &ever);
        let signed = |kind: MovementKind| kind.sign() * movements.tally(kind).minor;
        let moved: i64 = MovementKind::ALL.into_iter().map(signed).sum();
        prop_assert_eq!(start.total() + moved, end.total());
        prop_assert_eq!((movements.start(), movements.end()), (start.total(), end.total()));
        for client in movements.clients() {
            let moved = client.kind().map_or(0, |kind| kind.sign() * client.minor());
            prop_assert_eq!(client.start() + moved, client.end());
            prop_assert!(client.minor() >= 0);
        }
    }

    #[test]
    fn clients_that_come_and_go_lead_from_those_of_the_start_to_those_of_the_end(
        start in any_state(), end in any_state(), ever in any_clients(),
    ) {
        let movements = Movements::between(&start, &end, &ever);
        let clients = |kind| movements.tally(kind).clients;
        let came = clients(MovementKind::New) + clients(MovementKind::Reactivation);
        let stayed = start.clients().count() - clients(MovementKind::Churn);
        prop_assert_eq!(stayed + came, end.clients().count());
    }

    #[test]
    fn retention_is_what_the_clients_of_the_start_have_at_the_end(
        start in any_state(), end in any_state(), ever in any_clients(),
    ) {
        let retention = Retention::between(&start, &end);
        prop_assert_eq!(retention, Movements::between(&start, &end, &ever).retention());
        let kept: i64 = start.clients().map(|(client, _)| end.of(client)).sum();
        prop_assert_eq!(retention.nrr(), crate::metrics::ratio(kept, retention.start));
        if let (Some(nrr), Some(grr)) = (retention.nrr(), retention.grr()) {
            prop_assert!(grr <= nrr && grr <= Decimal::ONE);
        }
        prop_assert!(retention.churned_clients <= retention.clients);
    }

    #[test]
    fn months_chain_and_make_up_the_whole(
        months in vec(any_state(), 1..14), ever in any_clients(),
    ) {
        let first = month("2025-01");
        let states: BTreeMap<_, _> =
            (0..).zip(&months).map(|(at, state)| (first.plus(at), state.clone())).collect();
        let series = movements_by_month(&states, &ever).unwrap();
        prop_assert_eq!(series.len(), months.len() - 1);
        let mut at = months[0].total();
        for (month, movements) in &series {
            prop_assert_eq!((movements.start(), movements.end()), (at, states[month].total()));
            at = movements.end();
        }
        prop_assert_eq!(at, months[months.len() - 1].total());
    }

    #[test]
    fn nobody_is_new_twice(months in vec(any_state(), 1..14), ever in any_clients()) {
        let states = (0..).zip(months).map(|(at, state)| (month("2025-01").plus(at), state));
        let series = movements_by_month(&states.collect(), &ever).unwrap();
        let mut seen = ever;
        for movement in series.values().flat_map(Movements::clients) {
            if movement.kind() == Some(MovementKind::New) {
                prop_assert!(seen.insert(movement.client()));
            }
        }
    }

    #[test]
    fn shares_grow_with_the_clients_counted_and_the_index_lies_between_its_bounds(
        state in any_state(),
    ) {
        let count = state.clients().count();
        prop_assume!(count > 0);
        let it = Concentration::of(&state).unwrap();
        prop_assert!(it.largest <= it.top_5 && it.top_5 <= it.top_10 && it.top_10 <= Decimal::ONE);
        prop_assert!(it.hhi <= Decimal::ONE && it.credits_minor <= 0);
        let equal = crate::metrics::ratio(1, i64::try_from(count).unwrap()).unwrap();
        prop_assert!(it.hhi >= equal && it.hhi <= it.largest + Decimal::new(1, 4));
        if count <= 5 {
            prop_assert_eq!(it.top_5, Decimal::ONE);
        }
    }
}
