//! Each sentence, and that none of them is refused where it is asked for.

use std::collections::BTreeMap;

use clearmargin_domain::{
    id::ClientId,
    metrics::Profitability,
    money::Currency,
    period::{Month, Period},
    rollup::Measures,
};
use jiff::{Timestamp, civil::date};

use super::{
    super::{Paragraph, gate},
    *,
};
use crate::{
    anomalies::{Anomalies, Anomaly, Basis, RestsOn, Series},
    churn::{Churn, NoChurn},
    leaks::{Findings, Lack, LeakKind},
    receipts::{Inflow, NoReceipts, Receipts, Receivables},
    revenue::{NoOutlook, RevenueOutlook},
};

const USD: Currency = Currency::USD;

fn june() -> Month {
    "2026-06".parse().unwrap()
}

fn client(number: u128) -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, number)
}

/// The paragraph as it is read, once its template has passed the gate.
fn told(of: Result<Paragraph, Silence>) -> String {
    let of = of.unwrap();
    let name = |id: ClientId| if id == client(1) { "One".to_owned() } else { "Two".to_owned() };
    let text = of.text(&name);
    assert_eq!(gate::check(&of.template(), of.template().as_str()), Ok(()), "{text}");
    text
}

fn of_month(revenue: i64, labour: i64, uncosted_seconds: i64) -> Profitability {
    let measures = Measures {
        service_revenue_minor: revenue,
        labour_cost_minor: labour,
        worked_seconds: 36_000,
        uncosted_seconds,
        ..Measures::default()
    };
    Profitability::new(measures, USD)
}

/// What is said of June, after May.
fn of_june(now: Profitability, before: Option<Profitability>) -> String {
    let mut months = BTreeMap::from([(june(), now)]);
    months.extend(before.map(|before| (june().plus(-1), before)));
    told(month(june(), &months, false))
}

#[test]
fn a_month_is_told_against_the_one_before() {
    let before = of_month(4_900_000, 350_000, 0);
    assert_eq!(
        of_june(of_month(4_700_000, 350_000, 0), Some(before)),
        "In June 2026 revenue was USD 47,000.00, USD 2,000.00 (4.08 %) less than in the month before. The gross margin \
         was USD 43,500.00, which is 92.55 % of revenue, USD 2,000.00 (4.4 %) less than in the month before."
    );
    let same = of_june(before, Some(before));
    assert!(
        same.starts_with(
            "In June 2026 revenue was USD 49,000.00, the same as in the month before."
        )
    );
    let more = of_june(of_month(5_000_000, 350_000, 0), Some(before));
    assert!(
        more.contains("USD 50,000.00, USD 1,000.00 (2.04 %) more than in the month before."),
        "{more}"
    );
}

#[test]
fn a_share_of_nothing_is_not_told() {
    let nothing = of_month(0, 0, 0);
    assert_eq!(
        of_june(of_month(0, 50_000, 0), Some(nothing)),
        "In June 2026 revenue was USD 0.00, the same as in the month before. The gross margin was USD -500.00, \
         USD 500.00 less than in the month before."
    );
    assert_eq!(
        of_june(of_month(-10_000, 0, 0), Some(nothing)),
        "In June 2026 revenue was USD -100.00, USD 100.00 less than in the month before. The gross margin was \
         USD -100.00, USD 100.00 less than in the month before."
    );
    let alone = of_june(of_month(100, 0, 0), None);
    assert_eq!(
        alone,
        "In June 2026 revenue was USD 1.00. The gross margin was USD 1.00, which is 100 % of revenue."
    );
}

#[test]
fn a_margin_without_all_costs_is_not_known() {
    let before = of_month(4_900_000, 350_000, 0);
    let now = of_june(of_month(4_900_000, 350_000, 5_400), Some(before));
    let wanted = "The gross margin is not known, since there is no cost rate for 1.5 hours of work; it is at most \
                  USD 45,500.00.";
    assert!(now.ends_with(wanted), "{now}");
    // Nor is it told by how much it lies above one that is not known.
    let after = of_june(before, Some(of_month(4_900_000, 350_000, 3_600)));
    assert!(after.ends_with("which is 92.86 % of revenue."), "{after}");
    assert_eq!(month(june(), &BTreeMap::new(), false), Err(Silence::NoData));
    let open = month(june(), &BTreeMap::from([(june(), before)]), true);
    assert!(told(open).ends_with(" The month was not yet invoiced when it was analysed."));
}

