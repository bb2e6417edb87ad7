use jiff::{Timestamp, civil::date};
use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use super::{
    allocation::{AllocationKey, Target},
    *,
};
use crate::{
    exchange::RateSource,
    id::OrgId,
    money::Currency,
    period::Month,
    rollup::{Bucket, Delta, Subject},
    source::Source,
};

const AT: Timestamp = Timestamp::UNIX_EPOCH;
const DAY: Date = date(2026, 10, 15);

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn client(number: u128) -> ClientId {
    ClientId::new(AT, number)
}

fn service(number: u128) -> ServiceId {
    ServiceId::new(AT, number)
}

fn line(id: &str, minor: i64, allocated: Option<Allocated>) -> ExpenseLine {
    ExpenseLine {
        units: None,
        rebilled: Rebilled::No,
        client: None,
        service: None,
        description: String::new(),
        amount: usd(minor),
        source_id: Some(id.to_owned()),
        account: None,
        allocated,
    }
}

fn expense(lines: Vec<ExpenseLine>) -> Expense {
    let org = OrgId::new(AT, 1);
    Expense {
        id: ExpenseId::imported(org, Source::QuickBooks, "bill:1"),
        kind: ExpenseKind::Bill,
        vendor: None,
        number: None,
        day: DAY,
        total: usd(lines.iter().map(|line| line.amount.minor).sum()),
        lines,
        rate: None,
        origin: Origin {
            source: Source::QuickBooks,
            kind: "Bill".to_owned(),
            external_id: "1".to_owned(),
            revision: None,
        },
    }
}

/// Ten dollars by seats: one client has one, the other two.
fn by_seats(minor: i64) -> Allocated {
    let weights = [(Target::Client(client(1)), Some(1)), (Target::Client(client(2)), Some(2))];
    Allocated::by_key(usd(minor), (AllocationKey::Seats, Month::of(DAY)), &weights, AT).unwrap()
}

fn stated(minor: i64) -> Allocated {
    let parts =
        [(Target::Client(client(1)), 300), (Target::ClientService(client(2), service(1)), 500)];
    Allocated::exact(usd(minor), parts, AT).unwrap()
}

fn minors(line: &ExpenseLine) -> Vec<i64> {
    line.for_clients(line.amount.minor).into_values().collect()
}

/// The sums that a purchase moves.
fn cost(expense: &Expense, subject: Subject) -> (i64, i64) {
    let mut delta = Delta::default();
    delta.add_row(expense);
    let wanted = Bucket { subject, month: Month::of(DAY) };
    let found = delta.changes().find(|(bucket, _)| *bucket == wanted);
    found.map_or((0, 0), |(_, sums)| (sums.product_cost_minor, sums.expense_lines))
}

#[test]
fn a_divided_line_counts_for_each_client_with_its_part_and_once_for_the_organisation() {
    let bought = expense(vec![line("1", 1_000, Some(by_seats(1_000))), line("2", 70, None)]);
    assert_eq!(cost(&bought, Subject::Organization), (1_070, 2));
    assert_eq!(cost(&bought, Subject::Client(client(1))), (333, 1));
    assert_eq!(cost(&bought, Subject::Client(client(2))), (667, 1));
    assert_eq!(bought.unallocated(), usd(70));
    assert_eq!(bought.for_client(&[client(1), client(2)]), Some(1_000));
    assert_eq!(bought.for_client(&[client(3)]), None);
}

#[test]
fn parts_of_a_line_in_another_currency_make_up_what_it_costs_here() {
    let lines = vec![line("1", 1_000, Some(by_seats(1_000))), line("2", 70, None)];
    let rate = Decimal::new(1_3333, 4);
    let rate =
        ExchangeRate::new(Currency::USD, "CAD".parse().unwrap(), rate, RateSource::QuickBooks, DAY)
            .unwrap();
    let bought = Expense { rate: Some(rate), ..expense(lines) };
    // 10.70 are worth 14.27; of the 13.34 for the first line 333 of 1,000 is for the first client.
    assert_eq!(bought.home_lines(), [1_334, 93]);
    assert_eq!(cost(&bought, Subject::Organization), (1_427, 2));
    assert_eq!(cost(&bought, Subject::Client(client(1))), (444, 1));
    assert_eq!(cost(&bought, Subject::Client(client(2))), (890, 1));
    assert_eq!(bought.for_client(&[client(1), client(2)]), Some(1_334));
}

