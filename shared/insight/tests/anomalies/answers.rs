//! What is told of what, by hand and whatever is given.

use clearmargin_domain::rollup::Measures;
use clearmargin_insight::anomalies::{self, Anomalies, Anomaly, Basis, Looked, Series, Untested};
use proptest::{collection::vec, prelude::*};

use crate::made::{Made, Noise, clean, id, snapshot};

fn looked(of: &Anomalies, number: u128, series: Series) -> &Looked {
    let is = |it: &&Looked| it.client == Some(id(number)) && it.series == series;
    of.looked.iter().find(is).unwrap()
}

fn of(found: &Anomalies, number: u128, series: Series) -> Vec<&Anomaly> {
    let is = |it: &&Anomaly| it.client == Some(id(number)) && it.series == series;
    found.found.iter().filter(is).collect()
}

fn billed(revenue: Vec<i64>) -> Made {
    Made { revenue, ..Made::default() }
}

#[test]
fn a_flat_contract_that_is_charged_for_half_is_told_with_what_it_rests_on() {
    let mut months = vec![500_000; 24];
    months[23] = 250_000;
    let all = anomalies::of_snapshot(&snapshot(&[billed(months), billed(vec![400_000; 24])]));
    let [one] = of(&all, 1, Series::Revenue)[..] else { panic!("one month: {:?}", all.found) };
    assert_eq!((one.month.to_string(), one.value), ("2026-10".to_owned(), 250_000));
    assert_eq!((one.expected, one.difference()), (500_000, -250_000));
    assert!(one.band.0 > 250_000 && one.band.0 < 500_000 && one.band.1 > 500_000, "{one:?}");
    assert!(0 < one.p && one.p <= one.q && one.q <= 100_000_000, "{one:?}");
    // Six months for the first level, and 17 of which it is known how far they lay off.
    assert_eq!((one.rests_on.basis, one.rests_on.size), (Basis::Level, 17));
    let period = one.rests_on.period;
    assert_eq!(
        (period.from().to_string(), period.to().to_string()),
        ("2024-11".into(), "2026-09".into())
    );
    assert_eq!(of(&all, 2, Series::Revenue), Vec::<&Anomaly>::new());
    assert_eq!(looked(&all, 2, Series::Revenue).tested, Ok(3));
}

#[test]
fn a_month_is_held_against_months_before_it_alone() {
    let mut months = vec![500_000; 30];
    months[27..].copy_from_slice(&[900_000, 500_000, 500_000]);
    let all = anomalies::of_snapshot(&snapshot(&[billed(months.clone())]));
    let first = *of(&all, 1, Series::Revenue)[0];
    // What comes later changes nothing of it but how many tests there are.
    months[28..].fill(900_000);
    let shifted = anomalies::of_snapshot(&snapshot(&[billed(months)]));
    let told = of(&shifted, 1, Series::Revenue);
    assert_eq!(told.len(), 3);
    let same = told.iter().find(|it| it.month == first.month).unwrap();
    assert_eq!((same.p, same.expected, same.band), (first.p, first.expected, first.band));
}

#[test]
fn a_season_is_no_surprise() {
    let season: Vec<i64> =
        (0..48).map(|at| if at % 12 == 11 { 3_000_000 } else { 1_000_000 }).collect();
    let all = anomalies::of_snapshot(&snapshot(&[billed(season)]));
    assert_eq!((all.found.len(), looked(&all, 1, Series::Revenue).tested), (0, Ok(3)));
}

#[test]
fn few_tickets_are_counts() {
    let mut tickets: Vec<i64> = (0..30).map(|at| at % 3).collect();
    tickets[29] = 14;
    let all = anomalies::of_snapshot(&snapshot(&[Made { tickets, ..Made::default() }]));
    let [one] = of(&all, 1, Series::Tickets)[..] else { panic!("one month: {:?}", all.found) };
    assert_eq!((one.rests_on.basis, one.rests_on.size, one.value), (Basis::Count, 24, 14_000));
    // Twelve months of one ticket on average, and half a ticket.
    assert_eq!((one.expected, one.band.0), (1_042, 0));
}

#[test]
fn users_devices_and_licences_are_held_against_the_month_before() {
    let counted = |endpoints: Vec<i64>| Made { endpoints, ..Made::default() };
    let steady = [vec![80; 13], vec![110]].concat();
    let made = [
        counted(steady),
        counted(vec![40; 14]),
        counted(vec![40; 7]),
        Made { users: vec![9; 8], inactive: true, ..Made::default() },
    ];
    let mut snapshot = snapshot(&made);
    // A month without a count says nothing: what lies before it is not used.
    let gap = snapshot.period.to().plus(-9);
    snapshot.clients.get_mut(&id(2)).unwrap().usage.remove(&gap);
    let all = anomalies::of_snapshot(&snapshot);
    let [one] = of(&all, 1, Series::Endpoints)[..] else { panic!("one month: {:?}", all.found) };
    assert_eq!((one.value, one.expected, one.difference()), (110, 80, 30));
    assert!(one.band.0 < 80 && 80 < one.band.1 && one.band.1 < 110, "{one:?}");
    assert_eq!((one.rests_on.basis, one.rests_on.size), (Basis::MonthBefore, 12));
    let period = one.rests_on.period;
    assert_eq!(
        (period.from().to_string(), period.to().to_string()),
        ("2025-09".into(), "2026-09".into())
    );
    let it = |number, series| looked(&all, number, series);
    assert_eq!((it(2, Series::Endpoints).months, it(2, Series::Endpoints).tested), (9, Ok(2)));
    assert_eq!(it(3, Series::Endpoints).tested, Err(Untested::Few));
    assert_eq!(it(3, Series::Users).tested, Err(Untested::Uncounted));
    assert_eq!(it(4, Series::Users).tested, Err(Untested::Inactive));
    let own = |it: &&Looked| it.client.is_none() && Series::STOCKS.contains(&it.series);
    assert_eq!(all.looked.iter().filter(own).count(), 0);
}

