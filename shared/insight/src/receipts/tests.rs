use clearmargin_domain::period::{Month, Period};
use jiff::civil::date;
use proptest::{collection::vec, prelude::*};

use super::*;

const DAY: Date = date(2026, 11, 10);

fn after(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap()
}

fn client(number: usize) -> ClientId {
    ClientId::derived(&["client", &number.to_string()])
}

/// An invoice of 30 days' terms, so many days old, which took that long to be paid if it was.
fn invoice(of: usize, age: i64, minor: i64, took: Option<i64>) -> IssuedInvoice {
    let day = after(DAY, -age);
    let id = InvoiceId::derived(&[&of.to_string(), &age.to_string(), &minor.to_string()]);
    let open = if took.is_some() { 0 } else { minor };
    let paid = took.map(|days| after(day, days));
    IssuedInvoice { client: client(of), day, id, due: after(day, 30), total: minor, open, paid }
}

fn snapshot(bills: Vec<IssuedInvoice>) -> Snapshot {
    let last: Month = "2026-10".parse().unwrap();
    Snapshot { bills, ..Snapshot::empty(DAY, Period::ending(last, 60)) }
}

/// Three clients who pay early, on time and late, with eighteen months of invoices each.
fn history() -> Vec<IssuedInvoice> {
    let days = [12, 28, 55];
    let of = |(number, days): (usize, i64)| {
        let chance = |month: i64| (month * 7 + 3) % 5 - 2;
        (3..21).map(move |month| {
            invoice(number, month * 30, 100_000 + month, Some(days + chance(month)))
        })
    };
    days.into_iter().enumerate().flat_map(of).collect()
}

fn told(bills: Vec<IssuedInvoice>) -> Receipts {
    expected(&snapshot(bills)).outcome.unwrap()
}

/// Everything that has to hold of whatever is told.
#[expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "the sum of log-odds says the probability"
)]
fn check(receipts: &Receipts) {
    let sum = |of: fn(&Inflow) -> i64| receipts.clients.values().map(of).sum::<i64>();
    let total = &receipts.total;
    assert_eq!((sum(|it| it.open), sum(|it| it.later)), (total.open, total.later));
    for (at, week) in total.weeks.iter().enumerate() {
        assert_eq!(receipts.clients.values().map(|it| it.weeks[at]).sum::<i64>(), *week, "{at}");
    }
    for it in receipts.clients.values().chain([total]) {
        assert_eq!(it.weeks.iter().sum::<i64>() + it.later, it.open);
        assert!(it.later >= 0 && it.weeks.iter().all(|week| *week >= 0));
    }
    assert_eq!(receipts.invoices.iter().map(|it| it.open).sum::<i64>(), total.open);
    assert!(receipts.invoices.is_sorted_by_key(|it| Reverse(it.expected_late)));
    for it in &receipts.invoices {
        let [(near_first, near_last), (far_first, far_last)] = it.bands;
        assert!(far_first <= near_first && near_first <= it.expected, "{it:?}");
        assert!(it.expected <= near_last && near_last <= far_last, "{it:?}");
        assert!(far_first >= DAY.max(it.day), "{it:?}");
        assert_eq!(it.odds.is_none(), it.due < DAY, "{it:?}");
        assert!((0..=SHARE_UNIT).contains(&it.probability) && it.expected_late <= it.open);
        if let Some(odds) = &it.odds {
            let share = 1.0 / (1.0 + (-(odds.sum() as f64) / 1e9).exp());
            assert!((share - it.probability as f64 / 1e6).abs() < 1e-6, "{it:?}");
        }
    }
}

#[test]
fn who_pays_late_is_told_to_and_what_comes_in_is_the_same_money() {
    let open = (0..3).map(|of| invoice(of, 9, 200_000, None));
    let found = told(history().into_iter().chain(open).collect());
    check(&found);
    let of = |number: usize| found.invoices.iter().find(|it| it.client == client(number)).unwrap();
    let [early, usual, late] = [of(0), of(1), of(2)];
    assert!(early.probability < 50_000 && late.probability > 950_000, "{early:?} {late:?}");
    assert_eq!(found.invoices[0].client, client(2));
    let far = |it: &OpenInvoice, took: i64| (it.expected - after(it.day, took)).get_days().abs();
    assert!(far(early, 12) <= 2 && far(usual, 28) <= 2 && far(late, 55) <= 2, "{found:?}");
    let facts = |it: &OpenInvoice| it.odds.clone().unwrap().reasons;
    let habit = |it: &OpenInvoice| facts(it).into_iter().find(|(fact, _)| *fact == Fact::Habit);
    assert!(habit(early).unwrap().1 < 0 && habit(late).unwrap().1 > 0);
    // Nobody knows what is disputed.
    assert!(facts(late).iter().all(|(fact, _)| *fact != Fact::Disputed));
    assert_eq!(found.weeks[0], (DAY, date(2026, 11, 16)));
    assert_eq!((found.weeks.len(), found.weeks[12].1), (13, date(2027, 2, 8)));
    let most = |number: usize| {
        let weeks = &found.clients[&client(number)].weeks;
        weeks.iter().position(|week| week == weeks.iter().max().unwrap()).unwrap()
    };
    assert_eq!((most(0), most(1), most(2)), (0, 2, 6));
}

