use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::date};
use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    id::{ClientId, InvoiceId},
    invoice::tests::issued,
    metrics::recurring::{Movements, RecurringRevenue, movements_by_month},
    money::{Currency, Money},
    rollup::{Bucket, Delta, Measures, Subject},
    service::Offering,
};

fn days(first: (i16, i8, i8), last: (i16, i8, i8)) -> Days {
    let day = |(year, month, day)| date(year, month, day);
    Days { first: day(first), last: day(last) }
}

fn line(minor: i64, recurs: Option<Days>) -> InvoiceLine {
    InvoiceLine {
        units: None,
        service: None,
        offering: Offering::Service,
        description: String::new(),
        amount: Money::new(minor, Currency::USD),
        charge: None,
        recurs,
    }
}

fn charged(lines: Vec<InvoiceLine>) -> Vec<(String, i64)> {
    let charges = Invoice { lines, ..issued(1) }.recurring_charges();
    charges.into_iter().map(|(month, minor)| (month.to_string(), minor)).collect()
}

#[test]
fn a_line_is_spread_over_the_months_that_it_is_for() {
    let year = days((2026, 1, 1), (2026, 12, 31));
    let spread = charged(vec![line(120_000, Some(year))]);
    assert_eq!((spread.len(), spread[0].clone()), (12, ("2026-01".to_owned(), 10_000)));
    assert!(spread.iter().all(|(_, minor)| *minor == 10_000));
    // From the fifteenth of a month to the fourteenth of the third one after it are three months.
    let quarter = days((2026, 11, 15), (2027, 2, 14));
    let months = ["2026-11", "2026-12", "2027-01"].map(|month| (month.to_owned(), 3_333));
    assert_eq!(charged(vec![line(10_000, Some(quarter))]), months);
    // A part of a month is that month's.
    let part = days((2026, 10, 20), (2026, 10, 31));
    assert_eq!(charged(vec![line(3_871, Some(part))]), [("2026-10".to_owned(), 3_871)]);
    assert_eq!(charged(vec![line(500, None)]), []);
}

#[test]
fn the_last_day_of_a_month_is_as_far_as_the_next_one_goes() {
    let from_end = days((2026, 1, 31), (2026, 2, 27));
    assert_eq!(months(from_end), Some(1));
    assert_eq!(months(days((2026, 1, 31), (2026, 2, 28))), Some(2));
    let five_years = days((2026, 1, 1), (2030, 12, 31));
    assert_eq!((months(five_years), span(five_years)), (Some(60), Ok(five_years)));
    assert_eq!(span(days((2026, 1, 1), (2031, 1, 1))), Err(SpanError::TooLong));
    assert_eq!(span(days((2026, 1, 2), (2026, 1, 1))), Err(SpanError::Backwards));
    assert_eq!(months(days((9999, 12, 1), (9999, 12, 31))), None);
}

#[test]
fn drafts_and_what_was_taken_back_charge_nothing_that_recurs() {
    let month = days((2026, 10, 1), (2026, 10, 31));
    let charged = Invoice { lines: vec![line(10_000, Some(month))], ..issued(10_000) };
    assert_eq!(charged.recurring_charges().len(), 1);
    let draft = Invoice { state: DocumentState::Draft, ..charged.clone() };
    assert_eq!(draft.recurring_charges(), []);
    assert_eq!(charged.voided(date(2026, 12, 1)).unwrap().recurring_charges(), []);
}

/// What happens: an invoice is issued, or one of those before is taken back.
#[derive(Debug, Clone)]
enum Step {
    Issue { client: u128, month: i32, length: i32, minor: i64 },
    TakeBack(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let length = prop_oneof![4 => Just(1), 1 => Just(3), 1 => Just(12)];
    let issue = (0_u128..5, 0_i32..30, length, -2_000_i64..20_000)
        .prop_map(|(client, month, length, minor)| Step::Issue { client, month, length, minor });
    prop_oneof![5 => issue, 1 => (0_usize..100).prop_map(Step::TakeBack)]
}

fn client(number: u128) -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, number)
}