#[test]
fn what_is_not_tested_says_why() {
    let made = [
        Made::default(),
        billed(vec![100_000; 18]),
        billed((0..36).map(|at| if at % 3 == 0 { 300_000 } else { 0 }).collect()),
        Made { hours: vec![36_000; 30], uncosted: true, ..Made::default() },
        Made { inactive: true, ..billed(vec![100_000; 36]) },
        billed(vec![100_000; 19]),
    ];
    let all = anomalies::of_snapshot(&snapshot(&made));
    let revenue = |number| looked(&all, number, Series::Revenue).tested;
    assert_eq!(revenue(1), Err(Untested::Silent));
    assert_eq!((revenue(2), revenue(6)), (Err(Untested::Few), Ok(1)));
    assert_eq!((revenue(3), revenue(5)), (Err(Untested::Sparse), Err(Untested::Inactive)));
    // Without a rate there is no cost at all.
    assert_eq!(looked(&all, 4, Series::Cost).tested, Err(Untested::Silent));
    assert_eq!(looked(&all, 4, Series::Hours).tested, Ok(3));
    assert_eq!(looked(&all, 2, Series::Revenue).months, 18);
    assert_eq!(all.looked.len(), 7 * 4 + 6 * 3);
}

#[test]
fn a_month_that_is_not_invoiced_yet_is_not_told() {
    let mut clients: Vec<Made> = (0..8).map(|_| billed(vec![500_000; 30])).collect();
    for client in &mut clients {
        client.revenue[29] = 0;
    }
    let all = anomalies::of_snapshot(&snapshot(&clients));
    assert!(all.last_is_open && all.found.is_empty(), "{:?}", all.found);
    assert_eq!(all.recent.to().to_string(), "2026-09");
}

#[test]
fn nobody_and_no_months_are_no_trouble() {
    let nobody = anomalies::of_snapshot(&snapshot(&[]));
    assert_eq!((nobody.tests, nobody.found.len(), nobody.looked.len()), (0, 0, 4));
    for months in 0..=7 {
        let all = anomalies::of_snapshot(&snapshot(&clean(1, Noise::Usual, 1, months)));
        assert_eq!((all.tests, all.found.len()), (0, 0), "{months}");
    }
}

fn month() -> impl Strategy<Value = i64> {
    prop_oneof![3 => 0..1_000_000_i64, 2 => Just(0), 1 => -500_000..0_i64, 1 => Just(1_i64 << 52)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn whatever_is_given_probabilities_are_some_and_answers_the_same(
        series in vec((
            vec(month(), 0..48), vec(month(), 0..48), vec(0..80_i64, 0..48),
            vec(0..4_000_000_000_i64, 0..48), vec(0..40_i64, 0..20),
        ), 0..5),
    ) {
        let made: Vec<Made> = series
            .into_iter()
            .map(|(revenue, hours, tickets, endpoints, licences)| {
                Made { revenue, hours, tickets, endpoints, licences, ..Made::default() }
            })
            .collect();
        let snapshot = snapshot(&made);
        let all = anomalies::of_snapshot(&snapshot);
        prop_assert_eq!(&all, &anomalies::of_snapshot(&snapshot));
        for it in &all.found {
            prop_assert!(0 < it.p && it.p <= it.q && it.q <= 100_000_000, "{:?}", it);
            prop_assert!(it.band.0 <= it.expected && it.expected <= it.band.1, "{:?}", it);
            prop_assert!(it.rests_on.period.to() < it.month && it.rests_on.size >= 6);
        }
        prop_assert!(all.found.is_sorted_by_key(|it| it.q));
        let tests = all.looked.iter().filter_map(|it| it.tested.ok()).sum::<usize>();
        prop_assert_eq!(all.tests, tests);
        let text = serde_json::to_string(&all).unwrap();
        prop_assert_eq!(serde_json::from_str::<Anomalies>(&text).unwrap(), all);
    }
}

#[test]
fn an_organisation_has_series_of_its_own() {
    let mut snapshot = snapshot(&[billed(vec![500_000; 30])]);
    // Overhead belongs to nobody.
    for (at, sums) in snapshot.organization.values_mut().enumerate() {
        let product_cost_minor = if at == 29 { 900_000 } else { 100_000 };
        *sums = sums.plus(Measures { product_cost_minor, ..Measures::default() });
    }
    let all = anomalies::of_snapshot(&snapshot);
    let told: Vec<_> = all.found.iter().map(|it| (it.client, it.series, it.value)).collect();
    assert_eq!(told, [(None, Series::Cost, 900_000)]);
}
