use clearmargin_domain::{
    agreement::{Months, PricingUnit, Quantity},
    id::{AgreementId, AgreementLineId, ClientId},
    period::Period,
    rollup::Measures,
    service::Offering,
};
use jiff::{Timestamp, civil::date};
use proptest::prelude::*;

use super::*;
use crate::snapshot::{
    Client, Counted, Desk,
    sold::{Sold, SoldAgreement, SoldLine},
};

fn last() -> Month {
    "2026-06".parse().unwrap()
}

fn client(revenue: i64, tickets: i64, endpoints: Option<i64>) -> Client {
    let sums = Measures { service_revenue_minor: revenue, ..Measures::default() };
    let months = (0..12).map(|back| last().plus(-back));
    Client {
        active: true,
        months: months.clone().map(|month| (month, sums)).collect(),
        tickets: months.map(|month| (month, tickets)).collect(),
        counted: Counted { endpoints, ..Counted::default() },
        ..Client::default()
    }
}

/// A provider that earns 10,000.00 a month, 8,000.00 of it with work, in so many months.
fn snapshot(months: i32) -> Snapshot {
    let sums = Measures {
        service_revenue_minor: 800_000,
        product_revenue_minor: 200_000,
        labour_cost_minor: 300_000,
        product_cost_minor: 150_000,
        worked_seconds: 100 * 3_600,
        charged_minor: 1_100_000,
        recurring_charged_minor: 650_000,
        ..Measures::default()
    };
    let clients = [
        client(500_000, 10, Some(20)),
        client(300_000, 5, Some(30)),
        client(150_000, 90, None),
        client(50_000, 0, Some(0)),
    ];
    let id = |number| ClientId::new(Timestamp::UNIX_EPOCH, number);
    Snapshot {
        currency: Currency::USD,
        day: date(2026, 7, 1),
        period: Period::ending(last(), 60),
        organization: (0..months).map(|back| (last().plus(-back), sums)).collect(),
        tickets_since: Some(last().plus(-11)),
        clients: (1..).zip(clients).map(|(number, client)| (id(number), client)).collect(),
        desk: Desk::default(),
        bills: Vec::new(),
        sold: Sold::default(),
        owed_minor: Some(1_650_000),
    }
}

fn change(snapshot: &mut Snapshot, by: impl Fn(&mut Measures)) {
    snapshot.organization.values_mut().for_each(by);
}

fn figure(snapshot: &Snapshot, metric: Metric) -> Result<String, NoFigure> {
    of_snapshot(snapshot).figures[&metric].map(|value| value.normalize().to_string())
}

#[test]
fn figures_of_the_worked_example() {
    let market = of_snapshot(&snapshot(12));
    let told: Vec<_> =
        Metric::ALL.map(|it| market.figures[&it].map(|value| value.normalize().to_string())).into();
    let known = |text: &str| Ok(text.to_owned());
    assert_eq!(
        told,
        [
            known("0.55"),
            known("0.625"),
            known("85"),
            known("0.3"),
            known("0.65"),
            known("0.5"),
            known("0.95"),
            // 15 tickets a month and 50 endpoints, of the two clients with some.
            known("0.3"),
            Err(NoFigure::NotCounted),
            // 16,500.00 owed of 33,000.00 in April, May and June.
            known("45.5"),
        ]
    );
    assert_eq!((market.month, market.clients), (last(), 4));
}

#[test]
fn what_is_not_known_says_why() {
    let short = snapshot(11);
    assert!(of_snapshot(&short).figures.values().all(|it| *it == Err(NoFigure::TooFewMonths)));
    assert_eq!(of_snapshot(&short).course.len(), 0);
    let mut uncosted = snapshot(12);
    change(&mut uncosted, |sums| sums.uncosted_seconds = 1);
    for metric in [Metric::GrossMargin, Metric::ServiceMargin, Metric::LabourShare] {
        assert_eq!(figure(&uncosted, metric), Err(NoFigure::UncostedTime));
    }
    assert_eq!(figure(&uncosted, Metric::EffectiveHourlyRate), Ok("85".to_owned()));
    let mut idle = snapshot(12);
    change(&mut idle, |sums| sums.worked_seconds = 0);
    assert_eq!(figure(&idle, Metric::GrossMargin), Err(NoFigure::NoTime));
    assert_eq!(figure(&idle, Metric::EffectiveHourlyRate), Err(NoFigure::NoTime));
    let mut poor = snapshot(12);
    change(&mut poor, |sums| (sums.service_revenue_minor, sums.product_revenue_minor) = (0, 0));
    assert_eq!(figure(&poor, Metric::RecurringShare), Err(NoFigure::NoRevenue));
    let mut once = snapshot(12);
    change(&mut once, |sums| sums.recurring_charged_minor = 0);
    assert_eq!(figure(&once, Metric::RecurringShare), Err(NoFigure::NoRecurring));
    let young = Snapshot { tickets_since: Some(last()), ..snapshot(12) };
    assert_eq!(figure(&young, Metric::TicketsPerEndpoint), Err(NoFigure::TooFewMonths));
    let credit = Snapshot { owed_minor: Some(-1), ..snapshot(12) };
    assert_eq!(figure(&credit, Metric::DaysSalesOutstanding), Err(NoFigure::NetCredit));
    let earlier = Snapshot { owed_minor: None, ..snapshot(12) };
    assert_eq!(figure(&earlier, Metric::DaysSalesOutstanding), Err(NoFigure::NotCounted));
}