#[test]
fn what_is_past_due_is_late_already_and_without_reasons() {
    let bills =
        history().into_iter().chain([invoice(1, 31, 7_000, None), invoice(1, 30, 9_000, None)]);
    let found = told(bills.collect());
    check(&found);
    let of = |open: i64| found.invoices.iter().find(|it| it.open == open).unwrap();
    assert_eq!((of(7_000).probability, of(7_000).expected_late), (SHARE_UNIT, 7_000));
    assert!(of(9_000).odds.is_some() && of(9_000).probability < SHARE_UNIT);
}

#[test]
fn too_few_paid_invoices_are_no_prediction_and_the_unknown_are_counted() {
    let few: Vec<_> = history().into_iter().take(FEWEST - 1).collect();
    let mut unknown = invoice(1, 100, 5_000, None);
    unknown.open = 0;
    let asked = snapshot([few, vec![unknown, invoice(1, 3, 100, None)]].concat());
    let found = expected(&asked);
    let why = NoReceipts::NotEnough { settled: FEWEST - 1, needed: FEWEST };
    assert_eq!((found.outcome, found.learned, found.left_out), (Err(why), FEWEST - 1, 1));
    let nothing = expected(&snapshot(Vec::new()));
    assert_eq!(nothing.outcome, Err(NoReceipts::NotEnough { settled: 0, needed: FEWEST }));
    let all_paid = told(history());
    assert_eq!((all_paid.total.open, &all_paid.total.weeks), (0, &vec![0; 13]));
}

#[test]
fn old_invoices_that_are_still_open_do_not_make_all_clients_late() {
    let asked = || invoice(1, 5, 100_000, None);
    let ancient = (0..60).map(|at| invoice(9, 1_500 + at, 1_000, None));
    let without = told(history().into_iter().chain([asked()]).collect());
    let with = told(history().into_iter().chain([asked()]).chain(ancient).collect());
    check(&with);
    let of = |receipts: &Receipts| {
        receipts.invoices.iter().find(|it| it.client == client(1)).cloned().unwrap()
    };
    assert_eq!(of(&with), of(&without));
    assert_eq!(with.clients[&client(9)].open, 60_000);
}

#[test]
fn amounts_beyond_all_bounds_are_refused() {
    let huge = (0..3).map(|of| invoice(of, 5, i64::MAX / 2, None));
    let found = expected(&snapshot(history().into_iter().chain(huge).collect()));
    assert_eq!(found.outcome, Err(NoReceipts::OutOfRange));
}

#[test]
fn a_result_is_the_same_bytes_and_reads_back_as_itself() {
    let bills: Vec<_> = history().into_iter().chain([invoice(2, 4, 12_345, None)]).collect();
    let written = |bills: Vec<_>| serde_json::to_vec(&expected(&snapshot(bills))).unwrap();
    let backwards: Vec<_> = bills.iter().rev().cloned().collect();
    assert_eq!(written(bills.clone()), written(backwards));
    let read: Receivables = serde_json::from_slice(&written(bills.clone())).unwrap();
    assert_eq!(read, expected(&snapshot(bills)));
}

#[test]
fn a_snapshot_of_before_has_no_invoices() {
    let mut stored = serde_json::to_value(snapshot(history())).unwrap();
    stored.as_object_mut().unwrap().remove("bills");
    let read: Snapshot = serde_json::from_value(stored).unwrap();
    assert_eq!(read, snapshot(Vec::new()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sums_hold_whatever_is_open(
        open in vec((0_usize..6, -20_i64..900, 1_i64..100_000_000, 0_i64..100), 0..40),
    ) {
        let open = open.into_iter().map(|(of, age, minor, paid)| {
            let mut it = invoice(of, age, minor, None);
            it.open = (minor - minor * paid / 100).max(1);
            it
        });
        check(&told(history().into_iter().chain(open).collect()));
    }
}