#[test]
fn what_the_source_names_goes_before_what_was_decided_here() {
    let named = ExpenseLine { client: Some(client(9)), ..line("1", 1_000, Some(by_seats(1_000))) };
    assert_eq!(named.for_clients(1_000), BTreeMap::from([(client(9), 1_000)]));
    let allocated = named.allocated.clone().unwrap();
    assert_eq!((allocated.lapse(&named), named.in_force()), (Some(Lapse::NamesClient), None));
    assert_eq!(named.unallocated(), usd(0));
    // Of the catalogue it says which entry, and nothing of clients.
    let listed = ExpenseLine { service: Some(service(7)), ..line("1", 1_000, Some(stated(1_000))) };
    assert_eq!(listed.for_services(1_000), BTreeMap::from([(service(7), 1_000)]));
    assert_eq!(minors(&listed), [300, 500]);
    let without = ExpenseLine { service: None, ..listed };
    assert_eq!(without.for_services(1_000), BTreeMap::from([(service(1), 500)]));
    assert_eq!(without.unallocated(), usd(200));
}

#[test]
fn what_is_divided_by_a_key_follows_the_line_and_what_was_stated_lapses_when_it_does_not_fit() {
    let known = expense(vec![
        line("1", 1_000, Some(by_seats(1_000))),
        line("2", 1_000, Some(stated(1_000))),
    ]);
    // The lines have changed places, and amounts.
    let read = |stated, divided| {
        expense(vec![line("2", stated, None), line("1", divided, None)]).read_over(&known)
    };
    let again = read(800, -500);
    assert_eq!(minors(&again.lines[0]), [300, 500]);
    assert_eq!(minors(&again.lines[1]), [-167, -333]);
    assert_eq!(again.unallocated(), usd(0));
    let less = read(799, 1_000);
    let lapse = |line: &ExpenseLine| line.allocated.as_ref().and_then(|it| it.lapse(line));
    assert_eq!(lapse(&less.lines[0]), Some(Lapse::MoreThanLine));
    assert_eq!((minors(&less.lines[0]), less.unallocated()), (vec![], usd(799)));
    assert_eq!(lapse(&read(-800, 1).lines[0]), Some(Lapse::OtherSign));
    // Once it fits again, it holds again.
    let back = expense(vec![line("2", 1_000, None)]).read_over(&less);
    assert_eq!((minors(&back.lines[0]), back.unallocated()), (vec![300, 500], usd(200)));
    // What was decided of a line that is gone is gone with it.
    let other = expense(vec![line("3", 1_000, None)]).read_over(&known);
    assert_eq!(other.lines[0].allocated, None);
}

#[test]
fn a_line_that_was_read_before_lines_had_ids_is_the_one_in_its_place() {
    let unnamed = |minor, allocated| ExpenseLine { source_id: None, ..line("", minor, allocated) };
    let known = expense(vec![unnamed(70, None), unnamed(1_000, Some(by_seats(1_000)))]);
    let again = expense(vec![line("4", 70, None), line("5", 2_000, None)]).read_over(&known);
    assert_eq!(minors(&again.lines[1]), [667, 1_333]);
}

proptest! {
    /// Whatever a source makes of a line, what clients have and what is unallocated make it up.
    #[test]
    fn parts_and_rest_make_up_the_line_whatever_becomes_of_it(
        amounts in vec(-100_000_i64..100_000, 1..6),
        weights in vec(0_i64..500, 1..9),
        first in 1_i64..100_000,
    ) {
        let of = |place: usize| Target::Client(client(u128::try_from(place).unwrap()));
        let weighed: Vec<_> = weights.iter().enumerate().map(|(at, it)| (of(at), Some(*it))).collect();
        let key = (AllocationKey::Endpoints, Month::of(DAY));
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let divided = Allocated::by_key(usd(first), key, &weighed, AT).unwrap();
        let half = Allocated::exact(usd(first), [(of(0), first / 2)], AT).unwrap();
        let mut known = expense(vec![line("1", first, Some(divided)), line("2", first, Some(half))]);
        for (place, amount) in amounts.into_iter().enumerate() {
            let comes_to = i64::try_from(place).unwrap() * 97 * amount.signum();
            known = expense(vec![line("1", amount, None), line("2", amount, None)]).read_over(&known);
            for line in &known.lines {
                let given: i64 = line.for_clients(line.amount.minor).values().sum();
                prop_assert_eq!(given + line.unallocated().minor, amount);
                let here: i64 = line.for_clients(comes_to).values().sum();
                prop_assert!(here.abs() <= comes_to.abs(), "{} of {}", here, comes_to);
            }
            let whole: i64 = known.lines[0].for_clients(comes_to).values().sum();
            prop_assert!(amount == 0 || whole == comes_to);
            prop_assert_eq!(known.lines[0].unallocated(), usd(0));
            // By the weights of then, however often it was divided since.
            let afresh = Allocated::by_key(usd(amount), key, &weighed, AT).unwrap();
            prop_assert_eq!(known.lines[0].allocated.as_ref(), Some(&afresh));
        }
    }
}
