use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan as _, civil::date};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::*;
use crate::{
    cost_rate::{CostRate, Scope},
    id::OrgId,
    money::Money,
    time_entry::tests::hour,
};

const START: Date = date(2026, 1, 1);

fn technician(n: u128) -> TechnicianId {
    TechnicianId::new(Timestamp::UNIX_EPOCH, n)
}

fn client(n: u128) -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, n)
}

/// Technicians 0 and 1 are engineers, 2 is a dispatcher and 3 has no role.
fn role_of(who: TechnicianId) -> Option<String> {
    let roles = ["Engineer", "engineer", "Dispatcher"];
    let role = roles.iter().zip(0..).find(|(_, n)| technician(*n) == who);
    role.map(|(role, _)| (*role).to_owned())
}

fn rate(scope: &Scope, minor: i64, effective_from: Date) -> CostRate {
    let org = OrgId::new(Timestamp::UNIX_EPOCH, 1);
    let (technician, role) = match scope {
        Scope::Default => (None, None),
        Scope::Role(role) => (None, Some(role.clone())),
        Scope::Technician(technician) => (Some(*technician), None),
    };
    let id = CostRate::id_of(org, scope, effective_from);
    CostRate { id, technician, role, hourly: Money::new(minor, Currency::USD), effective_from }
}

fn entry(who: u128, client: Option<ClientId>, day: Date, seconds: i64) -> TimeEntry {
    let worked = WorkedTime { seconds };
    TimeEntry { client, technician: technician(who), day, worked, ..hour() }
}

fn costed(entry: &TimeEntry, card: &RateCard) -> TimeEntry {
    let role = role_of(entry.technician);
    let cost = card.cost(entry.technician, role.as_deref(), entry.day, entry.worked);
    TimeEntry { labour_cost: cost.unwrap(), ..entry.clone() }
}

#[test]
fn a_roles_first_rate_costs_what_was_uncosted_and_moves_what_had_the_default() {
    let default = rate(&Scope::Default, 3_000, date(2026, 2, 1));
    let old = RateCard::new(vec![default.clone()]);
    let new = RateCard::new(vec![default, rate(&Scope::role("Engineer"), 5_000, START)]);
    let acme = Some(client(1));
    let entries = [
        entry(0, acme, date(2026, 1, 10), 3_600),
        entry(1, acme, date(2026, 2, 10), 1_800),
        entry(2, acme, date(2026, 2, 11), 3_600),
        entry(0, None, date(2026, 2, 12), 3_600),
    ];
    let preview = preview(&entries, role_of, &old, &new, Books::default()).unwrap();
    let month = |day| Month::of(day);
    let newly_costed = WorkedTime { seconds: 3_600 };
    let moved = |seconds, before_minor, after_minor| {
        let worked = WorkedTime { seconds };
        CostMove { entries: 1, worked, before_minor, after_minor, ..CostMove::default() }
    };
    let january = CostMove { newly_costed, newly_costed_entries: 1, ..moved(3_600, 0, 5_000) };
    let february = moved(1_800, 1_500, 2_500);
    let without_client = moved(3_600, 3_000, 5_000);
    let expected = BTreeMap::from([
        ((month(START), acme), january),
        ((month(date(2026, 2, 1)), None), without_client),
        ((month(date(2026, 2, 1)), acme), february),
    ]);
    assert_eq!(preview.moves, expected);
    assert_eq!((preview.total.entries, preview.total.difference_minor()), (3, 8_000));
}

#[test]
fn dropping_the_only_rate_leaves_its_time_uncosted() {
    let old = RateCard::new(vec![rate(&Scope::Default, 3_000, START)]);
    let entries = [entry(3, None, START, 7_200)];
    let preview = preview(&entries, role_of, &old, &RateCard::default(), Books::default()).unwrap();
    assert_eq!(preview.total.newly_uncosted.seconds, 7_200);
    assert_eq!(preview.total.difference_minor(), -6_000);
}

#[test]
fn a_change_that_begins_in_a_closed_month_is_refused_even_without_time() {
    let old = RateCard::new(vec![rate(&Scope::Default, 3_000, START)]);
    let new = RateCard::new(vec![rate(&Scope::Default, 3_500, START)]);
    let books = Books { closed_through: Some(Month::of(START)) };
    let refused = preview([], role_of, &old, &new, books).unwrap_err();
    assert_eq!(refused, PreviewError::Closed(ClosedPeriod { month: Month::of(START) }));
    assert_eq!(preview([], role_of, &old, &old, books), Ok(Preview::default()));
}

