//! Examples that were reckoned by hand.

use clearmargin_domain::{money::Currency, period::Period};
use clearmargin_insight::genome::{
    Axis, Basis, Bridge, Dimension, Driver, Element, Known, Missing, MonthFigures, Of, Peers,
    analyse,
};
use rust_decimal::Decimal;

use crate::made::{client, genome, id, month, of, usual, year};

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn amount(bridge: &Bridge, driver: Driver) -> Option<i64> {
    bridge.parts.iter().find(|part| part.driver == driver).map(|part| part.amount.minor)
}

#[test]
fn the_three_effective_hourly_rates_of_the_fields_worked_example() {
    // $3,000 a month, 20 hours, tools that cost $700 and sell at $1,000.
    let example = MonthFigures {
        service_revenue_minor: 200_000,
        product_revenue_minor: 100_000,
        product_cost_minor: 70_000,
        worked_seconds: 20 * 3_600,
        ..MonthFigures::default()
    };
    let genome = genome(&[client(1, &[example; 3])]);
    let value = |dimension| *of(&genome, 1).reading(dimension).unwrap().value.known().unwrap();
    assert_eq!(value(Dimension::RevenuePerHour), number("150.00"));
    assert_eq!(value(Dimension::NetRate), number("115.00"));
    assert_eq!(value(Dimension::EffectiveRate), number("100.00"));
    assert_eq!(value(Dimension::ProductMargin), number("0.3"));
    assert_eq!(value(Dimension::ProductShare), number("0.3333"));
}

#[test]
fn a_signature_of_a_usual_client() {
    let genome = genome(&[client(1, &[usual(); 12])]);
    let value = |dimension| *of(&genome, 1).reading(dimension).unwrap().value.known().unwrap();
    for (dimension, expected) in [
        (Dimension::EffectiveRate, "125"),
        (Dimension::LabourShare, "0.2667"),
        (Dimension::UnbilledShare, "0.025"),
        (Dimension::RecurringShare, "0.8"),
        (Dimension::RevenuePerUser, "150"),
        (Dimension::RevenuePerEndpoint, "120"),
        (Dimension::TicketsPerUser, "0.8"),
        (Dimension::TicketsPerEndpoint, "0.64"),
        (Dimension::TicketsPerRevenue, "5.3333"),
        (Dimension::HoursPerTicket, "1.25"),
        (Dimension::ServiceMargin, "0.68"),
        (Dimension::ProductMargin, "0.25"),
        (Dimension::LicencesBilled, "0.95"),
        (Dimension::DaysToPay, "28"),
        (Dimension::OnTimeShare, "0.75"),
        (Dimension::RevenueVariation, "0"),
        (Dimension::MarginTrend, "0"),
    ] {
        assert_eq!(value(dimension), number(expected), "{dimension:?}");
    }
}

#[test]
fn revenue_that_grows_by_a_hundredth_of_its_mean_each_month_trends_by_twelve_in_a_year() {
    let grown = |at: i64| MonthFigures { service_revenue_minor: 945_000 + at * 10_000, ..usual() };
    let mut months: Vec<_> = (0..12).map(grown).collect();
    for month in &mut months {
        month.product_revenue_minor = 0;
    }
    let trend = |months: &[MonthFigures]| {
        let genome = genome(&[client(1, months)]);
        let reading = of(&genome, 1).reading(Dimension::RevenueTrend).unwrap().clone();
        *reading.value.known().unwrap()
    };
    assert_eq!(trend(&months), number("0.12"));
    // One month of ten times its size moves the mean, and hardly the slope.
    months[5].service_revenue_minor *= 10;
    assert!(trend(&months) > number("0.04") && trend(&months) < number("0.13"));
}

/// Six clients of 40 users; the first differs as given.
fn six(different: MonthFigures) -> Vec<clearmargin_insight::genome::Client> {
    let other = |number| if number == 1 { different } else { usual() };
    (1..=6).map(|number| client(number, &[other(number); 12])).collect()
}

