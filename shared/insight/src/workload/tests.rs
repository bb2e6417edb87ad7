use std::time::Instant;

use clearmargin_domain::period::{Month, Period};
use jiff::{Timestamp, ToSpan as _, civil::date};
use proptest::{collection::vec, prelude::*};

use super::*;
use crate::snapshot::CategoryMonths;

/// A Saturday.
const DAY: Date = date(2026, 11, 28);

fn id(number: u128) -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, number)
}

fn back(days: usize) -> Date {
    DAY.checked_sub(i64::try_from(days).unwrap().days()).unwrap()
}

/// The tickets of the last days before [`DAY`], the last one last.
fn days(counts: &[i64]) -> BTreeMap<Date, i64> {
    let dated = (1..).zip(counts.iter().rev()).map(|(at, count)| (back(at), *count));
    dated.filter(|(_, count)| *count != 0).collect()
}

/// A desk of these clients and internal tickets, all of them of two categories.
fn desk(clients: &[Vec<i64>], internal: &[i64]) -> Desk {
    let mut all = days(internal);
    let mut known = BTreeMap::new();
    for (number, counts) in (1..).zip(clients) {
        let own = days(counts);
        for (day, count) in &own {
            *all.entry(*day).or_default() += count;
        }
        known.insert(id(number), own);
    }
    let mut months: BTreeMap<Month, i64> = BTreeMap::new();
    for (day, count) in &all {
        *months.entry(Month::of(*day)).or_default() += count;
    }
    let share = |category: Option<&str>, of: i64| CategoryMonths {
        category: category.map(str::to_owned),
        months: months.iter().map(|(month, count)| (*month, count * of)).collect(),
    };
    let categories = vec![share(None, 1), share(Some("Printers"), 3)];
    Desk { days: all, clients: known, categories, holidays: BTreeSet::new() }
}

fn snapshot(desk: Desk) -> Snapshot {
    let last = Month::of(DAY).plus(-1);
    let period = Period::new(last.plus(-11), last, 60).unwrap();
    let (organization, clients) = (BTreeMap::new(), BTreeMap::new());
    Snapshot { organization, clients, desk, ..Snapshot::empty(DAY, period) }
}

fn told(desk: Desk) -> DemandOutlook {
    outlook(&snapshot(desk))
}

/// As many tickets on each working day and as many on the days of each weekend.
fn week(length: usize, working: i64, weekend: i64) -> Vec<i64> {
    let count = |at: usize| if (back(at).weekday() as i8) < 6 { working } else { weekend };
    (1..=length).rev().map(count).collect()
}

fn check(table: &Table) {
    let steps = table.starts.len();
    let all = |course: &Course| {
        assert_eq!(course.expected.len(), steps);
        let [narrow, middle, wide] = &course.bands;
        assert!([narrow, middle, wide].iter().all(|band| band.len() == steps));
        for ((near, next), far) in narrow.iter().zip(middle).zip(wide) {
            assert!(0 <= far.0 && far.0 <= next.0 && next.0 <= near.0, "{far:?} {next:?} {near:?}");
            assert!(near.0 <= near.1 && near.1 <= next.1 && next.1 <= far.1, "{near:?} {far:?}");
        }
    };
    let clients = || table.clients.values().chain([&table.other_clients]);
    let words = || table.categories.iter().map(|it| &it.course).chain([&table.other_categories]);
    clients().chain(words()).chain([&table.total]).for_each(all);
    for (at, total) in table.total.expected.iter().enumerate() {
        let of = |course: &Course| course.expected[at];
        assert!(clients().chain(words()).all(|course| of(course) >= 0));
        assert_eq!(clients().map(of).sum::<i64>(), *total, "clients at {at}");
        assert_eq!(words().map(of).sum::<i64>(), *total, "categories at {at}");
    }
}

/// Each of the first weeks is the sum of its days, for every course.
fn check_weeks(days: &Table, weeks: &Table) {
    let pairs = days.clients.values().zip(weeks.clients.values());
    let pairs =
        pairs.chain([(&days.total, &weeks.total), (&days.other_clients, &weeks.other_clients)]);
    for (days, weeks) in pairs {
        let sums: Vec<i64> = days.expected.chunks(7).map(|days| days.iter().sum()).collect();
        assert_eq!(sums, weeks.expected[..4]);
    }
    let starts: Vec<Date> = days.starts.iter().copied().step_by(7).collect();
    assert_eq!(starts, weeks.starts[..4]);
}

#[test]
fn too_few_days_are_no_forecast_and_28_are_one_without_weeks() {
    let none = told(Desk::default());
    assert_eq!(none.days, Err(NoDemand::NotEnough { have: 0, needed: 28 }));
    assert_eq!(none.weeks, Err(NoDemand::NotEnough { have: 0, needed: 26 }));
    let few = told(desk(&[week(27, 10, 1)], &[]));
    assert_eq!(few.days, Err(NoDemand::NotEnough { have: 27, needed: 28 }));
    assert_eq!(few.weeks, Err(NoDemand::NotEnough { have: 3, needed: 26 }));
    // The first of 28 days is a Saturday: it has to have a ticket to count.
    let enough = told(desk(&[week(28, 10, 1)], &[]));
    let days = enough.days.unwrap();
    assert_eq!((days.starts.len(), days.starts[0], days.used), (28, DAY, 28));
    assert_eq!(enough.weeks, Err(NoDemand::NotEnough { have: 4, needed: 26 }));
}

