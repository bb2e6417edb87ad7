use std::collections::BTreeMap;

use clearmargin_domain::{
    agreement::{Escalator, Quantity, Renewal},
    period::{Month, Period},
    rollup::Measures,
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{costs::is_work, *};
use crate::snapshot::{
    Client, Snapshot,
    sold::{Entry, Sold, SoldAgreement, SoldLine},
};

const DAY: Date = date(2026, 7, 1);

fn client_id(number: u128) -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, number)
}

fn service(number: u128) -> ServiceId {
    ServiceId::new(Timestamp::UNIX_EPOCH, number)
}

fn month(back: i32) -> Month {
    Month::of(DAY).plus(-back)
}

/// A client with the same sums in so many months.
fn client(months: i32, sums: Measures) -> Client {
    let months = (1..=months).map(|back| (month(back), sums)).collect();
    Client { active: true, months, ..Client::default() }
}

/// A month in which work for $1,000 took ten hours that cost $600.
fn usual() -> Measures {
    Measures {
        service_revenue_minor: 100_000,
        labour_cost_minor: 60_000,
        worked_seconds: 36_000,
        ..Measures::default()
    }
}

fn line(number: u128, offering: Offering, quantity: i64, price: i64) -> SoldLine {
    SoldLine {
        id: AgreementLineId::new(Timestamp::UNIX_EPOCH, number),
        service: None,
        offering,
        unit: PricingUnit::User,
        quantity: Quantity::try_from(Decimal::from(quantity)).unwrap(),
        every: Some(Months::ONE),
        unit_price: Some(price),
        unit_cost: None,
        foreign: false,
    }
}

fn work(number: u128, quantity: i64, price: i64) -> SoldLine {
    line(number, Offering::Service, quantity, price)
}

fn agreement(number: u128, of: u128, lines: Vec<SoldLine>) -> SoldAgreement {
    SoldAgreement {
        id: AgreementId::new(Timestamp::UNIX_EPOCH, number),
        client: client_id(of),
        end: None,
        renewal: None,
        escalator: None,
        lines,
    }
}

fn snapshot(clients: Vec<(u128, Client)>, agreements: Vec<SoldAgreement>) -> Snapshot {
    let period = Period::ending(month(1), 60);
    let clients: BTreeMap<_, _> =
        clients.into_iter().map(|(number, client)| (client_id(number), client)).collect();
    let mut organization: BTreeMap<Month, Measures> = BTreeMap::new();
    for (month, sums) in clients.values().flat_map(|client| &client.months) {
        let whole = organization.entry(*month).or_default();
        *whole = whole.plus(*sums);
    }
    let sold = Sold { agreements, ..Sold::default() };
    Snapshot { organization, clients, sold, ..Snapshot::empty(DAY, period) }
}

fn one(client: Client, agreement: SoldAgreement) -> Costed {
    of_snapshot(&snapshot(vec![(1, client)], vec![agreement])).agreements.remove(0)
}

fn costed_line(line: SoldLine) -> LineCost {
    one(client(12, usual()), agreement(1, 1, vec![line])).lines.unwrap().remove(0)
}

fn targeted(costed: &Costed, wishes: Wishes) -> Target {
    let book = PriceBook { agreements: vec![costed.clone()] };
    let mut priced = book.answer(wishes);
    priced.agreements.remove(0).outcome.unwrap()
}

#[test]
fn target_floor_and_break_even_of_the_worked_example() {
    // Ten users at $100 bring $12,000 a year; labour is $7,200: a margin of 40 %.
    let costed = one(client(12, usual()), agreement(1, 1, vec![work(1, 10, 10_000)]));
    let target = targeted(&costed, Wishes::default());
    assert_eq!((target.brings, target.costs), (1_200_000, 720_000));
    assert_eq!(target.margin(), Some(Decimal::new(4, 1)));
    // 7,200 ÷ (1 − 0.5) = 14,400, which is $120 a user: just what a price may rise by in a year.
    assert_eq!((target.target, target.advice), (1_440_000, Advice::Raise));
    let line = &target.lines[0];
    assert_eq!((line.target_price, line.proposed), (12_000, 12_000));
    // $7,200 ÷ 120 user months = $60; ÷ 0.65 = $92.307…, rounded up.
    assert_eq!((line.cost_price, line.floor_price), (Some(6_000), Some(9_231)));
    assert!(!target.below_floor);
    let raise = target.raise.unwrap();
    // $2,400 more; it would bring $7,200 over its costs; a raise of 20 % makes 10 % more leave.
    assert_eq!((raise.gain, raise.leaving), (240_000, 100_000));
    assert_eq!((raise.expected_loss, raise.expected), (72_000, 168_000));
    // 2,400 ÷ 7,200: at a third, (1 − ⅓) × 7,200 = 4,800, as before.
    assert_eq!(raise.break_even, 333_333);
}

