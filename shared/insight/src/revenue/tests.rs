use clearmargin_domain::{money::Currency, period::Period};
use jiff::{Timestamp, civil::date};
use proptest::{collection::vec, prelude::*};

use super::*;

fn id(number: u128) -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, number)
}

fn revenue(minor: i64) -> Measures {
    Measures {
        service_revenue_minor: minor,
        invoices: i64::from(minor != 0),
        ..Measures::default()
    }
}

/// A portfolio over the last months before November 2026: what each client brought in the last of them,
/// and what belongs to nobody.
fn portfolio(clients: &[Vec<i64>], nobody: &[i64]) -> Snapshot {
    let last: Month = "2026-10".parse().unwrap();
    let length = clients.iter().map(Vec::len).chain([nobody.len(), 1]).max().unwrap();
    let first = last.plus(1 - i32::try_from(length).unwrap());
    let period = Period::new(first, last, 60).unwrap();
    let months = |amounts: &[i64]| -> BTreeMap<Month, Measures> {
        let later = period.months().skip(length - amounts.len());
        later.zip(amounts).map(|(month, minor)| (month, revenue(*minor))).collect()
    };
    let mut organization = months(nobody);
    let mut known = BTreeMap::new();
    for (number, amounts) in (1..).zip(clients) {
        let months = months(amounts);
        for (month, sums) in &months {
            let sum: &mut Measures = organization.entry(*month).or_default();
            *sum = sum.plus(*sums);
        }
        known.insert(id(number), Client { active: true, months, ..Client::default() });
    }
    let (currency, day) = (Currency::USD, date(2026, 11, 10));
    Snapshot { currency, organization, clients: known, ..Snapshot::empty(day, period) }
}

fn done(snapshot: &Snapshot) -> Organization {
    outlook(snapshot).outcome.unwrap()
}

fn check_sums(organization: &Organization) {
    for (at, total) in organization.total.expected.iter().enumerate() {
        let clients = organization.clients.values().map(|client| client.course.expected[at]);
        assert_eq!(clients.sum::<i64>() + organization.nobody[at], *total, "month {at}");
    }
}

fn check_bands(course: &Course) {
    let [narrow, middle, wide] = &course.bands;
    for (at, expected) in course.expected.iter().enumerate() {
        let (near, far) = ((narrow[at], middle[at]), wide[at]);
        assert!(far.0 <= near.1.0 && near.1.0 <= near.0.0 && near.0.0 <= *expected, "{at}");
        assert!(*expected <= near.0.1 && near.0.1 <= near.1.1 && near.1.1 <= far.1, "{at}");
    }
}

#[test]
fn too_few_months_are_no_forecast_but_what_is_contracted_is_told() {
    let mut snapshot = portfolio(&[vec![10_000; 11]], &[]);
    let next: Month = "2026-11".parse().unwrap();
    let client = snapshot.clients.get_mut(&id(1)).unwrap();
    client.contracted = [(next, 9_000), (next.plus(1), 9_500)].into();
    let outlook = outlook(&snapshot);
    assert_eq!(outlook.outcome, Err(NoOutlook::NotEnough { have: 11, needed: 12 }));
    assert_eq!((outlook.months[0], outlook.months.len()), (next, 12));
    assert_eq!(outlook.contracted[..3], [9_000, 9_500, 0]);
    let nothing = super::outlook(&portfolio(&[], &[]));
    assert_eq!(nothing.outcome, Err(NoOutlook::NotEnough { have: 0, needed: 12 }));
}

#[test]
fn a_client_without_revenue_lately_is_expected_to_bring_nothing_unless_it_is_contracted() {
    let gone = [vec![50_000; 20], vec![0; 3]].concat();
    let mut snapshot = portfolio(&[vec![100_000; 23], gone, vec![20_000; 4]], &[]);
    let first = done(&snapshot);
    let bases: Vec<_> = first.clients.values().map(|client| client.basis).collect();
    assert_eq!(bases, [Basis::Forecast, Basis::Silent, Basis::MeanOfFew]);
    assert!(first.clients[&id(2)].course.expected.iter().all(|minor| *minor == 0));
    check_sums(&first);
    let back = ("2027-01".parse().unwrap(), 40_000);
    snapshot.clients.get_mut(&id(2)).unwrap().contracted = [back].into();
    assert_eq!(done(&snapshot).clients[&id(2)].basis, Basis::Forecast);
}

#[test]
fn constant_revenue_goes_on_and_what_is_nobodys_stays_nobodys() {
    let found = done(&portfolio(&[vec![60_000; 24], vec![30_000; 24]], &[10_000; 24]));
    assert_eq!(found.total.expected, [100_000; 12]);
    assert_eq!(found.nobody, [10_000; 12]);
    assert_eq!(found.clients[&id(1)].course.expected, [60_000; 12]);
    assert_eq!((found.tested.error, found.tested.naive_error, found.used), (0, 0, 24));
}

#[test]
fn an_amount_beyond_all_bounds_is_no_forecast() {
    let outlook = outlook(&portfolio(&[vec![i64::MAX / 2; 14]], &[]));
    assert_eq!(outlook.outcome, Err(NoOutlook::OutOfRange));
}

#[test]
fn a_result_is_the_same_bytes_and_reads_back_as_itself() {
    let snapshot = portfolio(&[(0..30).map(|month| 40_000 + month * 1_000).collect()], &[500; 30]);
    let written = || serde_json::to_vec(&outlook(&snapshot)).unwrap();
    assert_eq!(written(), written());
    let read: RevenueOutlook = serde_json::from_slice(&written()).unwrap();
    assert_eq!(read, outlook(&snapshot));
    let again: Snapshot = serde_json::from_slice(&serde_json::to_vec(&snapshot).unwrap()).unwrap();
    assert_eq!(again, snapshot);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Gaps, negative months, late beginners and outliers: the parts make up the whole.
    #[test]
    fn clients_and_nobody_make_up_the_organisation_to_the_cent(
        clients in vec(vec(prop_oneof![Just(0_i64), -50_000..900_000_i64, 8_000_000..9_000_000_i64], 0..30), 0..6),
        nobody in vec(-10_000..50_000_i64, 0..30),
    ) {
        let snapshot = portfolio(&clients, &nobody);
        if let Ok(found) = outlook(&snapshot).outcome {
            prop_assert_eq!(found.clients.len(), clients.len());
            check_sums(&found);
            found.clients.values().for_each(|client| check_bands(&client.course));
            check_bands(&found.total);
        }
    }
}