#[test]
fn earlier_months_have_what_was_known_then() {
    let market = of_snapshot(&snapshot(20));
    let months: Vec<_> = market.course.keys().copied().collect();
    assert_eq!((months.len(), months[0]), (9, last().plus(-8)));
    let before = &market.course[&last().plus(-1)];
    assert_eq!(before[&Metric::GrossMargin], Decimal::new(55, 2));
    assert!(!before.contains_key(&Metric::TicketsPerEndpoint));
    assert!(market.course[&last()].contains_key(&Metric::TicketsPerEndpoint));
    assert_eq!(of_snapshot(&snapshot(60)).course.len(), HISTORY);
}

#[test]
fn own_prices_are_the_middle_of_what_clients_pay() {
    let service = ServiceId::new(Timestamp::UNIX_EPOCH, 1);
    let line = |number: u128, quantity: i64, price: i64| SoldLine {
        id: AgreementLineId::new(Timestamp::UNIX_EPOCH, number),
        service: Some(service),
        offering: Offering::Service,
        unit: PricingUnit::User,
        quantity: Quantity::try_from(Decimal::from(quantity)).unwrap(),
        every: Some(Months::QUARTER),
        unit_price: Some(price),
        unit_cost: None,
        foreign: false,
    };
    let agreement = |number: u128, lines| SoldAgreement {
        id: AgreementId::new(Timestamp::UNIX_EPOCH, number),
        client: ClientId::new(Timestamp::UNIX_EPOCH, number),
        end: None,
        renewal: None,
        escalator: None,
        lines,
    };
    let mut snapshot = snapshot(12);
    snapshot.sold.agreements = vec![
        agreement(1, vec![line(1, 1, 300), line(2, 3, 900)]),
        agreement(2, vec![line(3, 1, 600)]),
    ];
    let own = OwnPrice { service, unit: PricingUnit::User, clients: 2, median: 200 };
    assert_eq!(of_snapshot(&snapshot).prices, [own]);
}

#[test]
fn a_share_is_coarse_and_has_what_is_known() {
    let share = of_snapshot(&snapshot(12)).share(Currency::USD);
    assert_eq!((share.month, share.size), (last(), SizeBand::Under10));
    assert_eq!(share.values.len(), 9);
    assert_eq!(share.values[&Metric::GrossMargin], Decimal::new(56, 2));
    assert_eq!(share.values[&Metric::DaysSalesOutstanding], Decimal::from(46));
}

#[test]
fn what_is_published_names_its_source_and_its_limits() {
    let bands = Metric::ALL.into_iter().filter_map(|it| published(it, Currency::USD));
    let bands: Vec<_> = bands.collect();
    assert_eq!(bands.len(), 4);
    for it in bands {
        assert!(!it.band.source.is_empty() && !it.measures.is_empty() && !it.limits.is_empty());
    }
}

#[test]
fn a_forecast_needs_twelve_months_in_a_row() {
    let value = |back: i32| (last().plus(-back), Decimal::new(5_000 + i64::from(back), 4));
    let of = |backs: std::ops::Range<i32>| trend(&backs.map(value).collect());
    assert_eq!(of(0..0).ahead, Err(NoTrend::NotEnough { have: 0 }));
    assert_eq!(of(0..11).ahead, Err(NoTrend::NotEnough { have: 11 }));
    let told = of(0..13);
    assert_eq!(told.change_of_year, Some(Decimal::new(-12, 4)));
    let ahead = told.ahead.unwrap();
    assert_eq!((ahead.len(), ahead[0].month), (MONTHS_AHEAD, last().plus(1)));
    assert!(
        ahead.iter().all(|it| it.bands.iter().all(|band| band.0 <= it.point && it.point <= band.1))
    );
    let gap: BTreeMap<_, _> = (0..30).filter(|back| *back != 5).map(value).collect();
    assert_eq!(trend(&gap).ahead, Err(NoTrend::NotEnough { have: 5 }));
    let large = (0..12).map(|back| (last().plus(-back), Decimal::MAX)).collect();
    assert_eq!(trend(&large).ahead, Err(NoTrend::OutOfRange));
}

proptest! {
    #[test]
    fn no_sums_break_figures(
        revenue in -1_000_000_000_000_i64..1_000_000_000_000,
        labour in -1_000_000_000_000_i64..1_000_000_000_000,
        seconds in 0..100_000_000_i64,
        owed in any::<i64>(),
    ) {
        let mut made = Snapshot { owed_minor: Some(owed), ..snapshot(12) };
        change(&mut made, |sums| {
            sums.service_revenue_minor = revenue;
            sums.labour_cost_minor = labour;
            sums.worked_seconds = seconds;
        });
        let market = of_snapshot(&made);
        prop_assert_eq!(market.figures.len(), Metric::ALL.len());
        let json = serde_json::to_vec(&market).unwrap();
        prop_assert_eq!(serde_json::from_slice::<Market>(&json).unwrap(), market);
    }
}