#[test]
fn a_target_price_starts_from_what_is_brought_before_it_is_rounded() {
    // 3.91 × $55.60 a year is $217.396, which rounds to $217.40.
    let yearly = SoldLine {
        quantity: Decimal::new(391, 2).try_into().unwrap(),
        every: Some(Months::YEAR),
        ..work(1, 1, 5_560)
    };
    let line = LineCost { labour: 21_740, ..costed_line(yearly) };
    let costed =
        Costed { lines: Ok(vec![line]), ..one(client(12, usual()), agreement(1, 1, vec![])) };
    let target = targeted(&costed, Wishes { target: 93, ..Wishes::default() });
    // $217.40 of labour ÷ 0.07 is $3,105.72; × $55.60 ÷ $217.396 is $794.3018, rounded up.
    assert_eq!((target.brings, target.target), (21_740, 310_572));
    assert_eq!(target.lines[0].target_price, 79_431);
}

#[test]
fn a_raise_stops_at_the_cap_and_says_that_more_is_to_follow() {
    let dear = Measures { labour_cost_minor: 90_000, ..usual() };
    let costed = one(client(12, dear), agreement(1, 1, vec![work(1, 10, 10_000)]));
    let target = targeted(&costed, Wishes::default());
    assert_eq!((target.advice, target.below_floor), (Advice::RaiseAndMore, true));
    let line = &target.lines[0];
    assert_eq!((line.target_price, line.proposed), (18_000, 12_000));
}

#[test]
fn what_an_assumed_loss_eats_up_is_not_proposed() {
    let costed = one(client(12, usual()), agreement(1, 1, vec![work(1, 10, 10_000)]));
    let wishes = |churn_uplift| Wishes { churn_uplift, ..Wishes::default() };
    // Break-even is a third; a raise of 20 % at 17 for ten per cent makes 34 % more leave.
    assert_eq!(targeted(&costed, wishes(16)).advice, Advice::Raise);
    let worse = targeted(&costed, wishes(17));
    assert_eq!((worse.advice, worse.raise.unwrap().expected), (Advice::NotWorthIt, -4_800));
    let book = PriceBook { agreements: vec![costed] };
    let totals = book.answer(wishes(17)).totals;
    assert_eq!((totals.raises, totals.raise), (0, Raise::default()));
}

#[test]
fn an_agreement_that_loses_money_even_with_the_raise_loses_nothing_by_leaving() {
    let ruinous = Measures { labour_cost_minor: 200_000, ..usual() };
    let costed = one(client(12, ruinous), agreement(1, 1, vec![work(1, 10, 10_000)]));
    let raise = targeted(&costed, Wishes::default()).raise.unwrap();
    assert_eq!((raise.gain, raise.break_even), (240_000, 1_000_000));
    // It would still cost $9,600 more than it brings, of which a tenth is saved on average.
    assert_eq!((raise.expected_loss, raise.expected), (-96_000, 336_000));
}

#[test]
fn labour_is_divided_by_revenue_among_lines_and_what_is_charged_beside_them() {
    // $1,000 of work a month of which two lines are $300 and $500: $200 is charged beside them.
    let lines = vec![work(1, 1, 30_000), work(2, 1, 50_000)];
    let costed = one(client(6, usual()), agreement(1, 1, lines));
    let labour: Vec<_> = costed.lines.unwrap().iter().map(|line| line.labour).collect();
    assert_eq!((costed.months, labour), (6, vec![216_000, 360_000]));
}

#[test]
fn what_is_bought_costs_what_the_line_says_else_the_catalogue() {
    let product = SoldLine { service: Some(service(1)), ..line(1, Offering::Product, 3, 1_000) };
    let own = SoldLine { unit_cost: Some(900), ..product.clone() };
    let entry =
        Entry { offering: Offering::Product, active: true, list_price: None, unit_cost: Some(700) };
    let of = |line: SoldLine, entry: Option<Entry>| {
        let mut snapshot = snapshot(vec![], vec![agreement(1, 1, vec![line])]);
        snapshot.sold.catalogue.extend(entry.map(|entry| (service(1), entry)));
        of_snapshot(&snapshot).agreements.remove(0).lines
    };
    let bought = |lines: Result<Vec<LineCost>, NoPrice>| lines.map(|lines| lines[0].bought);
    assert_eq!(bought(of(own, Some(entry))), Ok(32_400));
    assert_eq!(bought(of(product.clone(), Some(entry))), Ok(25_200));
    assert_eq!(bought(of(product, None)), Err(NoPrice::UncostedLines { lines: 1 }));
}