#[test]
fn leaks_that_could_not_be_looked_for_are_told() {
    let judged = Period::ending(june(), 12);
    let found = |blind| Findings { judged, leaks: Vec::new(), blind };
    let none = "No leak that can be charged or collected was found over 12 months.";
    assert_eq!(told(leaks(&found(BTreeMap::new()), USD)), none);
    let one = BTreeMap::from([(LeakKind::UnbilledTime, vec![Lack::Work])]);
    let wanted =
        format!("{none} 1 kind of leaks could not be looked for, since records are missing.");
    assert_eq!(told(leaks(&found(one), USD)), wanted);
    let all = LeakKind::ALL.map(|kind| (kind, vec![Lack::Work])).into();
    assert_eq!(leaks(&found(all), USD), Err(Silence::NotEnoughData));
}

#[test]
fn what_comes_in_is_told_with_the_week_of_which_least_does() {
    let week = |from, to| (date(2026, 7, from), date(2026, 7, to));
    let total = Inflow { open: 100_000, weeks: vec![60_000, 20_050], later: 19_950 };
    let (clients, invoices) = (BTreeMap::new(), Vec::new());
    let receipts = Receipts { weeks: vec![week(1, 7), week(8, 14)], total, clients, invoices };
    let of = |outcome| Receivables { learned: 9, left_out: 0, outcome, look_back: None };
    assert_eq!(
        told(cash(&of(Ok(receipts)), USD)),
        "Of invoices USD 1,000.00 is open; USD 800.50 of that is expected within 2 weeks. The week between 8 July 2026 \
         and 14 July 2026 brings the least: USD 200.50."
    );
    let few = of(Err(NoReceipts::NotEnough { settled: 1, needed: 9 }));
    assert_eq!(cash(&few, USD), Err(Silence::NotEnoughData));
    assert_eq!(cash(&of(Err(NoReceipts::OutOfRange)), USD), Err(Silence::OutOfRange));
}

#[test]
fn the_surest_of_unusual_months_is_told() {
    let period = Period::ending(june(), 3);
    let one = |client, series, value, expected| Anomaly {
        client,
        series,
        month: june(),
        value,
        expected,
        band: (0, 0),
        p: 1,
        q: 1,
        rests_on: RestsOn { basis: Basis::Level, period, size: 12 },
    };
    let all = |tests, found| Anomalies {
        recent: period,
        last_is_open: false,
        tests,
        tails: BTreeMap::new(),
        looked: Vec::new(),
        found,
    };
    assert_eq!(anomalies(&all(0, Vec::new()), USD), Err(Silence::NotEnoughData));
    assert_eq!(
        told(anomalies(&all(96, Vec::new()), USD)),
        "No month of any series is unusual among 96 recent months tested."
    );
    let revenue = one(Some(client(1)), Series::Revenue, 200_000, 400_000);
    let tickets = one(None, Series::Tickets, 90_000, 10_500);
    assert_eq!(
        told(anomalies(&all(96, vec![revenue]), USD)),
        "1 month of a series is unusual among 96 recent months tested. The surest is the revenue of \
         \u{201c}One\u{201d} in June 2026: USD 2,000.00 instead of the expected USD 4,000.00."
    );
    let two = told(anomalies(&all(96, vec![tickets, revenue]), USD));
    assert!(two.starts_with("2 months of series are unusual"), "{two}");
    assert!(two.ends_with(
        "of all clients together in June 2026: 90 tickets instead of the expected 10.5 tickets."
    ));
}

#[test]
fn what_could_not_be_computed_is_not_told() {
    let churned =
        |why| Churn { months: 1, client_months: 1, leavers: 0, returned: 0, outcome: Err(why) };
    assert_eq!(churn(&churned(NoChurn::NotEnough), USD), Err(Silence::NotEnoughData));
    assert_eq!(churn(&churned(NoChurn::OutOfRange), USD), Err(Silence::OutOfRange));
    let few = NoOutlook::NotEnough { have: 1, needed: 12 };
    let outlook = RevenueOutlook { months: Vec::new(), outcome: Err(few), contracted: Vec::new() };
    assert_eq!(next_month(&outlook, USD), Err(Silence::NotEnoughData));
}
