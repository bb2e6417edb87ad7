use jiff::{Timestamp, ToSpan as _, civil::date};
use proptest::{collection::btree_map, option, prelude::*, sample::select};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::json;

use super::*;
use crate::{books::ClosedPeriod, money::Currency};

const START: Date = date(2026, 1, 1);

pub(crate) fn price(minor: i64, effective_from: Date) -> DatedPrice {
    let unit_price = Money::new(minor, Currency::USD);
    DatedPrice { effective_from, unit_price, unit_cost: None }
}

/// A flat line, charged every month from the first day of 2026.
pub(crate) fn line(quantity: &str, prices: &[DatedPrice]) -> AgreementLine {
    AgreementLine {
        id: AgreementLineId::new(Timestamp::UNIX_EPOCH, 1),
        agreement: AgreementId::new(Timestamp::UNIX_EPOCH, 1),
        client: ClientId::new(Timestamp::UNIX_EPOCH, 1),
        service: None,
        description: "Managed workstation".to_owned(),
        offering: Offering::Service,
        unit: PricingUnit::Flat,
        quantity: quantity.parse::<Decimal>().unwrap().try_into().unwrap(),
        prices: Prices::new(prices.to_vec()).unwrap(),
        frequency: Frequency::Monthly,
        start: START,
        end: None,
        included_minutes: None,
        tax_code: None,
    }
}

fn any_quantity() -> impl Strategy<Value = Quantity> {
    (0_i64..1_000_000).prop_map(|it| Decimal::new(it, 2).try_into().unwrap())
}

fn any_prices() -> impl Strategy<Value = Prices> {
    btree_map(0_i64..1_500, 0_i64..1_000_000, 1..4).prop_map(|by_day| {
        let prices = by_day.into_iter().map(|(days, minor)| price(minor, START + days.days()));
        Prices::new(prices.collect()).unwrap()
    })
}

pub(crate) fn any_line() -> impl Strategy<Value = AgreementLine> {
    use {Frequency::*, PricingUnit::*};
    let words = (
        select(vec![User, Device, Hour, Month, Flat]),
        select(vec![Monthly, Quarterly, Annual, OneTime]),
    );
    let days = (0_i64..1_000, option::of(0_i64..1_000));
    (any_quantity(), any_prices(), words, days).prop_map(
        |(quantity, prices, (unit, frequency), (first, length))| {
            let start = START + first.days();
            let end = length.map(|length| start + length.days());
            let line = line("1", &[price(0, START)]);
            AgreementLine { unit, quantity, prices, frequency, start, end, ..line }
        },
    )
}

fn minor(amount: Result<Option<Money>, MoneyError>) -> Option<i64> {
    amount.unwrap().map(|money| money.minor)
}

#[test]
fn an_amount_is_quantity_times_price_rounded_once_half_to_even() {
    let amount = |quantity, unit_price| {
        minor(line(quantity, &[price(unit_price, START)]).amount_on(START, None))
    };
    assert_eq!(amount("12", 4_250), Some(51_000));
    assert_eq!(
        [amount("0.5", 1), amount("0.5", 3), amount("2.55", 110)],
        [Some(0), Some(2), Some(280)]
    );
}

#[test]
fn a_line_is_in_force_from_its_first_day_to_its_last() {
    let end = Some(date(2026, 3, 31));
    let line = AgreementLine { end, ..line("1", &[price(100, START)]) };
    let amount = |day| minor(line.amount_on(day, None));
    assert_eq!([amount(date(2025, 12, 31)), amount(START)], [None, Some(100)]);
    assert_eq!([amount(date(2026, 3, 31)), amount(date(2026, 4, 1))], [Some(100), None]);
    assert_eq!(minor(line.monthly_value(date(2026, 4, 1), None)), Some(0));
}

