//! What adds up, whatever the portfolio.

use clearmargin_domain::{
    metrics::Profitability,
    money::{Currency, Money},
    rollup::Measures,
};
use clearmargin_insight::{
    genome::{Bridge, Client, Dimension, Genome, MonthFigures, Reading, ScorePart},
    profitability::score,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::made::{any_portfolio, client, genome, in_tenths, month};

fn margin(client: &Client, from: usize) -> i64 {
    let year = client.months.iter().filter(|(at, _)| {
        let before = month("2026-12").since(**at);
        let before = usize::try_from(before).unwrap();
        (from..from + 12).contains(&before)
    });
    let of = |figures: &MonthFigures| {
        figures.service_revenue_minor + figures.product_revenue_minor
            - figures.labour_cost_minor
            - figures.product_cost_minor
    };
    year.map(|(_, figures)| of(figures)).sum()
}

fn adds_up(bridge: &Bridge) {
    let sum: i64 = bridge.parts.iter().map(|part| part.amount.minor).sum();
    assert_eq!(sum, bridge.difference.minor);
    assert_eq!(bridge.from.minor + sum, bridge.to.minor);
}

/// All numbers that do not count money.
fn ratios(genome: &Genome) -> Vec<(Option<Decimal>, Option<Decimal>, bool)> {
    let readings = genome.clients.iter().flat_map(|client| &client.signature);
    let ratio = |reading: &Reading| {
        let money = [
            Dimension::EffectiveRate,
            Dimension::RevenuePerHour,
            Dimension::NetRate,
            Dimension::RevenuePerUser,
            Dimension::RevenuePerEndpoint,
            Dimension::TicketsPerRevenue,
        ];
        let value = reading.value.known().copied();
        let value = value.filter(|_| !money.contains(&reading.dimension));
        let percentile = reading.standing.known().map(|standing| standing.percentile);
        (value, percentile, reading.value.known().is_some())
    };
    readings.map(ratio).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn drivers_make_up_the_difference_to_the_cent(clients in any_portfolio()) {
        let genome = genome(&clients);
        for (client, said) in clients.iter().zip(&genome.clients) {
            prop_assert_eq!(client.id, said.client);
            for gap in said.gap.known().into_iter().chain(&said.segment_gap) {
                adds_up(&gap.bridge);
                prop_assert_eq!(gap.bridge.to.minor, margin(client, 0));
            }
            if let Some(bridge) = said.change.known().and_then(|change| change.margin.known()) {
                adds_up(bridge);
                prop_assert_eq!(bridge.from.minor, margin(client, 12));
                prop_assert_eq!(bridge.to.minor, margin(client, 0));
            }
        }
    }

    #[test]
    fn parts_make_up_a_score_to_the_hundredth(clients in any_portfolio()) {
        for client in genome(&clients).clients {
            let Some(score) = client.score.known() else { continue };
            let sum = |of: fn(&ScorePart) -> Decimal| {
                score.parts.iter().map(of).sum::<Decimal>()
            };
            prop_assert_eq!(sum(|part| part.points), score.score);
            prop_assert_eq!(sum(|part| part.weight), Decimal::ONE_HUNDRED);
            prop_assert!(score.score >= Decimal::ZERO && score.score <= Decimal::ONE_HUNDRED);
            for part in &score.parts {
                // What a part adds is its weight times its mark, to the hundredth that is divided.
                let exact = part.weight * part.mark / Decimal::ONE_HUNDRED;
                prop_assert!((part.points - exact).abs() <= Decimal::new(2, 2), "{:?}", part);
            }
        }
    }

    #[test]
    fn the_order_of_clients_changes_nothing(
        (clients, shuffled) in any_portfolio()
            .prop_flat_map(|clients| (Just(clients.clone()), Just(clients).prop_shuffle())),
    ) {
        prop_assert_eq!(genome(&clients), genome(&shuffled));
    }

    #[test]
    fn the_unit_of_money_changes_no_ratio(clients in any_portfolio()) {
        let (cents, tenths) = (genome(&clients), genome(&in_tenths(&clients)));
        prop_assert_eq!(ratios(&cents).len(), ratios(&tenths).len());
        for (cents, tenths) in ratios(&cents).into_iter().zip(ratios(&tenths)) {
            let near = |one: Option<Decimal>, two: Option<Decimal>| match (one, two) {
                (Some(one), Some(two)) => (one - two).abs() <= Decimal::new(1, 4),
                (one, two) => one == two,
            };
            prop_assert!(near(cents.0, tenths.0) && near(cents.1, tenths.1) && cents.2 == tenths.2);
        }
        for (cents, tenths) in cents.clients.iter().zip(&tenths.clients) {
            let Some((cents, tenths)) = cents.gap.known().zip(tenths.gap.known()) else { continue };
            for (cents, tenths) in cents.bridge.parts.iter().zip(&tenths.bridge.parts) {
                prop_assert!((cents.amount.minor * 10 - tenths.amount.minor).abs() <= 20);
            }
        }
    }

    #[test]
    fn what_the_metric_dictionary_has_is_the_same_here(
        service in 0_i64..50_000_000, product in 0_i64..10_000_000, cost in 0_i64..10_000_000,
        labour in 0_i64..20_000_000, worked in 1_i64..2_000_000,
    ) {
        let month = MonthFigures {
            service_revenue_minor: service,
            product_revenue_minor: product,
            product_cost_minor: cost,
            labour_cost_minor: labour,
            worked_seconds: worked,
            ..MonthFigures::default()
        };
        let measures = Measures {
            service_revenue_minor: 3 * service,
            product_revenue_minor: 3 * product,
            product_cost_minor: 3 * cost,
            labour_cost_minor: 3 * labour,
            worked_seconds: 3 * worked,
            ..Measures::default()
        };
        let same = MonthFigures::of(measures);
        prop_assert_eq!(same, [month; 2].into_iter().fold(month, MonthFigures::plus));
        let dictionary = Profitability::new(measures, Currency::USD);
        let genome = genome(&[client(1, &[month; 3])]);
        let value = |dimension| {
            genome.clients[0].reading(dimension).unwrap().value.known().copied()
        };
        let major = |money: Option<Money>| money.map(Money::major);
        prop_assert_eq!(value(Dimension::RevenuePerHour), major(dictionary.ehr_gross()));
        prop_assert_eq!(value(Dimension::NetRate), major(dictionary.ehr_net_cost()));
        prop_assert_eq!(value(Dimension::EffectiveRate), major(dictionary.ehr_labour()));
        let margin = score(&dictionary).map(|score| score.score.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED));
        prop_assert_eq!(genome.clients[0].score.known().map(|score| score.score), margin);
    }

    #[test]
    fn a_genome_is_read_as_it_was_written(clients in any_portfolio()) {
        let said = genome(&clients);
        let text = serde_json::to_string(&said).unwrap();
        // JSON has no word for what is no number: it would be null where a number is due.
        let read: Genome = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read, said);
    }
}
