use jiff::{Timestamp, civil::date};
use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::{
    agreement::{
        Allowance, Exclusion, Frequency, Multiplier,
        line::tests::{line, price},
        standing::tests::agreement,
    },
    id::{ClientId, InvoiceId},
    period::Month,
    time_entry::{Charge, TimeInvoiced, tests::hour},
};

const START: Date = date(2026, 1, 1);

fn id(number: u128) -> TimeEntryId {
    TimeEntryId::new(Timestamp::UNIX_EPOCH, number)
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// So many minutes of approved work at 100 dollars an hour.
fn work(number: u128, minutes: i64) -> TimeEntry {
    let worked = WorkedTime { seconds: minutes * 60 };
    TimeEntry { id: id(number), worked, hourly_price: Some(usd(10_000)), ..hour() }
}

fn covered(number: u128, minutes: i64) -> TimeEntry {
    TimeEntry { status: BillingStatus::UnderContract, ..work(number, minutes) }
}

fn terms(minutes: Option<u32>, cap: Option<i64>) -> AgreementTerms {
    let id = agreement().id;
    let client = ClientId::new(Timestamp::UNIX_EPOCH, 1);
    AgreementTerms {
        allowance: minutes.map(|minutes| Allowance::Monthly { minutes, roll_over: None }),
        hours_cap: cap.map(|cap| Decimal::new(cap, 2).try_into().unwrap()),
        ..AgreementTerms::new(id, client, Frequency::Monthly)
    }
}

fn charged(
    terms: &AgreementTerms,
    lines: &[AgreementLine],
    entries: &[TimeEntry],
    included: Option<i64>,
) -> Hours {
    let agreement = agreement();
    let included = included.map(|minutes| WorkedTime { seconds: minutes * 60 });
    let currency = Currency::USD;
    let hourly = Hourly { agreement: &agreement, terms: Some(terms), lines, currency, included };
    let work: Vec<_> = entries.iter().map(|entry| Work { entry, category: None }).collect();
    hours(&hourly, &work, &|_| true)
}

fn sums(hours: &Hours) -> Vec<(i64, i64)> {
    hours.lines.iter().map(|line| (line.time.seconds / 60, line.amount.minor)).collect()
}

#[test]
fn approved_work_is_charged_each_piece_rounded_by_itself() {
    let plain = terms(None, None);
    let pending = TimeEntry { status: BillingStatus::Pending, ..work(4, 60) };
    let ignored = TimeEntry { status: BillingStatus::Ignored, ..work(5, 60) };
    let free = TimeEntry { billable: false, ..work(6, 60) };
    // Ten minutes are 16.666… dollars, so three times ten are 50.01.
    let entries = [work(1, 10), work(2, 10), work(3, 10), pending, ignored, free, covered(7, 60)];
    let hours = charged(&plain, &[], &entries, None);
    assert_eq!(sums(&hours), [(30, 5_001)]);
    assert_eq!(hours.entries, [(id(1), 1_667), (id(2), 1_667), (id(3), 1_667)]);
    assert_eq!((hours.not_approved, hours.unpriced), (1, 0));
    let line = &hours.lines[0];
    assert_eq!(line.text("Support"), "Support, 0.5 h × 100.00");
    assert_eq!(line.reasons(), [Reason::Hours { entries: 3 }]);
}

#[test]
fn work_without_a_price_takes_that_of_the_line_for_hours_or_is_told() {
    let multiplier: Multiplier = Decimal::new(15, 1).try_into().unwrap();
    let terms = AgreementTerms { after_hours_multiplier: Some(multiplier), ..terms(None, None) };
    let unpriced = TimeEntry { hourly_price: None, ..work(1, 60) };
    let night = TimeEntry { after_hours: true, id: id(2), ..unpriced.clone() };
    let unit = crate::agreement::PricingUnit::Hour;
    let sold = AgreementLine { unit, ..line("1", &[price(12_000, START)]) };
    let hours = charged(&terms, std::slice::from_ref(&sold), &[unpriced.clone(), night], None);
    assert_eq!(sums(&hours), [(60, 12_000), (60, 18_000)]);
    assert_eq!(hours.lines[0].line, Some(sold.id));
    assert_eq!(charged(&terms, &[], &[unpriced], None).unpriced, 1);
    let euro = Some(Money::new(1, "EUR".parse().unwrap()));
    assert_eq!(
        charged(&terms, &[], &[TimeEntry { hourly_price: euro, ..work(1, 60) }], None).unpriced,
        1
    );
}

#[test]
fn of_covered_work_what_is_beyond_the_included_time_is_charged() {
    let ten = terms(Some(600), None);
    let entries = [covered(1, 500), covered(2, 90), covered(3, 60)];
    let hours = charged(&ten, &[], &entries, Some(600));
    // 650 minutes of work, 600 included: of the last piece, 50 minutes.
    assert_eq!(sums(&hours), [(50, 8_333)]);
    assert_eq!(hours.entries, [(id(3), 8_333)]);
    assert!(hours.lines[0].beyond);
    assert_eq!(hours.lines[0].text("Support"), "Support, 0.83 h × 100.00, beyond what is included");
    assert_eq!(sums(&charged(&ten, &[], &entries, Some(650))), []);
    let excluded = AgreementTerms {
        exclusions: vec![Exclusion::Category("Projects".parse().unwrap())],
        ..ten
    };
    let agreement = agreement();
    let hourly = Hourly {
        agreement: &agreement,
        terms: Some(&excluded),
        lines: &[],
        currency: Currency::USD,
        included: Some(WorkedTime::default()),
    };
    let project = Work { entry: &entries[0], category: Some("projects") };
    assert_eq!(sums(&super::hours(&hourly, &[project], &|_| true)), []);
}

#[test]
fn a_cap_takes_off_what_comes_last_and_says_so() {
    let capped = terms(None, Some(15_000));
    let hours = charged(&capped, &[], &[work(1, 60), work(2, 60), work(3, 60)], None);
    assert_eq!(sums(&hours), [(180, 15_000)]);
    assert_eq!(hours.entries, [(id(1), 10_000), (id(2), 5_000), (id(3), 0)]);
    assert_eq!((hours.above_cap_minor, hours.lines[0].capped), (15_000, true));
    let text = hours.lines[0].text("Support");
    assert_eq!(text, "Support, 3 h × 100.00, up to the cap");
}

#[test]
fn work_belongs_to_the_agreement_that_charged_it_or_to_the_first_that_covers_it() {
    let number = |number| AgreementId::new(Timestamp::UNIX_EPOCH, number);
    let first = Agreement { id: number(1), end: None, ..agreement() };
    let later = Agreement { id: number(2), start: date(2026, 1, 2), ..first.clone() };
    let entry = TimeEntry { day: date(2026, 2, 1), ..work(1, 60) };
    let of = |entry: &TimeEntry, agreements: &[&Agreement]| {
        let agreements = agreements.iter().map(|agreement| (*agreement, None));
        charged_by(Work { entry, category: None }, agreements)
    };
    assert_eq!(of(&entry, &[&later, &first]), Some(first.id));
    let charge = Some(Charge { agreement: later.id, time: entry.worked });
    assert_eq!(of(&TimeEntry { charge, ..entry.clone() }, &[&first, &later]), Some(later.id));
    let ended = Agreement { end: Some(date(2026, 1, 31)), ..first.clone() };
    assert_eq!(of(&entry, &[&ended, &later]), Some(later.id));
    assert_eq!(of(&entry, &[]), None);
}

#[test]
fn what_is_claimed_is_claimed_once_and_let_go_of_with_its_invoice() {
    let client = ClientId::new(Timestamp::UNIX_EPOCH, 1);
    let [first, second] = [1, 2].map(|number| InvoiceId::new(Timestamp::UNIX_EPOCH, number));
    let claim = |invoice, entries: &[(TimeEntryId, i64)]| ClaimedBy {
        invoice,
        day: START,
        entries: entries.to_vec(),
    };
    let none = ClaimedTime::none(client, Month::of(START));
    let claimed = none.claimed(claim(first, &[(id(1), 5), (id(2), 6)]));
    let claimed = claimed.written(&[id(1), id(2)]).claimed(claim(second, &[(id(3), 7)]));
    let said = |minor, invoice| Some(TimeInvoiced { invoice, day: START, minor });
    assert_eq!(claimed.invoiced(id(2)), said(6, first));
    assert_eq!(claimed.count(), 3);
    let released = claimed.released(first);
    assert!(released.is_free(id(1)) && !released.is_free(id(3)));
    assert_eq!(released.unwritten, [id(1), id(2), id(3)].into());
}

proptest! {
    /// Whatever is worked, included and capped: lines and pieces of work come to the same, nothing
    /// exceeds the cap, and what is covered is charged exactly for what is beyond.
    #[test]
    fn lines_are_the_sum_of_their_work_within_the_limits(
        minutes in vec((1_i64..600, any::<bool>(), select(vec![None, Some(9_999), Some(12_345)])), 0..40),
        included in 0_i64..5_000,
        cap in proptest::option::of(0_i64..500_000),
    ) {
        let entries: Vec<_> = (1..).zip(&minutes).map(|(number, (minutes, covers, price))| {
            let entry = if *covers { covered(number, *minutes) } else { work(number, *minutes) };
            TimeEntry { hourly_price: price.map(usd), ..entry }
        }).collect();
        let terms = terms(Some(1), cap);
        let hours = charged(&terms, &[], &entries, Some(included));
        let lines: i64 = hours.lines.iter().map(|line| line.amount.minor).sum();
        prop_assert_eq!(lines, hours.entries.iter().map(|(_, minor)| *minor).sum::<i64>());
        prop_assert!(cap.is_none_or(|cap| lines <= cap));
        prop_assert!(cap.is_some() || hours.above_cap_minor == 0);
        let uncapped = charged(&AgreementTerms { hours_cap: None, ..terms }, &[], &entries, Some(included));
        let whole: i64 = uncapped.lines.iter().map(|line| line.amount.minor).sum();
        prop_assert_eq!(lines + hours.above_cap_minor, whole);
        let all_priced = minutes.iter().all(|(_, covers, price)| !covers || price.is_some());
        let total: i64 = minutes.iter().filter(|(_, covers, _)| *covers).map(|it| it.0).sum();
        let beyond: i64 = hours.lines.iter().filter(|it| it.beyond).map(|it| it.time.seconds / 60).sum();
        prop_assert!(!all_priced || beyond == (total - included).max(0));
    }
}
