use jiff::Timestamp;
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};

use super::*;
use crate::money::Currency;

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn client(number: u128) -> Target {
    Target::Client(ClientId::new(Timestamp::UNIX_EPOCH, number))
}

fn service(number: u128) -> Target {
    Target::Service(ServiceId::new(Timestamp::UNIX_EPOCH, number))
}

fn minor(allocation: &LineAllocation) -> Vec<i64> {
    allocation.parts().map(|(_, part)| part.minor).collect()
}

/// The first client has the first weight, and so on.
fn by_seats(line: i64, weights: &[i64]) -> Result<LineAllocation, AllocationError> {
    let weights = weights.iter().map(|weight| Some(*weight));
    LineAllocation::by_key(usd(line), AllocationKey::Seats, (1..).map(client).zip(weights))
}

#[test]
fn a_target_names_a_client_a_service_or_both() {
    let client = ClientId::new(Timestamp::UNIX_EPOCH, 1);
    let service = ServiceId::new(Timestamp::UNIX_EPOCH, 1);
    let both = Target::ClientService(client, service);
    assert_eq!((both.client(), both.service()), (Some(client), Some(service)));
    assert_eq!(
        (Target::Client(client).client(), Target::Client(client).service()),
        (Some(client), None)
    );
    assert_eq!(
        (Target::Service(service).client(), Target::Service(service).service()),
        (None, Some(service))
    );
}

#[test]
fn what_is_not_stated_stays_unallocated() {
    let allocation =
        LineAllocation::exact(usd(10_000), [(client(1), 6_000), (service(1), 2_500)]).unwrap();
    assert_eq!(allocation.unallocated(), usd(1_500));
    assert_eq!((allocation.line(), allocation.basis()), (usd(10_000), Basis::Exact));
    let nothing = LineAllocation::exact(usd(-70), []).unwrap();
    assert_eq!(nothing.unallocated(), usd(-70));
    let credit = LineAllocation::exact(usd(-70), [(client(1), -70)]).unwrap();
    assert_eq!(credit.unallocated(), usd(0));
}

#[test]
fn parts_that_are_no_parts_of_the_line_are_refused() {
    let exact = |line, stated: &[(Target, i64)]| {
        LineAllocation::exact(usd(line), stated.iter().copied()).unwrap_err()
    };
    let (one, two) = (client(1), client(2));
    assert_eq!(exact(100, &[(one, 60), (two, 41)]), AllocationError::MoreThanLine);
    assert_eq!(exact(-100, &[(one, -60), (two, -41)]), AllocationError::MoreThanLine);
    assert_eq!(exact(0, &[(one, 1)]), AllocationError::MoreThanLine);
    // They would come to the line, and one would pay for the other.
    assert_eq!(exact(100, &[(one, 120), (two, -20)]), AllocationError::OtherSign(two));
    assert_eq!(exact(-100, &[(one, 1)]), AllocationError::OtherSign(one));
    assert_eq!(exact(100, &[(one, 1), (one, 1)]), AllocationError::Twice(one));
    assert_eq!(exact(100, &[(one, i64::MAX), (two, i64::MAX)]), AllocationError::MoreThanLine);
}

/// <https://www.wallstreetmojo.com/allocation-base/>: $500,000 for 15,000 computers, of which a
/// project uses 1,000, are $33,333.
#[test]
fn a_line_is_divided_as_in_the_published_example() {
    let devices = [(client(1), Some(1_000)), (client(2), Some(14_000))];
    let line = usd(50_000_000);
    let allocation = LineAllocation::by_key(line, AllocationKey::Endpoints, devices).unwrap();
    assert_eq!(minor(&allocation), [3_333_333, 46_666_667]);
    assert_eq!(allocation.basis(), Basis::Key(AllocationKey::Endpoints));
    assert_eq!(allocation.unallocated(), usd(0));
}

#[test]
fn odd_units_go_to_lower_ids_and_a_credit_takes_them_back() {
    assert_eq!(minor(&by_seats(100, &[1, 1, 1]).unwrap()), [34, 33, 33]);
    assert_eq!(minor(&by_seats(-100, &[1, 1, 1]).unwrap()), [-34, -33, -33]);
}

#[test]
fn without_a_basis_nothing_is_divided() {
    let seats = AllocationKey::Seats;
    for weights in [&[][..], &[0], &[0, 0]] {
        assert_eq!(by_seats(100, weights), Err(AllocationError::NoBasis(seats)));
    }
    assert_eq!(by_seats(100, &[3, -1]), Err(AllocationError::NegativeWeight(client(2))));
    let unknown = [(client(1), Some(5)), (client(2), None)];
    let allocation = LineAllocation::by_key(usd(100), seats, unknown);
    assert_eq!(allocation, Err(AllocationError::MissingWeight(client(2))));
    let twice = [(client(1), Some(5)), (client(1), Some(5))];
    let allocation = LineAllocation::by_key(usd(100), seats, twice);
    assert_eq!(allocation, Err(AllocationError::Twice(client(1))));
    assert_eq!(by_seats(i64::MIN, &[1]), Err(AllocationError::OutOfRange));
}

