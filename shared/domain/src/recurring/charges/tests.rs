use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use proptest::prelude::*;

use super::*;
use crate::{
    agreement::{
        Months,
        line::tests::{any_line, line, price},
        standing::tests::agreement,
    },
    service::Offering,
};

const START: Date = date(2026, 1, 1);
const DAY: Date = date(2026, 10, 3);

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// Ten units of a price in cents, every month since January.
fn ten(minor: i64) -> AgreementLine {
    line("10", &[price(minor, START)])
}

fn open() -> Agreement {
    Agreement { end: None, ..agreement() }
}

fn charged(agreement: &Agreement, counts: Counts, lines: &[AgreementLine], text: &str) -> Charges {
    let agreed = Agreed { agreement, escalator: None, lines, currency: Currency::USD, counts };
    charges(&agreed, month(text))
}

/// The amounts of October.
fn october(lines: &[AgreementLine]) -> Vec<i64> {
    amounts(&charged(&open(), Counts::default(), lines, "2026-10"))
}

fn amounts(charges: &Charges) -> Vec<i64> {
    assert_eq!(charges.unbilled, []);
    charges.lines.iter().map(|line| line.amount.minor).collect()
}

fn refused(charges: &Charges) -> Vec<WhyNot> {
    charges.unbilled.iter().map(|unbilled| unbilled.why).collect()
}

#[test]
fn a_whole_month_costs_what_is_agreed() {
    let charges = charged(&open(), Counts::default(), &[ten(4_500)], "2026-10");
    let line = &charges.lines[0];
    assert_eq!((line.amount.minor, &line.reasons[..]), (45_000, &[Reason::WholePeriod][..]));
    let text = "Managed workstation, 2026-10-01 to 2026-10-31";
    assert_eq!(line.text("Managed workstation"), text);
    // Half a unit of a cent is half a cent: away from zero, as on every invoice.
    assert_eq!(october(&[line_of("0.5", 1)]), [1]);
}

fn line_of(quantity: &str, minor: i64) -> AgreementLine {
    line(quantity, &[price(minor, START)])
}

#[test]
fn a_part_of_a_month_costs_its_days() {
    let day = date(2026, 10, 15);
    let until = AgreementLine { end: Some(day - 1.days()), ..ten(4_500) };
    let from = AgreementLine { start: day, ..ten(4_500) };
    // 450 × 14 ÷ 31 = 203.2258…, and the rest of 450.
    assert_eq!(october(&[until.clone(), from.clone()]), [20_323, 24_677]);
    let charges = charged(&open(), Counts::default(), &[until, from], "2026-10");
    assert_eq!(charges.lines[1].reasons, [Reason::Prorated { days: 17, of: 31 }]);
    let text = "Care, 2026-10-15 to 2026-10-31 (17 of 31 days of 10 × 45.00)";
    assert_eq!(charges.lines[1].text("Care"), text);
    let (quantity, unit_price) = charges.lines[1].factors().unwrap();
    assert_eq!(gross(quantity, unit_price, Currency::USD), Some(24_677));
}

#[test]
fn a_price_that_changes_within_a_month_counts_from_its_day() {
    let day = date(2026, 10, 11);
    let line = line("10", &[price(4_500, START), price(5_000, day)]);
    let charges = charged(&open(), Counts::default(), &[line], "2026-10");
    // 450 × 10 ÷ 31 = 145.16…; 500 − 500 × 10 ÷ 31 = 500 − 161.29…
    assert_eq!(amounts(&charges), [14_516, 33_871]);
    let changed = [Reason::Prorated { days: 21, of: 31 }, Reason::PriceChanged { from: day }];
    assert_eq!(charges.lines[1].reasons, changed);
}

#[test]
fn a_rise_that_was_agreed_counts_from_its_day() {
    let percent = Decimal::new(35, 1).try_into().unwrap();
    let (every_months, first_on) = (Months::YEAR, date(2026, 10, 16));
    let escalator = Escalator { percent, every_months, first_on };
    let lines = [line_of("1", 100_000)];
    let (agreement, counts) = (open(), Counts::default());
    let agreed = Agreed {
        agreement: &agreement,
        escalator: Some(&escalator),
        lines: &lines,
        currency: Currency::USD,
        counts,
    };
    // 1,000 × 15 ÷ 31 = 483.87…; 1,035 − 1,035 × 15 ÷ 31 = 1,035 − 500.806…
    assert_eq!(amounts(&charges(&agreed, month("2026-10"))), [48_387, 53_419]);
    assert_eq!(amounts(&charges(&agreed, month("2026-11"))), [103_500]);
}

#[test]
fn a_longer_span_is_charged_whole_where_it_begins_and_by_the_day_where_it_is_cut() {
    let annual = AgreementLine {
        frequency: Frequency::Annual,
        start: date(2026, 3, 1),
        ..line_of("1", 120_000)
    };
    let of = |line: &AgreementLine, text| {
        amounts(&charged(&open(), Counts::default(), std::slice::from_ref(line), text))
    };
    assert_eq!([of(&annual, "2026-03"), of(&annual, "2026-04")], [vec![120_000], vec![]]);
    assert_eq!(of(&annual, "2027-03"), [120_000]);
    let cut = AgreementLine { end: Some(date(2026, 8, 31)), ..annual };
    // 184 of 365 days.
    assert_eq!(of(&cut, "2026-03"), [60_493]);
    assert_eq!(of(&cut, "2027-03"), Vec::<i64>::new());
    let once = AgreementLine { frequency: Frequency::OneTime, ..cut };
    let charges = charged(&open(), Counts::default(), &[once], "2026-03");
    let line = &charges.lines[0];
    assert_eq!((line.amount.minor, line.text("Set-up")), (120_000, "Set-up".to_owned()));
}