fn first() -> Month {
    "2024-01".parse().unwrap()
}

/// An invoice with a line for so many months from one on, and one that does not recur.
fn recurring(number: usize, step: &Step) -> Option<Invoice> {
    let Step::Issue { client: whose, month, length, minor } = *step else { return None };
    let from = first().plus(month);
    let span = Days { first: from.first_day(), last: from.plus(length - 1).last_day() };
    let lines = vec![line(minor, Some(span)), line(700, None)];
    let id = InvoiceId::new(Timestamp::UNIX_EPOCH, number as u128);
    Some(Invoice { id, client: client(whose), day: from.first_day(), lines, ..issued(1) })
}

/// Recurring revenue by month as the sums say it.
fn states(sums: &BTreeMap<Bucket, Measures>, months: i32) -> BTreeMap<Month, RecurringRevenue> {
    let of_month = |month: Month| {
        let own = sums.iter().filter(move |(bucket, _)| bucket.month == month);
        let amounts = own.filter_map(|(bucket, sum)| match bucket.subject {
            Subject::Recurring(client) => Some((client, sum.recurring_minor)),
            _ => None,
        });
        (month, amounts.collect())
    };
    (0..months).map(|later| of_month(first().plus(later))).collect()
}

fn adds_up(movements: &Movements) -> bool {
    use crate::metrics::recurring::MovementKind;
    let moved = MovementKind::ALL.map(|kind| kind.sign() * movements.tally(kind).minor);
    movements.start() + moved.iter().sum::<i64>() == movements.end()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// 128 histories of 100 steps: after each of them the sums, which moved by *new − old* alone, say
    /// what the invoices say, and at the end every month's movements add up to the cent.
    #[test]
    fn over_random_histories_revenue_by_invoice_adds_up_in_every_month(
        steps in vec(step(), 100),
    ) {
        const MONTHS: i32 = 44;
        let mut invoices: Vec<Invoice> = Vec::new();
        let mut sums: BTreeMap<Bucket, Measures> = BTreeMap::new();
        let mut apply = |delta: Delta| {
            for (bucket, change) in delta.changes() {
                let sum = sums.entry(bucket).or_default();
                *sum = sum.plus(change);
            }
        };
        for (number, step) in steps.iter().enumerate() {
            let mut delta = Delta::default();
            match (recurring(number, step), step) {
                (Some(invoice), _) => {
                    delta.add_row(&invoice);
                    invoices.push(invoice);
                }
                (None, Step::TakeBack(which)) => {
                    let place = which % invoices.len().max(1);
                    let Some(old) = invoices.get_mut(place) else { continue };
                    let Ok(void) = old.voided(old.day) else { continue };
                    delta.add_row(old);
                    delta = delta.negated();
                    delta.add_row(&void);
                    *old = void;
                }
                (None, Step::Issue { .. }) => unreachable!(),
            }
            apply(delta);
        }
        let states = states(&sums, MONTHS);
        // Walked afresh: each month's amount of each client.
        for (month, state) in &states {
            for number in 0..5 {
                let own = invoices.iter().filter(|invoice| invoice.client == client(number));
                let charges = own.flat_map(Invoice::recurring_charges);
                let walked: i64 =
                    charges.filter(|(of, _)| of == month).map(|(_, minor)| minor).sum();
                prop_assert_eq!(state.of(client(number)), walked);
            }
        }
        let series = movements_by_month(&states, &BTreeSet::new()).unwrap();
        for (month, movements) in &series {
            prop_assert!(adds_up(movements), "{}", month);
            prop_assert_eq!(movements.start(), states[&month.plus(-1)].total());
            prop_assert_eq!(movements.end(), states[month].total());
        }
        let (start, end) = (&states[&first()], &states[&first().plus(MONTHS - 1)]);
        prop_assert!(adds_up(&Movements::between(start, end, &BTreeSet::new())));
    }
}