#[test]
fn without_a_price_yet_there_is_no_amount_and_no_monthly_value() {
    let line = line("1", &[price(100, date(2026, 2, 1))]);
    assert_eq!(minor(line.amount_on(START, None)), None);
    assert_eq!(minor(line.monthly_value(START, None)), None);
}

#[test]
fn the_monthly_value_is_the_share_of_a_month() {
    let monthly = |frequency, unit| {
        let line = AgreementLine { unit, frequency, ..line("1", &[price(120_000, START)]) };
        minor(line.monthly_value(START, None)).unwrap()
    };
    assert_eq!(monthly(Frequency::Monthly, PricingUnit::User), 120_000);
    assert_eq!(monthly(Frequency::Quarterly, PricingUnit::Device), 40_000);
    assert_eq!(monthly(Frequency::Annual, PricingUnit::Flat), 10_000);
    assert_eq!(monthly(Frequency::OneTime, PricingUnit::Flat), 0);
    assert_eq!(monthly(Frequency::Monthly, PricingUnit::Hour), 0);
}

#[test]
fn a_price_set_later_starts_the_rises_anew_from_itself() {
    let percent = Decimal::TEN.try_into().unwrap();
    let every_months = Months::YEAR;
    let escalator = Escalator { percent, every_months, first_on: date(2027, 1, 1) };
    let line = line("2", &[price(1_000, START), price(2_000, date(2027, 7, 1))]);
    let amount = |day| minor(line.amount_on(day, Some(&escalator)));
    assert_eq!(amount(date(2026, 12, 1)), Some(2_000));
    assert_eq!(amount(date(2027, 1, 1)), Some(2_200));
    // The new price is what was agreed: January's rise is in it, and the next one is on its day.
    assert_eq!(amount(date(2027, 7, 1)), Some(4_000));
    assert_eq!(amount(date(2028, 1, 1)), Some(4_400));
}

#[test]
fn a_price_in_a_closed_month_is_refused() {
    let line = line("1", &[price(100, START)]);
    let books = Books { closed_through: Some("2026-02".parse().unwrap()) };
    let month = "2026-02".parse().unwrap();
    let refused = line.set_price(price(200, date(2026, 2, 28)), books).unwrap_err();
    assert_eq!(refused, PriceError::Closed(ClosedPeriod { month }));
    let changed = line.set_price(price(200, date(2026, 3, 1)), books).unwrap();
    assert_eq!(minor(changed.amount_on(date(2026, 2, 28), None)), Some(100));
    assert_eq!(minor(changed.amount_on(date(2026, 3, 1), None)), Some(200));
}

#[test]
fn a_line_reads_as_it_is_written() {
    let line = line("12.50", &[price(4_250, START)]);
    let text = serde_json::to_value(&line).unwrap();
    assert_eq!(text["quantity"], json!("12.5"));
    assert_eq!(text["prices"][0]["unitPrice"], json!({"minor": 4_250, "currency": "USD"}));
    assert_eq!(serde_json::from_value::<AgreementLine>(text).unwrap(), line);
}

proptest! {
    #[test]
    fn twelve_monthly_values_are_the_years_charge_to_six_units(line in any_line()) {
        let day = line.prices.all()[0].effective_from.max(line.start);
        if line.frequency == Frequency::Annual && line.is_recurring() && line.is_active_on(day) {
            let year = minor(line.amount_on(day, None)).unwrap();
            let month = minor(line.monthly_value(day, None)).unwrap();
            prop_assert!((12 * month - year).abs() <= 6);
        }
    }

    #[test]
    fn amounts_are_the_exact_product_rounded_once(quantity in any_quantity(), minor in any::<i32>()) {
        let line = AgreementLine { quantity, ..line("1", &[price(minor.into(), START)]) };
        let exact = Decimal::from(quantity) * Decimal::from(minor);
        let rounded = exact.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven);
        let amount = line.amount_on(START, None).unwrap().unwrap();
        prop_assert_eq!(Decimal::from(amount.minor), rounded);
    }
}