#[test]
fn usage_is_charged_as_it_was_counted_and_at_least_as_agreed() {
    let usage = Agreement { kind: AgreementKind::Usage, ..open() };
    let line = AgreementLine { unit: PricingUnit::User, ..ten(4_500) };
    let users = |number| Counts { users: Some(Count { number, day: DAY }), devices: None };
    let of = |agreement: &Agreement, counts| {
        charged(agreement, counts, std::slice::from_ref(&line), "2026-10")
    };
    let more = of(&usage, users(12));
    let why = [Reason::WholePeriod, Reason::Counted(Count { number: 12, day: DAY })];
    assert_eq!((amounts(&more), &more.lines[0].reasons[..]), (vec![54_000], &why[..]));
    let fewer = of(&usage, users(7));
    let why = Reason::Minimum(Count { number: 7, day: DAY });
    assert_eq!((amounts(&fewer), fewer.lines[0].reasons[1]), (vec![45_000], why));
    let none = of(&usage, Counts::default());
    assert_eq!(refused(&none), [WhyNot::NoCount { kind: UsageKind::Users }]);
    assert!(none.is_incomplete() && none.lines.is_empty());
    // Another kind of agreement is for so many, however many there are.
    assert_eq!(amounts(&of(&open(), users(12))), [45_000]);
}

#[test]
fn what_is_not_charged_says_why() {
    let of = |agreement: &Agreement, line: AgreementLine| {
        charged(agreement, Counts::default(), &[line], "2026-10")
    };
    let hours = of(&open(), AgreementLine { unit: PricingUnit::Hour, ..ten(1) });
    assert_eq!((refused(&hours), hours.is_incomplete()), (vec![WhyNot::ByTheHour], false));
    let draft = Agreement { status: AgreementStatus::Draft, ..open() };
    assert_eq!(refused(&of(&draft, ten(1))), [WhyNot::Draft]);
    let ended = |end| Agreement { status: AgreementStatus::Inactive, end, ..open() };
    assert_eq!(refused(&of(&ended(None), ten(1))), [WhyNot::EndUnknown]);
    assert_eq!(refused(&of(&ended(Some(date(2026, 11, 1))), ten(1))), [WhyNot::EndUnknown]);
    // 10 of 31 days, until the day on which it ended.
    assert_eq!(amounts(&of(&ended(Some(date(2026, 10, 10))), ten(310))), [1_000]);
    assert_eq!(of(&ended(Some(date(2026, 9, 30))), ten(1)), Charges::default());
    // The days before its first price are told, the others charged.
    let late = of(&open(), line("1", &[price(3_100, date(2026, 10, 22))]));
    assert_eq!((refused(&late), late.lines[0].amount.minor), (vec![WhyNot::NoPrice], 1_000));
    assert_eq!((late.unbilled[0].days.count(), late.is_incomplete()), (21, true));
    let agreement = open();
    let lines = [ten(1)];
    let (currency, counts) = ("EUR".parse().unwrap(), Counts::default());
    let agreed = Agreed { agreement: &agreement, escalator: None, lines: &lines, currency, counts };
    assert_eq!(refused(&charges(&agreed, month("2026-10"))), [WhyNot::OtherCurrency]);
    assert_eq!(refused(&of(&open(), line_of("1000000", 1_000_000_000))), [WhyNot::TooLarge]);
}

#[test]
fn a_line_keeps_what_it_sells() {
    let line = AgreementLine { offering: Offering::Product, ..ten(1) };
    let charges = charged(&open(), Counts::default(), std::slice::from_ref(&line), "2026-10");
    assert_eq!((charges.lines[0].line, charges.lines[0].offering), (line.id, Offering::Product));
}

proptest! {
    /// However a month is cut into lines, at one price they make up that price.
    #[test]
    fn no_cent_is_lost_where_a_span_is_cut(
        minor in 0_i64..1_000_000, quarterly in any::<bool>(),
        cuts in proptest::collection::btree_set(1_i64..89, 0..12),
    ) {
        let frequency = if quarterly { Frequency::Quarterly } else { Frequency::Monthly };
        let whole = AgreementLine { frequency, ..line_of("1", minor) };
        let (mut first, mut sum) = (START, 0);
        let ends = cuts.iter().map(|cut| START + cut.days()).map(Some).chain([None]);
        for end in ends {
            // The agreement is what is cut: the span stays that of the line.
            let agreement = Agreement { start: first, end: end.map(|it| it - 1.days()), ..open() };
            for number in 0..3 {
                let text = month("2026-01").plus(number).to_string();
                let lines = std::slice::from_ref(&whole);
                sum += amounts(&charged(&agreement, Counts::default(), lines, &text))
                    .iter()
                    .sum::<i64>();
            }
            first = end.unwrap_or(first);
        }
        prop_assert_eq!(sum, if quarterly { minor } else { 3 * minor });
    }

    /// What an invoice multiplies is what the line comes to.
    #[test]
    fn an_invoice_comes_to_the_same(line in any_line(), number in 0_i32..40) {
        let text = month("2026-01").plus(number).to_string();
        let charges = charged(&open(), Counts::default(), &[line], &text);
        for line in charges.lines {
            let (quantity, unit_price) = line.factors().unwrap();
            prop_assert_eq!(gross(quantity, unit_price, Currency::USD), Some(line.amount.minor));
        }
    }
}