#[test]
fn what_is_not_known_is_told_and_never_zero() {
    let why = |client, line| one(client, agreement(1, 1, vec![line])).lines.unwrap_err();
    let usual_line = || work(1, 10, 10_000);
    let few = NoPrice::TooFewMonths { have: 2, needed: 3 };
    assert_eq!(why(client(2, usual()), usual_line()), few);
    let uncosted = Measures { uncosted_seconds: 60, ..usual() };
    assert_eq!(why(client(12, uncosted), usual_line()), NoPrice::UncostedTime { seconds: 720 });
    let idle = Measures { service_revenue_minor: 1, ..Measures::default() };
    assert_eq!(why(client(12, idle), usual_line()), NoPrice::NoTime);
    let unpriced = SoldLine { unit_price: None, ..usual_line() };
    assert_eq!(why(client(12, usual()), unpriced), NoPrice::UnpricedLines { lines: 1 });
    let foreign = SoldLine { unit_price: None, foreign: true, ..usual_line() };
    assert_eq!(why(client(12, usual()), foreign), NoPrice::OtherCurrency);
    let own = agreement(1, 1, vec![usual_line()]);
    let beside = agreement(2, 1, vec![SoldLine { unit_price: None, ..work(2, 1, 1) }]);
    let both = of_snapshot(&snapshot(vec![(1, client(12, usual()))], vec![own, beside]));
    let unpriced = Err(NoPrice::UnpricedLines { lines: 1 });
    assert!(both.agreements.iter().all(|it| it.lines == unpriced));
    let hours = SoldLine { unit: PricingUnit::Hour, ..usual_line() };
    assert_eq!(why(client(12, usual()), hours), NoPrice::NothingRecurs);
    let free = one(client(12, usual()), agreement(1, 1, vec![work(1, 10, 0)]));
    let book = PriceBook { agreements: vec![free] };
    let answer = book.answer(Wishes::default());
    assert_eq!(answer.agreements[0].outcome, Err(NoPrice::NothingRecurs));
    assert_eq!((answer.totals, answer.unknown()), (Totals::default(), 1));
}

#[test]
fn a_price_changes_when_the_term_allows_it() {
    let plain = agreement(1, 1, vec![work(1, 10, 10_000)]);
    let on = date(2026, 8, 1);
    let renewal = Renewal { on, automatic: true, notice_days: 30, term_months: Months::YEAR };
    let with = |renewal| SoldAgreement { renewal: Some(renewal), ..plain.clone() };
    let open = |agreement: &SoldAgreement| {
        let earliest = Earliest::after(DAY, agreement);
        (earliest.on, earliest.by, earliest.notice_by)
    };
    assert_eq!(open(&plain), (date(2026, 8, 1), Opening::NothingAgreed, None));
    let notice = Some(date(2026, 7, 2));
    assert_eq!(open(&with(renewal)), (on, Opening::Renewal, notice));
    // The day for notice was yesterday: the term after the next one.
    let missed = Renewal { notice_days: 32, ..renewal };
    let later = (date(2027, 8, 1), Opening::Renewal, Some(date(2027, 6, 30)));
    assert_eq!(open(&with(missed)), later);
    let ends = SoldAgreement { end: Some(date(2026, 12, 31)), ..plain.clone() };
    assert_eq!(open(&ends), (date(2027, 1, 1), Opening::End, None));
    let percent = Decimal::from(3).try_into().unwrap();
    let escalator = Escalator { percent, every_months: Months::YEAR, first_on: date(2025, 10, 1) };
    let rises = SoldAgreement { escalator: Some(escalator), ..plain.clone() };
    assert_eq!(open(&rises), (date(2026, 10, 1), Opening::AgreedRise, None));
    // The rise that was agreed comes first, and only what is more than it is won.
    let costed = one(client(12, usual()), rises);
    assert_eq!(costed.lines.as_ref().unwrap()[0].then, 10_300);
    let raise = targeted(&costed, Wishes::default()).raise.unwrap();
    assert_eq!(raise.gain, 120 * (12_000 - 10_300));
}