#[test]
fn a_gap_that_one_thing_makes_is_all_of_that_driver() {
    let usual = usual();
    for (different, driver, minor) in [
        // $500 less for the same users, in each of twelve months; products are the same part.
        (
            MonthFigures {
                service_revenue_minor: 450_000,
                product_revenue_minor: 90_000,
                product_cost_minor: 67_500,
                ..usual
            },
            Driver::Price,
            -12 * 52_500,
        ),
        // A quarter more hours for each ticket, at the same rate.
        (
            MonthFigures { worked_seconds: 50 * 3_600, labour_cost_minor: 200_000, ..usual },
            Driver::Effort,
            -12 * 40_000,
        ),
        // The same with a quarter more tickets.
        (
            MonthFigures {
                worked_seconds: 50 * 3_600,
                labour_cost_minor: 200_000,
                tickets: Some(40),
                ..usual
            },
            Driver::Tickets,
            -12 * 40_000,
        ),
        // Technicians who cost half as much again.
        (MonthFigures { labour_cost_minor: 240_000, ..usual }, Driver::LabourRate, -12 * 80_000),
        // Half of the time has no rate, so half of the cost is not seen.
        (
            MonthFigures { uncosted_seconds: 20 * 3_600, labour_cost_minor: 80_000, ..usual },
            Driver::Costed,
            12 * 80_000,
        ),
        // Products that cost what they sell for.
        (MonthFigures { product_cost_minor: 100_000, ..usual }, Driver::ProductCost, -12 * 25_000),
    ] {
        let genome = genome(&six(different));
        let gap = of(&genome, 1).gap.known().unwrap();
        assert_eq!((gap.peers, gap.count, gap.bridge.basis), (Peers::Portfolio, 5, Basis::Users));
        assert_eq!(gap.bridge.difference.minor, minor, "{driver:?}");
        for part in &gap.bridge.parts {
            let expected = if part.driver == driver { minor } else { 0 };
            assert_eq!(part.amount.minor, expected, "{driver:?}: {part:?}");
        }
    }
}

#[test]
fn costs_that_nothing_was_sold_or_worked_for_have_drivers_of_their_own() {
    let bundled = MonthFigures { product_revenue_minor: 0, ..usual() };
    let unworked = MonthFigures { worked_seconds: 0, unbilled_seconds: 0, ..usual() };
    for (others, different, driver) in [
        (bundled, MonthFigures { product_cost_minor: 100_000, ..bundled }, Driver::Bundled),
        (unworked, MonthFigures { labour_cost_minor: 185_000, ..unworked }, Driver::OtherLabour),
    ] {
        let figures = |number| if number == 1 { different } else { others };
        let all: Vec<_> = (1..=6).map(|number| client(number, &[figures(number); 12])).collect();
        let genome = genome(&all);
        let bridge = &of(&genome, 1).gap.known().unwrap().bridge;
        assert_eq!(bridge.difference.minor, -12 * 25_000);
        assert_eq!(amount(bridge, driver), Some(-12 * 25_000), "{bridge:?}");
    }
}

#[test]
fn tickets_for_each_user_are_of_the_months_in_which_both_were_counted() {
    let uncounted = MonthFigures { tickets: None, users: Some(400), ..usual() };
    let unknown = MonthFigures { tickets: Some(400), users: None, ..usual() };
    let months = [[usual(); 4], [uncounted; 4], [unknown; 4]].concat();
    let genome = genome(&[client(1, &months)]);
    let value = |dimension| *of(&genome, 1).reading(dimension).unwrap().value.known().unwrap();
    assert_eq!(value(Dimension::TicketsPerUser), number("0.8"));
    // $6,000 in each of eight months, for 4 × 40 and 4 × 400 users.
    assert_eq!(value(Dimension::RevenuePerUser), number("27.27"));
}

#[test]
fn who_pays_late_and_asks_for_more_has_the_lower_marks_there_and_nowhere_else() {
    let worse = MonthFigures {
        settled_days: usual().settled_days * 2,
        on_time_minor: 0,
        tickets: Some(64),
        worked_seconds: usual().worked_seconds * 2,
        unbilled_seconds: usual().unbilled_seconds * 2,
        ..usual()
    };
    let genome = genome(&six(worse));
    let mark = |number, axis| {
        let parts = &of(&genome, number).score.known().unwrap().parts;
        parts.iter().find(|part| part.element == Element::Standing(axis)).unwrap().mark
    };
    for axis in [Axis::Payment, Axis::TicketLoad, Axis::LabourEfficiency] {
        assert!(mark(1, axis) < mark(2, axis), "{axis:?}");
    }
    for axis in [Axis::ServiceMix, Axis::LicenceEfficiency, Axis::Stability] {
        assert_eq!(mark(1, axis), mark(2, axis), "{axis:?}");
        assert_eq!(mark(1, axis), number("50"), "{axis:?}");
    }
}

#[test]
fn two_causes_share_what_they_do_together() {
    // Half as much again of hours, by technicians who cost twice as much: 60 h × $80 − 40 h × $40.
    let different =
        MonthFigures { worked_seconds: 60 * 3_600, labour_cost_minor: 480_000, ..usual() };
    let genome = genome(&six(different));
    let bridge = &of(&genome, 1).gap.known().unwrap().bridge;
    assert_eq!(bridge.difference.minor, -12 * 320_000);
    // 20 h at the mean rate of $60; $40 more at the mean of 50 h.
    assert_eq!(amount(bridge, Driver::Effort), Some(-12 * 120_000));
    assert_eq!(amount(bridge, Driver::LabourRate), Some(-12 * 200_000));
    let rate = bridge.parts.iter().find(|part| part.driver == Driver::LabourRate).unwrap();
    assert_eq!((rate.from, rate.to), (Some(number("40")), Some(number("80"))));
}