#[test]
fn who_uses_none_of_it_gets_no_part() {
    let allocation = by_seats(100, &[0, 2, 0, 2]).unwrap();
    let parts: Vec<_> = allocation.parts().collect();
    assert_eq!(parts, [(client(2), usd(50)), (client(4), usd(50))]);
}

fn any_target() -> impl Strategy<Value = Target> {
    let id = || 1_u128..6;
    prop_oneof![
        id().prop_map(client),
        id().prop_map(service),
        (id(), id()).prop_map(|(client, service)| Target::ClientService(
            ClientId::new(Timestamp::UNIX_EPOCH, client),
            ServiceId::new(Timestamp::UNIX_EPOCH, service),
        )),
    ]
}

prop_compose! {
    /// Weights of some targets that are not all zero, and an order to name them in.
    fn any_weights()(
        weights in btree_map(any_target(), 0_i64..1_000_000_000, 1..20)
            .prop_filter("a basis", |weights| weights.values().any(|weight| *weight > 0)),
    )(
        shuffled in Just(weights.clone().into_iter().collect::<Vec<_>>()).prop_shuffle(),
        weights in Just(weights),
    ) -> (BTreeMap<Target, i64>, Vec<(Target, i64)>) {
        (weights, shuffled)
    }
}

fn by_hours(line: i64, weights: impl IntoIterator<Item = (Target, i64)>) -> LineAllocation {
    let weights = weights.into_iter().map(|(target, weight)| (target, Some(weight)));
    LineAllocation::by_key(usd(line), AllocationKey::Hours, weights).unwrap()
}

const MOST: i64 = 1_000_000_000_000;

proptest! {
    #[test]
    fn parts_by_a_key_make_up_the_line_and_none_is_a_unit_off(
        line in -MOST..MOST, (weights, _) in any_weights(),
    ) {
        let allocation = by_hours(line, weights.clone());
        prop_assert_eq!(minor(&allocation).iter().sum::<i64>(), line);
        prop_assert_eq!(allocation.unallocated(), usd(0));
        let sum: i128 = weights.values().map(|weight| i128::from(*weight)).sum();
        for (target, part) in allocation.parts() {
            let exact = i128::from(line) * i128::from(weights[&target]);
            let off = i128::from(part.minor) * sum - exact;
            prop_assert!(off.abs() < sum, "{:?} of {}", part, line);
        }
    }

    #[test]
    fn the_order_in_which_they_are_named_changes_nothing(
        line in -MOST..MOST, (weights, shuffled) in any_weights(),
    ) {
        prop_assert_eq!(by_hours(line, weights), by_hours(line, shuffled));
    }

    #[test]
    fn a_credit_takes_back_exactly_what_the_purchase_gave(
        line in -MOST..MOST, (weights, _) in any_weights(),
    ) {
        let given = minor(&by_hours(line, weights.clone()));
        let taken = minor(&by_hours(-line, weights));
        prop_assert!(given.iter().zip(&taken).all(|(given, taken)| given + taken == 0));
    }

    #[test]
    fn who_uses_more_never_pays_less(line in 0..MOST, (weights, _) in any_weights()) {
        let allocation = by_hours(line, weights.clone());
        let mut parts: Vec<_> =
            allocation.parts().map(|(target, part)| (weights[&target], part.minor)).collect();
        parts.sort_unstable();
        for pair in parts.windows(2) {
            prop_assert!(pair[0].0 == pair[1].0 || pair[0].1 <= pair[1].1);
        }
    }

    #[test]
    fn stated_parts_and_what_is_left_make_up_the_line(
        stated in vec(0_i64..1_000_000, 0..10), left in 0_i64..1_000_000, credit in any::<bool>(),
    ) {
        let sign = if credit { -1 } else { 1 };
        let line = sign * (stated.iter().sum::<i64>() + left);
        let parts = (1..).map(client).zip(stated.iter().map(|part| sign * part));
        let allocation = LineAllocation::exact(usd(line), parts).unwrap();
        let given: i64 = minor(&allocation).iter().sum();
        prop_assert_eq!(allocation.unallocated(), usd(sign * left));
        prop_assert_eq!(given + allocation.unallocated().minor, line);
    }
}