#[test]
fn a_price_stands_among_those_of_other_clients() {
    let sold = |number: u128, price| {
        let line = SoldLine { service: Some(service(1)), ..work(number, 10, price) };
        agreement(number, number, vec![line])
    };
    let prices = [9_000, 8_000, 12_000, 10_000, 11_000, 10_000];
    let agreements: Vec<_> = (1..).zip(prices).map(|(number, price)| sold(number, price)).collect();
    let clients: Vec<_> = (1..=6).map(|number| (number, client(12, usual()))).collect();
    let book = of_snapshot(&snapshot(clients.clone(), agreements.clone()));
    let place = book.agreements[5].lines.as_ref().unwrap()[0].place.unwrap();
    // Two of five are below, and one is the same.
    let among = Among { percentile: Decimal::new(5, 1), median: 10_000 };
    assert_eq!(place, Place { others: 5, among: Some(among) });
    assert_eq!(book.agreements[0].hourly, Some(10_000));
    let fewer = of_snapshot(&snapshot(clients, agreements[1..].to_vec()));
    let place = fewer.agreements[0].lines.as_ref().unwrap()[0].place.unwrap();
    assert_eq!(place, Place { others: 4, among: None });
}

fn any_line() -> impl Strategy<Value = SoldLine> {
    let price = option::weighted(0.95, -1_000_i64..200_000);
    let words = (
        select(vec![Offering::Service, Offering::Product]),
        select(vec![PricingUnit::User, PricingUnit::Flat, PricingUnit::Hour]),
        select(vec![None, Some(Months::ONE), Some(Months::QUARTER), Some(Months::YEAR)]),
    );
    (words, 0_i64..5_000, price, option::of(0_i64..100_000), 0_u128..3).prop_map(
        |((offering, unit, every), hundredths, unit_price, unit_cost, entry)| SoldLine {
            service: (entry != 0).then(|| service(entry)),
            quantity: Decimal::new(hundredths, 2).try_into().unwrap(),
            offering,
            unit,
            every,
            unit_price,
            unit_cost,
            ..work(1, 1, 1)
        },
    )
}

fn any_sums() -> impl Strategy<Value = Measures> {
    let uncosted = prop_oneof![9 => Just(0_i64), 1 => 0_i64..100];
    (-100_000_i64..500_000, 0_i64..400_000, 0_i64..300_000, 0_i64..90_000, uncosted).prop_map(
        |(service_revenue_minor, labour_cost_minor, product_cost_minor, worked, uncosted)| {
            Measures {
                service_revenue_minor,
                labour_cost_minor,
                product_cost_minor,
                worked_seconds: worked,
                uncosted_seconds: uncosted,
                ..Measures::default()
            }
        },
    )
}

fn any_snapshot() -> impl Strategy<Value = Snapshot> {
    let clients = vec((0_i32..16, any_sums()), 0..7);
    let agreements = vec((1_u128..9, vec(any_line(), 0..4)), 0..10);
    (clients, agreements).prop_map(|(clients, agreements)| {
        let clients = (1..).zip(clients);
        let clients = clients.map(|(number, (months, sums))| (number, client(months, sums)));
        let mut next = 0;
        let agreements = (1..).zip(agreements).map(|(number, (of, mut lines))| {
            for line in &mut lines {
                next += 1;
                line.id = AgreementLineId::new(Timestamp::UNIX_EPOCH, next);
            }
            agreement(number, of, lines)
        });
        let agreements = agreements.collect();
        snapshot(clients.collect(), agreements)
    })
}

fn any_wishes() -> impl Strategy<Value = Wishes> {
    (0_u8..=95, 0_u8..=95, 0_u8..=100).prop_map(|(target, floor, churn_uplift)| Wishes {
        target,
        floor,
        churn_uplift,
    })
}

