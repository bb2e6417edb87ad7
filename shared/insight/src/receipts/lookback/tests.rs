use clearmargin_domain::{
    id::{ClientId, InvoiceId},
    period::{Month, Period},
};

use super::*;

const DAY: Date = date(2026, 11, 10);
const TERMS: i64 = 30;
/// How far chance moves a payment, as a standard deviation in days.
const CHANCE: f64 = 6.0;

/// Numbers that look random and are the same each time.
fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Clients who each have days of their own that they pay in, around the terms, and chance. Each
/// is charged every three weeks or so over 24 months.
fn payers(clients: usize, seed: u64) -> Vec<IssuedInvoice> {
    let mut noise = noise(seed);
    let mut all = Vec::new();
    for number in 0..clients {
        let client = ClientId::derived(&["client", &number.to_string()]);
        let own = 12.0 + 36.0 * noise();
        let mut age = whole(20.0 * noise());
        while age < 725 {
            let normal = (0..12).map(|_| noise()).sum::<f64>() - 6.0;
            let took = whole((own + CHANCE * normal).max(0.0));
            let day = after(DAY, -age);
            let id = InvoiceId::derived(&[&number.to_string(), &age.to_string()]);
            let paid = Some(after(day, took)).filter(|paid| *paid < DAY);
            let (due, total) = (after(day, TERMS), 100_000 + age);
            let open = if paid.is_some() { 0 } else { total };
            all.push(IssuedInvoice { client, day, id, due, total, open, paid });
            age += 14 + whole(14.0 * noise());
        }
    }
    all
}

fn told(invoices: &[IssuedInvoice]) -> LookBack {
    let last: Month = "2026-10".parse().unwrap();
    let snapshot = Snapshot::empty(DAY, Period::ending(last, 60));
    look_back(&snapshot, &invoices.iter().collect::<Vec<_>>())
}

fn cases(invoices: &[IssuedInvoice]) -> Vec<Case> {
    let mut bills: Vec<Bill> =
        invoices.iter().map(|it| bill(it, clearmargin_domain::money::Currency::USD)).collect();
    bills.sort_by_key(|it| (it.client, it.day));
    looks(DAY).filter_map(|origin| look(&bills, origin)).flatten().collect()
}

#[test]
fn looks_are_mondays_ten_weeks_apart_of_which_it_is_known_what_became() {
    let of = |day| looks(day).collect::<Vec<_>>();
    let found = of(DAY);
    assert_eq!(found.len(), 6);
    assert!(found.iter().all(|it| it.weekday() == jiff::civil::Weekday::Monday));
    assert!(found.windows(2).all(|pair| days(pair[1], pair[0]) == EVERY));
    assert!((AHEAD..AHEAD + EVERY).contains(&days(found[0], DAY)), "{found:?}");
    // They stay where they are for ten weeks, so that what moves between two runs is the model.
    let (since, until) = (after(found[0], AHEAD), after(found[0], AHEAD + EVERY - 1));
    assert_eq!((of(since), of(until)), (found.clone(), found.clone()));
    assert_ne!(of(after(until, 1)), found);
}

#[test]
fn who_knows_clients_is_better_than_their_mean_and_than_the_share_of_late_ones() {
    let found = told(&payers(40, 7));
    assert_eq!(found.origins.len(), 6);
    let (late, days) = (found.late.unwrap(), found.days.unwrap());
    assert!(late.cases > 200 && late.late * 5 > late.cases, "{late:?}");
    assert!(late.brier * 10 < late.base_brier * 6, "{late:?}");
    assert!(late.log_loss * 10 < late.base_log_loss * 6, "{late:?}");
    assert!(late.auc.unwrap() > 900_000 && late.calibration_error < 60_000, "{late:?}");
    // Nobody can tell chance: its mean distance is 0.8 of its deviation, less of who has waited.
    assert!(days.error < 6_000_000 && days.error < days.plain_error, "{days:?}");
    let [near, far] = days.coverage;
    assert!((740_000..900_000).contains(&near) && far > 920_000, "{days:?}");
}