#[test]
fn without_counts_price_and_effort_are_one_and_that_is_said() {
    let uncounted = MonthFigures { users: None, endpoints: None, tickets: None, ..usual() };
    let different = MonthFigures { service_revenue_minor: 200_000, ..uncounted };
    let all: Vec<_> = (1..=6)
        .map(|number| client(number, &[if number == 1 { different } else { uncounted }; 12]))
        .collect();
    let genome = genome(&all);
    let bridge = &of(&genome, 1).gap.known().unwrap().bridge;
    assert_eq!(bridge.basis, Basis::Revenue);
    assert_eq!(amount(bridge, Driver::Price), None);
    assert_eq!(amount(bridge, Driver::Tickets), None);
    // $36,000 of revenue took 480 hours instead of the 240 that others need for it.
    assert_eq!(amount(bridge, Driver::Effort), Some(-12 * 80_000));
    let reading = of(&genome, 1).reading(Dimension::RevenuePerUser).unwrap();
    let missing = Missing::NotCounted { of: Of::Users, have: 0, needed: 3 };
    assert_eq!(reading.value, Known::Missing(missing));
}

#[test]
fn a_year_of_twice_the_users_is_all_volume_and_a_rise_all_price() {
    let twice = MonthFigures {
        service_revenue_minor: 1_000_000,
        product_revenue_minor: 200_000,
        labour_cost_minor: 320_000,
        product_cost_minor: 150_000,
        worked_seconds: 80 * 3_600,
        tickets: Some(64),
        users: Some(80),
        ..usual()
    };
    let risen =
        MonthFigures { service_revenue_minor: 560_000, product_revenue_minor: 112_000, ..usual() };
    let risen = MonthFigures { product_cost_minor: 84_000, ..risen };
    for (now, driver, minor) in
        [(twice, Driver::Volume, 12 * 365_000), (risen, Driver::Price, 12 * 63_000)]
    {
        let months = [[usual(); 12], [now; 12]].concat();
        let genome = genome(&[client(1, &months)]);
        let change = of(&genome, 1).change.known().unwrap();
        let bridge = change.margin.known().unwrap();
        assert_eq!(bridge.from.minor, 12 * 365_000);
        assert_eq!(bridge.difference.minor, minor);
        for part in &bridge.parts {
            assert_eq!(
                part.amount.minor,
                if part.driver == driver { minor } else { 0 },
                "{part:?}"
            );
        }
        let moved = &change.dimensions[Dimension::EffectiveRate as usize];
        assert_eq!(moved.then, Known::Known(number("125.00")));
    }
}

#[test]
fn a_score_alone_is_the_margin_and_among_others_moves_with_the_standing() {
    let alone = genome(&[client(1, &[usual(); 12])]);
    let score = of(&alone, 1).score.known().unwrap();
    // 100 − 26.67 − 12.5 of revenue.
    assert_eq!(score.score, number("60.83"));
    assert_eq!((score.parts.len(), score.known), (1, number("0.4")));
    assert_eq!(score.parts[0].element, Element::GrossMargin);
    let dear = MonthFigures { labour_cost_minor: 240_000, ..usual() };
    let among = genome(&six(dear));
    let score = |number| of(&among, number).score.known().unwrap();
    assert!(score(1).score < score(2).score);
    assert_eq!(score(1).known, number("1"));
    assert_eq!(score(1).parts.iter().map(|part| part.weight).sum::<Decimal>(), number("100"));
}

#[test]
fn figures_of_one_client_given_twice_are_added() {
    let half = |figures: MonthFigures| MonthFigures { tickets: None, users: None, ..figures };
    let twice = [client(1, &[usual(); 3]), client(1, &[half(usual()); 3])];
    let genome = analyse(
        &twice,
        Period::new(month("2026-10"), month("2026-12"), 36).unwrap(),
        Currency::USD,
    );
    assert_eq!(genome.clients.len(), 1);
    assert_eq!(genome.clients[0].client, id(1));
    let value =
        *genome.clients[0].reading(Dimension::RevenuePerUser).unwrap().value.known().unwrap();
    assert_eq!(value, number("300"));
    assert_eq!(genome.period.len(), 3);
    assert_eq!(year().len(), 12);
}
