use jiff::{ToSpan as _, civil::date};
use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    id::InvoiceId,
    money::{Currency, Money},
    standing::StandingDelta,
    time_entry::{BillingStatus, TimeEntry, TimeInvoiced, tests::hour},
};

const TODAY: Date = date(2026, 10, 31);

/// Work of so many days ago, of which nothing has become yet.
fn work(days_ago: i64, hours: i64, price_minor: i64) -> Work {
    Work {
        day: TODAY - days_ago.days(),
        time: WorkedTime { seconds: hours * 3_600 },
        price_minor: Some(price_minor),
        outcome: Outcome::Unbilled,
    }
}

fn invoiced(work: Work, after_days: i64, minor: i64) -> Work {
    Work { outcome: Outcome::Invoiced { on: work.day + after_days.days(), minor }, ..work }
}

fn written_off(work: Work) -> Work {
    Work { outcome: Outcome::WrittenOff { on: work.day }, ..work }
}

fn today(work: impl IntoIterator<Item = Work>) -> BillingEfficiency {
    BillingEfficiency::as_of(TODAY, work)
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn entry() -> impl Strategy<Value = TimeEntry> {
    let price = proptest::option::of(0_i64..20_000);
    let status = proptest::sample::select(vec![
        BillingStatus::Pending,
        BillingStatus::Approved,
        BillingStatus::Ignored,
        BillingStatus::Invoiced,
        BillingStatus::UnderContract,
    ]);
    let imported = proptest::option::of(Just(crate::source::Origin {
        source: crate::source::Source::SuperOps,
        kind: "WorklogEntry".to_owned(),
        external_id: "1".to_owned(),
        revision: None,
    }));
    let invoiced = proptest::option::weighted(0.2, (0_i64..60, 0_i64..90_000));
    (0_i64..200, 0_i64..40_000, price, status, any::<bool>(), imported, invoiced).prop_map(
        |(ago, seconds, price, status, billable, origin, invoiced)| TimeEntry {
            invoiced: invoiced.map(|(after, minor)| TimeInvoiced {
                invoice: InvoiceId::new(jiff::Timestamp::UNIX_EPOCH, 1),
                day: (TODAY - ago.days() + after.days()).min(TODAY),
                minor,
            }),
            day: TODAY - ago.days(),
            worked: WorkedTime { seconds },
            hourly_price: price.map(|minor| Money::new(minor, Currency::USD)),
            status,
            billable,
            origin,
            ..hour()
        },
    )
}

#[test]
fn work_on_an_invoice_that_nobody_names_is_billed_at_its_price_and_has_no_lag() {
    let somewhere = |work| Work { outcome: Outcome::InvoicedSomewhere, ..work };
    let sums = today([somewhere(work(9, 3, 30_000)), work(9, 1, 10_000)]);
    assert_eq!(
        (sums.time_ratio(), sums.worth_ratio()),
        (Some(decimal("0.75")), Some(decimal("0.75")))
    );
    assert_eq!((sums.money_ratio(), sums.average_lag()), (None, None));
    assert_eq!(sums.somewhere, WorkSum { time: WorkedTime { seconds: 10_800 }, minor: 30_000 });
}

#[test]
fn work_of_which_nobody_says_what_became_is_neither_billed_nor_unbilled() {
    let unknown = Work { outcome: Outcome::Unknown, ..work(9, 3, 30_000) };
    let sums = today([unknown, invoiced(work(9, 1, 10_000), 1, 10_000)]);
    assert_eq!(sums.unknown, WorkSum { time: WorkedTime { seconds: 10_800 }, minor: 30_000 });
    assert_eq!((sums.time_ratio(), sums.money_ratio()), (Some(decimal("1")), Some(decimal("1"))));
    assert_eq!(all_unbilled(&sums), WorkSum::default());
    assert_eq!(today([unknown]).time_ratio(), None);
}

/// <https://timix.ai/guides/realization-rate>: of 1,000 billable hours 870 are invoiced.
#[test]
fn the_published_hours() {
    let sums = today([invoiced(work(20, 870, 87_000), 5, 87_000), work(20, 130, 13_000)]);
    assert_eq!(sums.time_ratio(), Some(decimal("0.87")));
}

/// <https://everhour.com/calculators/realization-rate-calculator>: $8,100 of billable value are
/// invoiced as $7,290 after a write-down.
#[test]
fn the_published_write_down() {
    let sums = today([invoiced(work(20, 54, 810_000), 5, 729_000)]);
    assert_eq!((sums.money_ratio(), sums.time_ratio()), (Some(decimal("0.9")), Some(decimal("1"))));
}

#[test]
fn what_is_written_off_is_billable_and_never_billed() {
    let sums = today([invoiced(work(9, 3, 30_000), 2, 30_000), written_off(work(9, 1, 10_000))]);
    assert_eq!(
        (sums.time_ratio(), sums.money_ratio()),
        (Some(decimal("0.75")), Some(decimal("0.75")))
    );
    assert_eq!(sums.write_off_ratio(), Some(decimal("0.3333")));
    assert!(UnbilledAge::ALL.iter().all(|age| sums.unbilled(*age) == WorkSum::default()));
}

#[test]
fn of_nothing_there_is_no_ratio() {
    let sums = today([]);
    assert_eq!((sums.time_ratio(), sums.money_ratio(), sums.write_off_ratio()), (None, None, None));
    assert_eq!(sums.average_lag(), None);
    assert_eq!(today([written_off(work(9, 1, 10_000))]).write_off_ratio(), None);
}

#[test]
fn unbilled_work_falls_into_ages_at_their_edges() {
    use UnbilledAge::{Days30, Days60, Days90, Older};
    let edges = [
        (0, Days30),
        (30, Days30),
        (31, Days60),
        (60, Days60),
        (61, Days90),
        (90, Days90),
        (91, Older),
    ];
    for (days_ago, age) in edges {
        let sums = today([work(days_ago, 2, 700)]);
        let expected = WorkSum { time: WorkedTime { seconds: 7_200 }, minor: 700 };
        assert_eq!(sums.unbilled(age), expected, "{days_ago}");
    }
}

#[test]
fn work_without_a_price_is_told_and_worth_what_was_invoiced_for_it() {
    let free = |work| Work { price_minor: None, ..work };
    let sums = today([
        invoiced(work(9, 1, 100), 1, 100),
        free(invoiced(work(9, 1, 0), 1, 50)),
        free(work(9, 2, 0)),
    ]);
    assert_eq!((sums.billable.minor, sums.billed.minor), (150, 150));
    assert_eq!(sums.unpriced, WorkedTime { seconds: 7_200 });
    assert_eq!((sums.money_ratio(), sums.time_ratio()), (Some(decimal("1")), Some(decimal("0.5"))));
}

#[test]
fn a_day_knows_nothing_of_later_ones() {
    let work = [invoiced(work(40, 1, 100), 10, 100), written_off(work(5, 1, 100)), work(0, 1, 100)];
    let before = BillingEfficiency::as_of(TODAY - 35.days(), work);
    assert_eq!((before.billable.minor, before.billed.minor, before.average_lag()), (100, 0, None));
    assert_eq!(before.unbilled(UnbilledAge::Days30).minor, 100);
    // An invoice counts on its own day.
    assert_eq!(BillingEfficiency::as_of(TODAY - 30.days(), work).billed.minor, 100);
    let lag = today(work).average_lag();
    assert_eq!((today(work).billable.minor, lag), (300, Some(decimal("10"))));
}

#[test]
fn days_from_work_to_invoice() {
    let lags = [1, 2, 3, 4, 5, 6, 7, 8, 9, 30];
    let sums = today(lags.map(|after| invoiced(work(60, 1, 100), after, 100)));
    assert_eq!(sums.average_lag(), Some(decimal("7.5")));
}

fn any_work() -> impl Strategy<Value = Work> {
    let price = proptest::option::of(0_i64..1_000_000);
    let outcome = (0_u8..3, -5_i64..200, 0_i64..1_000_000);
    (-20_i64..200, 0_i64..40_000, price, outcome).prop_map(
        |(ago, seconds, price_minor, outcome)| {
            let day = TODAY - ago.days();
            let (kind, after, minor) = outcome;
            let on = day + after.days();
            let outcome = match kind {
                0 => Outcome::Unbilled,
                1 => Outcome::Invoiced { on, minor },
                _ => Outcome::WrittenOff { on },
            };
            Work { day, time: WorkedTime { seconds }, price_minor, outcome }
        },
    )
}

fn all_unbilled(sums: &BillingEfficiency) -> WorkSum {
    let mut sum = WorkSum::default();
    for age in UnbilledAge::ALL {
        sum += sums.unbilled(age);
    }
    sum
}

proptest! {
    #[test]
    fn all_billable_time_is_billed_written_off_or_unbilled(work in vec(any_work(), 0..30)) {
        let done: i64 =
            work.iter().filter(|work| work.day <= TODAY).map(|work| work.time.seconds).sum();
        let sums = today(work);
        let parts = sums.billed.time + sums.written_off.time + all_unbilled(&sums).time;
        prop_assert_eq!((sums.billable.time, parts.seconds), (parts, done));
        if let Some(ratio) = sums.time_ratio() {
            prop_assert!((Decimal::ZERO..=Decimal::ONE).contains(&ratio));
        }
    }

    /// Sums say what a walk through the entries says, and go when the entries go.
    #[test]
    fn sums_say_what_the_entries_say(entries in vec(entry(), 0..40)) {
        let mut delta = StandingDelta::default();
        for entry in &entries {
            delta.merge(StandingDelta::of_time(entry));
        }
        let sums = delta.changes().map(|(bucket, sum)| (bucket.day, sum));
        let walked = today(entries.iter().filter_map(TimeEntry::work));
        prop_assert_eq!(BillingEfficiency::on(TODAY, sums), walked);
        let mut twice = delta.clone();
        twice.merge(delta.negated());
        prop_assert_eq!(twice.changes().count(), 0);
    }

    #[test]
    fn what_is_invoiced_at_its_price_adds_up_in_money_too(work in vec(any_work(), 0..30)) {
        let at_price = work.into_iter().map(|work| match (work.outcome, work.price_minor) {
            (Outcome::Invoiced { on, .. }, Some(minor)) => {
                Work { outcome: Outcome::Invoiced { on, minor }, ..work }
            }
            _ => work,
        });
        let sums = today(at_price);
        let parts = sums.billed.minor + sums.written_off.minor + all_unbilled(&sums).minor;
        prop_assert_eq!(sums.billable.minor, parts);
    }

    #[test]
    fn the_order_of_the_work_changes_nothing(
        (work, shuffled) in vec(any_work(), 0..30)
            .prop_flat_map(|work| (Just(work.clone()), Just(work).prop_shuffle())),
    ) {
        prop_assert_eq!(today(work), today(shuffled));
    }

    #[test]
    fn invoicing_what_was_unbilled_never_lowers_what_is_billed(
        mut work in vec(any_work(), 1..30), at in 0_usize..30,
    ) {
        let before = today(work.iter().copied());
        let at = at % work.len();
        if work[at].outcome == Outcome::Unbilled {
            work[at] = invoiced(work[at], 0, work[at].price_minor.unwrap_or_default());
        }
        prop_assert!(before.time_ratio() <= today(work).time_ratio());
    }
}