#[test]
fn outcomes_that_are_anybodys_are_told_no_better_than_by_chance() {
    let mut found = cases(&payers(40, 7));
    let mut judged: Vec<_> = found.iter_mut().filter(|it| it.late.is_some()).collect();
    let mut noise = noise(3);
    let mut became: Vec<(i64, Option<bool>)> =
        judged.iter().map(|it| (whole(noise() * 1e9), it.late)).collect();
    became.sort_unstable_by_key(|(place, _)| *place);
    for (case, (_, late)) in judged.iter_mut().zip(became) {
        case.late = late;
    }
    let late = LateTested::of(&found).unwrap();
    assert!((440_000..560_000).contains(&late.auc.unwrap()), "{late:?}");
    assert!(late.brier > late.base_brier, "{late:?}");
}

#[test]
fn what_came_after_a_day_changes_nothing_of_what_is_told_on_it() {
    let made = payers(12, 11);
    let bills = |invoices: &[IssuedInvoice]| -> Vec<Bill> {
        invoices.iter().map(|it| bill(it, clearmargin_domain::money::Currency::USD)).collect()
    };
    for origin in looks(DAY) {
        let mut later = made.clone();
        for (at, it) in later.iter_mut().enumerate() {
            let moved = i64::try_from(at % 90).unwrap();
            match it.paid {
                Some(paid) if paid >= origin && at % 3 == 0 => {
                    (it.paid, it.open) = (None, it.total);
                }
                Some(paid) if paid >= origin => it.paid = Some(after(origin, moved)),
                _ => {}
            }
        }
        later.retain(|it| it.day < origin || it.total % 2 == 0);
        let of = |invoices: &[IssuedInvoice]| look(&bills(invoices), origin).unwrap();
        let (one, other) = (of(&made), of(&later));
        let told = |cases: &[Case]| cases.iter().map(|it| it.told.clone()).collect::<Vec<_>>();
        assert_eq!(told(&one), told(&other), "{origin}");
        assert_ne!(one, other, "what became of them differs");
    }
}

#[test]
fn what_is_not_paid_in_thirteen_weeks_counts_as_their_end_and_what_is_late_already_is_no_guess() {
    let origin = date(2026, 3, 2);
    let bill = |due: Date, settled: Option<Date>| {
        let mut it = bill(&payers(1, 1)[0], clearmargin_domain::money::Currency::USD);
        (it.day, it.due, it.settled) = (date(2026, 2, 1), due, settled);
        it
    };
    let told = |days| Told { late: 0.5, days, bands: [(30, 120), (130, 150)], plain: Some(400.0) };
    let case = |due, settled| Case::of(told(200), &bill(due, settled), origin);
    let end = 29 + AHEAD;
    let (due, past) = (date(2026, 3, 3), date(2026, 3, 1));
    assert_eq!(case(due, Some(date(2026, 3, 3))).late, Some(false));
    assert_eq!(case(due, Some(date(2026, 3, 4))).late, Some(true));
    assert_eq!(case(due, None).late, Some(true));
    assert_eq!(case(past, Some(date(2026, 3, 4))).late, None);
    // Due beyond what is looked at: paid ahead or not, it is not judged.
    assert_eq!(case(date(2026, 6, 1), Some(date(2026, 3, 4))).late, None);
    let never = case(due, Some(date(2026, 9, 1)));
    assert_eq!((never.took, never.off()), (end, Some((0.0, 0.0))));
    assert!(never.within(0) && never.within(1));
    let soon = case(due, Some(date(2026, 3, 4)));
    assert_eq!((soon.took, soon.off()), (31, Some(((end - 31) as f64, (end - 31) as f64))));
    assert!(soon.within(0) && !soon.within(1));
}

#[test]
fn too_few_are_no_score_and_many_are_spread_evenly() {
    let few = told(&payers(1, 5));
    assert_eq!((few.origins.len(), few.late, few.days), (0, None, None));
    let many = cases(&payers(900, 5));
    assert_eq!(many.len(), 6 * MOST_CASES);
}