#[test]
fn what_goes_on_as_ever_is_told_as_ever_by_day_week_client_and_category() {
    let told = told(desk(&[week(210, 40, 4), week(210, 20, 2)], &week(210, 20, 2)));
    let (days, weeks) = (told.days.unwrap(), told.weeks.unwrap());
    check(&days);
    check(&weeks);
    check_weeks(&days, &weeks);
    let near = |number: i64, goal: i64| (number - goal).abs() <= goal / 50;
    // Saturday, Sunday, Monday; the week has 5 × 80 + 2 × 8.
    assert!(
        near(days.total.expected[0], 8_000) && near(days.total.expected[2], 80_000),
        "{days:?}"
    );
    assert!(weeks.total.expected.iter().all(|week| near(*week, 416_000)), "{:?}", weeks.total);
    assert!(near(days.clients[&id(1)].expected[2], 40_000));
    assert!(near(days.other_clients.expected[2], 20_000));
    let printers = &days.categories[0];
    assert_eq!(printers.category.as_deref(), Some("Printers"));
    assert!(near(printers.course.expected[2], 60_000));
    assert_eq!(days.other_categories.expected, [0; 28]);
    assert_eq!((days.used, weeks.used), (210, 30));
}

#[test]
fn a_client_of_yesterday_and_one_that_fell_silent_are_parts_too() {
    let gone = [week(90, 30, 3), vec![0; 110]].concat();
    let told = told(desk(&[week(200, 30, 3), gone, vec![2]], &[]));
    let (days, weeks) = (told.days.unwrap(), told.weeks.unwrap());
    check(&days);
    check(&weeks);
    check_weeks(&days, &weeks);
    assert_eq!(days.clients.len(), 3);
    assert!(days.clients[&id(2)].expected.iter().all(|day| *day < 1_500), "{:?}", days.clients);
}

#[test]
fn days_that_the_organisation_states_are_told_to_be_silent_and_no_other_of_that_year() {
    let (monday, friday) = (date(2026, 11, 30), date(2026, 12, 25));
    let mut counts = week(200, 50, 5);
    // Half a year ago nobody worked on a Tuesday.
    let before = date(2026, 6, 16);
    let place = counts.len() - usize::try_from((DAY - before).get_days()).unwrap();
    counts[place] = 3;
    let mut desk = desk(&[counts], &[]);
    desk.holidays = [before, monday].into();
    let told = told(desk);
    let days = told.days.unwrap();
    let ahead: Vec<_> =
        told.holidays.ahead.iter().map(|it| (it.date, it.kind, it.name.clone())).collect();
    assert_eq!(ahead, [(monday, Kind::Public, None)]);
    assert_eq!(told.holidays.stated_years, [2026]);
    let at = |day: Date| days.total.expected[usize::try_from((day - DAY).get_days()).unwrap()];
    assert!(at(monday) < 15_000 && at(friday) > 40_000, "{} {}", at(monday), at(friday));
}

#[test]
fn counts_beyond_all_bounds_are_no_forecast() {
    let told = told(desk(&[vec![10_000_000_000_000_000; 40]], &[]));
    assert_eq!((told.days, told.weeks), (Err(NoDemand::OutOfRange), Err(NoDemand::OutOfRange)));
}

#[test]
fn a_result_is_the_same_bytes_and_reads_back_as_itself() {
    let snapshot = snapshot(desk(&[week(200, 7, 1)], &[1; 30]));
    let written = || serde_json::to_vec(&outlook(&snapshot)).unwrap();
    assert_eq!(written(), written());
    let read: DemandOutlook = serde_json::from_slice(&written()).unwrap();
    assert_eq!(read, outlook(&snapshot));
    let mut old = serde_json::to_value(&snapshot).unwrap();
    let again: Snapshot = serde_json::from_value(old.clone()).unwrap();
    assert_eq!(again, snapshot);
    // Snapshots of runs that went on before there were tickets in them.
    old.as_object_mut().unwrap().remove("desk");
    let old: Snapshot = serde_json::from_value(old).unwrap();
    assert_eq!(old.desk, Desk::default());
}

/// With `--release` it takes 0.6 s of one core; the bound leaves room for a machine that does more.
#[test]
#[ignore = "it measures time"]
fn fifty_clients_with_a_year_of_tickets_take_well_under_a_second() {
    let client = |number: usize| -> Vec<i64> {
        (0..396_usize)
            .map(|at| i64::try_from((at * 7919 + number * 104_729) % 11).unwrap())
            .collect()
    };
    let snapshot = snapshot(desk(&(0..50).map(client).collect::<Vec<_>>(), &[3; 396]));
    let before = Instant::now();
    let told = outlook(&snapshot);
    let took = before.elapsed();
    assert_eq!(told.days.unwrap().clients.len(), 50);
    assert!(took.as_millis() < 3_000, "{took:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Late beginners, silence, bursts, internal tickets: clients and categories make up the whole, by day
    /// and by week.
    #[test]
    fn parts_make_up_the_whole_exactly(
        clients in vec(vec(prop_oneof![Just(0_i64), 0..12_i64, 0..30_000_i64], 0..230), 0..5),
        internal in vec(0..3_i64, 0..230),
        holiday in 0..200_usize,
    ) {
        let mut desk = desk(&clients, &internal);
        if holiday < 100 {
            desk.holidays = [back(holiday), back(0)].into();
        }
        let told = told(desk);
        if let Ok(days) = &told.days {
            check(days);
            if let Ok(weeks) = &told.weeks {
                check(weeks);
                check_weeks(days, weeks);
            }
        } else {
            prop_assert!(told.weeks.is_err());
        }
    }
}