#[test]
fn costs_in_two_currencies_are_not_added() {
    let old = RateCard::new(vec![rate(&Scope::Default, 3_000, START)]);
    let hourly = Money::new(3_000, "EUR".parse().unwrap());
    let new = RateCard::new(vec![CostRate { hourly, ..rate(&Scope::Default, 0, START) }]);
    let refused = preview(&[entry(0, None, START, 60)], role_of, &old, &new, Books::default());
    assert_eq!(refused, Err(PreviewError::Money(MoneyError::MixedCurrencies)));
}

fn any_day() -> impl Strategy<Value = Date> {
    (0_i64..200).prop_map(|days| START + days.days())
}

fn any_rate() -> impl Strategy<Value = CostRate> {
    let scopes = [
        Scope::Default,
        Scope::role("Engineer"),
        Scope::role("Dispatcher"),
        Scope::Technician(technician(0)),
        Scope::Technician(technician(2)),
    ];
    (select(scopes.to_vec()), 0_i64..10_000, any_day())
        .prop_map(|(scope, minor, day)| rate(&scope, minor, day))
}

/// One rate for each scope and day, as the id makes sure.
fn card(rates: &[CostRate]) -> RateCard {
    let by_id: BTreeMap<_, _> = rates.iter().map(|rate| (rate.id, rate.clone())).collect();
    RateCard::new(by_id.into_values().collect())
}

fn any_entry() -> impl Strategy<Value = TimeEntry> {
    (0_u128..4, option::of(1_u128..4), any_day(), 0_i64..40_000)
        .prop_map(|(who, of, day, seconds)| entry(who, of.map(client), day, seconds))
}

fn sums(
    entries: &[TimeEntry],
    measure: impl Fn(&TimeEntry) -> i64,
) -> BTreeMap<(Month, Option<ClientId>), i64> {
    let mut sums = BTreeMap::new();
    for entry in entries {
        *sums.entry((Month::of(entry.day), entry.client)).or_default() += measure(entry);
    }
    sums
}

proptest! {
    #[test]
    fn applying_the_change_moves_exactly_what_the_preview_says(
        rates in vec(any_rate(), 0..6), change in any_rate(), entries in vec(any_entry(), 0..30),
    ) {
        let (old, new) = (card(&rates), card(&[rates.clone(), vec![change]].concat()));
        let preview = preview(&entries, role_of, &old, &new, Books::default()).unwrap();
        let before: Vec<_> = entries.iter().map(|entry| costed(entry, &old)).collect();
        let after: Vec<_> = before.iter().map(|entry| costed(entry, &new)).collect();

        let cost = |it: &TimeEntry| it.labour_cost.as_ref().map_or(0, |labour| labour.cost.minor);
        let uncosted = |it: &TimeEntry| if it.labour_cost.is_none() { it.worked.seconds } else { 0 };
        let (old_costs, new_costs) = (sums(&before, cost), sums(&after, cost));
        let (old_gaps, new_gaps) = (sums(&before, uncosted), sums(&after, uncosted));
        for key in old_costs.keys() {
            let said = preview.moves.get(key).copied().unwrap_or_default();
            prop_assert_eq!(said.difference_minor(), new_costs[key] - old_costs[key]);
            let closed_gap = said.newly_costed.seconds - said.newly_uncosted.seconds;
            prop_assert_eq!(closed_gap, old_gaps[key] - new_gaps[key]);
        }
        let touched = before.iter().zip(&after).filter(|(before, after)| before != after).count();
        prop_assert_eq!(usize::try_from(preview.total.entries).unwrap(), touched);
        let moved: i64 = preview.moves.values().map(CostMove::difference_minor).sum();
        prop_assert_eq!(preview.total.difference_minor(), moved);
    }

    #[test]
    fn a_change_that_is_not_refused_moves_nothing_in_a_closed_month(
        rates in vec(any_rate(), 0..6), change in any_rate(),
        entries in vec(any_entry(), 0..30), closed in any_day(),
    ) {
        let (old, new) = (card(&rates), card(&[rates.clone(), vec![change.clone()]].concat()));
        let books = Books { closed_through: Some(Month::of(closed)) };
        match preview(&entries, role_of, &old, &new, books) {
            Ok(preview) => {
                prop_assert!(preview.moves.keys().all(|(month, _)| *month > Month::of(closed)));
            }
            Err(error) => {
                let month = Month::of(change.effective_from);
                prop_assert_eq!(error, PreviewError::Closed(ClosedPeriod { month }));
                prop_assert!(month <= Month::of(closed));
            }
        }
    }
}