proptest! {
    #[test]
    fn totals_are_the_sums_of_rows_and_rows_of_lines(
        snapshot in any_snapshot(), wishes in any_wishes(),
    ) {
        let book = of_snapshot(&snapshot);
        let answer = book.answer(wishes);
        let known: Vec<_> = answer.agreements.iter().filter_map(|it| it.outcome.as_ref().ok()).collect();
        let sum = |of: &dyn Fn(&Target) -> i64| known.iter().map(|it| of(it)).sum::<i64>();
        prop_assert_eq!(answer.totals.brings, sum(&|it| it.brings));
        prop_assert_eq!(answer.totals.costs, sum(&|it| it.costs));
        let raised = |of: fn(&Raise) -> i64| {
            let raised = known.iter().filter(|it| it.advice.raises());
            raised.filter_map(|it| it.raise.as_ref()).map(of).sum::<i64>()
        };
        prop_assert_eq!(answer.totals.raise.gain, raised(|raise| raise.gain));
        prop_assert_eq!(answer.totals.raise.expected_loss, raised(|raise| raise.expected_loss));
        prop_assert_eq!(answer.totals.raise.expected, raised(|raise| raise.expected));
        for it in &known {
            prop_assert_eq!(it.brings, it.lines.iter().map(|line| line.brings).sum::<i64>());
            let gain = it.raise.map_or(0, |raise| raise.gain);
            prop_assert_eq!(gain, it.lines.iter().map(|line| line.gain).sum::<i64>());
            if let Some(raise) = it.raise {
                prop_assert_eq!(raise.gain - raise.expected_loss, raise.expected);
                prop_assert!((0..=1_000_000).contains(&raise.break_even));
                prop_assert!((0..=1_000_000).contains(&raise.leaving));
            }
        }
    }

    #[test]
    fn no_price_rises_beyond_the_cap_and_at_the_target_prices_the_target_is_reached(
        snapshot in any_snapshot(), wishes in any_wishes(),
    ) {
        let book = of_snapshot(&snapshot);
        for it in book.answer(wishes).agreements {
            let (Ok(target), Ok(lines)) = (&it.outcome, &it.costed.lines) else { continue };
            let mut reached = 0;
            for (line, price) in lines.iter().zip(&target.lines) {
                prop_assert!(price.proposed * 100 <= line.price * 120 || price.proposed == line.then);
                prop_assert!(price.proposed >= line.then);
                reached += line.yearly(price.target_price).unwrap();
            }
            // Each line is rounded to the nearest cent.
            prop_assert!(reached + i64::try_from(lines.len()).unwrap() >= target.target);
            if target.advice == Advice::Raise {
                prop_assert!(target.brings <= target.target);
            }
        }
    }

    #[test]
    fn no_labour_is_lost_and_none_is_made_up(
        sums in any_sums(), months in 3_i32..12, lines in vec(any_line(), 0..5),
    ) {
        let snapshot = snapshot(vec![(1, client(months, sums))], vec![]);
        let window = Window::of(&snapshot.clients[&client_id(1)], &snapshot);
        let work: Vec<_> = lines.iter().filter(|line| is_work(line)).collect();
        let parts = window.labour(&work);
        prop_assert_eq!(parts.iter().sum::<i64>(), window.sums.labour_cost_minor);
        prop_assert!(parts.iter().all(|part| *part >= 0));
    }

    #[test]
    fn the_order_of_agreements_makes_no_difference_to_a_byte(snapshot in any_snapshot()) {
        let mut other = snapshot.clone();
        other.sold.agreements.reverse();
        let written = |snapshot| serde_json::to_vec(&of_snapshot(snapshot)).unwrap();
        prop_assert_eq!(written(&snapshot), written(&other));
        let read: PriceBook = serde_json::from_slice(&written(&snapshot)).unwrap();
        prop_assert_eq!(read, of_snapshot(&snapshot));
    }

    #[test]
    fn at_the_break_even_probability_the_raise_is_worth_nothing(
        brings in 1_i64..10_000_000, cost in 0_i64..8_000_000, gain in 1_i64..2_000_000,
    ) {
        let raise = Raise::of(brings.into(), cost.into(), gain.into(), 0).unwrap();
        prop_assert_eq!((raise.expected, raise.leaving), (gain, 0));
        let with = brings - cost + gain;
        if raise.break_even < 1_000_000 {
            let stays = Decimal::ONE - Decimal::new(raise.break_even, 6);
            let off = stays * Decimal::from(with) - Decimal::from(brings - cost);
            // Rounded down by less than a millionth of what it would bring.
            prop_assert!(off >= Decimal::ZERO);
            prop_assert!(off <= Decimal::new(with, 6));
        }
    }
}

#[test]
fn amounts_beyond_what_can_be_worked_with_are_told() {
    let huge = work(1, 1_000_000, i64::MAX);
    let costed = one(client(12, usual()), agreement(1, 1, vec![huge]));
    let book = PriceBook { agreements: vec![costed] };
    assert_eq!(book.answer(Wishes::default()).agreements[0].outcome, Err(NoPrice::OutOfRange));
}
