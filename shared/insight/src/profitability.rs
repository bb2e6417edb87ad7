//! Profit per client and month, and the clients in order of it.

use std::collections::{BTreeMap, HashMap};

use clearmargin_domain::{
    id::ClientId,
    metrics::Profitability,
    money::Currency,
    period::{Month, Period},
    rollup::Measures,
};
use rust_decimal::{Decimal, RoundingStrategy};

/// A client's figures over a period.
#[derive(Debug, Clone)]
pub struct ClientFigures {
    /// Each month of the period, months without anything included.
    pub months: BTreeMap<Month, Profitability>,
    /// The whole period.
    pub total: Profitability,
}

/// The figures of a client, from the sums of each of its records.
pub fn client(
    currency: Currency,
    period: Period,
    records: &[BTreeMap<Month, Measures>],
) -> ClientFigures {
    let sum = |month| {
        let sums = records.iter().filter_map(|record| record.get(&month));
        sums.fold(Measures::default(), |sum, measures| sum.plus(*measures))
    };
    let months: BTreeMap<_, _> = period.months().map(|month| (month, sum(month))).collect();
    let total = months.values().fold(Measures::default(), |sum, measures| sum.plus(*measures));
    let figures = |measures| Profitability::new(measures, currency);
    ClientFigures {
        months: months.into_iter().map(|(month, sums)| (month, figures(sums))).collect(),
        total: figures(total),
    }
}

/// A client's place among all clients.
#[derive(Debug, Clone)]
pub struct Ranked {
    /// The client.
    pub client: ClientId,
    /// 1 for the highest margin.
    pub rank: usize,
    /// The figures of the period.
    pub figures: Profitability,
    /// How the score comes about; `None` without revenue.
    pub score: Option<Score>,
}

/// What is left of 100 of revenue, in parts that add up to it exactly:
/// `score = 100 − labour − products`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// What is left: the gross margin in per cent of revenue.
    pub score: Decimal,
    /// Labour cost in per cent of revenue.
    pub labour: Decimal,
    /// Product cost in per cent of revenue.
    pub products: Decimal,
}

/// The score of figures; `None` unless there is revenue.
pub fn score(figures: &Profitability) -> Option<Score> {
    let revenue = figures.revenue().minor;
    if revenue <= 0 {
        return None;
    }
    let percent = |minor: i64| {
        let share = Decimal::from(minor) * Decimal::from(100) / Decimal::from(revenue);
        share.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven)
    };
    let labour = percent(figures.labour_cost().minor);
    let products = percent(figures.product_cost().minor);
    Some(Score { score: Decimal::from(100) - labour - products, labour, products })
}

/// The clients by gross margin, highest first; clients with equal margins by id.
pub fn rank<S: std::hash::BuildHasher>(
    currency: Currency,
    clients: impl Iterator<Item = (ClientId, Vec<ClientId>)>,
    sums: &HashMap<ClientId, Measures, S>,
) -> Vec<Ranked> {
    let figures = |(client, records): (ClientId, Vec<ClientId>)| {
        let sums = records.iter().filter_map(|record| sums.get(record));
        let sum = sums.fold(Measures::default(), |sum, measures| sum.plus(*measures));
        (client, Profitability::new(sum, currency))
    };
    let mut all: Vec<_> = clients.map(figures).collect();
    all.sort_by_key(|(client, figures)| (std::cmp::Reverse(figures.gross_margin().minor), *client));
    let ranked = |(place, (client, figures))| Ranked {
        client,
        rank: place + 1,
        figures,
        score: score(&figures),
    };
    all.into_iter().enumerate().map(ranked).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn client_id(n: u128) -> ClientId {
        ClientId::new(Timestamp::UNIX_EPOCH, n)
    }

    fn measures(revenue: i64, labour: i64, products: i64) -> Measures {
        Measures {
            service_revenue_minor: revenue,
            labour_cost_minor: labour,
            product_cost_minor: products,
            ..Measures::default()
        }
    }

    #[test]
    fn months_add_up_to_the_total_over_all_records_of_a_client() {
        let month = |text: &str| text.parse::<Month>().unwrap();
        let period = Period::new(month("2026-01"), month("2026-03"), 12).unwrap();
        let psa = BTreeMap::from([(month("2026-01"), measures(0, 300, 0))]);
        let books = BTreeMap::from([
            (month("2026-01"), measures(1_000, 0, 100)),
            (month("2026-03"), measures(500, 0, 0)),
        ]);
        let figures = client(Currency::USD, period, &[psa, books]);
        assert_eq!(figures.months.len(), 3);
        assert_eq!(figures.months[&month("2026-01")].gross_margin().minor, 600);
        assert_eq!(figures.total.gross_margin().minor, 1_100);
    }

    #[test]
    fn a_score_is_the_sum_of_its_parts() {
        let figures = Profitability::new(measures(30_000, 10_000, 7_000), Currency::USD);
        let score = score(&figures).unwrap();
        assert_eq!(score.score + score.labour + score.products, Decimal::from(100));
        assert_eq!(score.labour.to_string(), "33.33");
    }

    #[test]
    fn without_revenue_there_is_no_score() {
        let figures = Profitability::new(measures(0, 10_000, 0), Currency::USD);
        assert_eq!(score(&figures), None);
    }

    #[test]
    fn the_highest_margin_comes_first_and_a_loss_last() {
        let sums = HashMap::from([
            (client_id(1), measures(100, 300, 0)),
            (client_id(2), measures(500, 0, 0)),
            (client_id(3), measures(0, 0, 0)),
            (client_id(4), measures(400, 0, 0)),
        ]);
        let clients = [
            (client_id(1), vec![client_id(1)]),
            (client_id(2), vec![client_id(2), client_id(4)]),
            (client_id(3), vec![client_id(3)]),
        ];
        let ranked = rank(Currency::USD, clients.into_iter(), &sums);
        let order: Vec<_> = ranked.iter().map(|ranked| (ranked.rank, ranked.client)).collect();
        assert_eq!(order, [(1, client_id(2)), (2, client_id(3)), (3, client_id(1))]);
    }
}
