//! What is found in TechWave's books is proved by what was read, and nothing is found twice.

use std::collections::BTreeSet;

use clearmargin_simulators::techwave::{Scale, generate};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use crate::bench::Bench;

const BOOKS: Scale = Scale { clients: 16, months: 16, technicians: 6, tickets: 160, worklogs: 320 };

fn rows<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map_or(&[], Vec::as_slice)
}

fn exact(number: &Value) -> Decimal {
    number.to_string().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn unbilled_time_is_proved_by_each_piece_of_work_and_its_price() {
    let bench = Bench::over(generate(BOOKS, 1)).await;
    let token = bench.techwave().await;
    bench.server.settle().await.unwrap();
    let path = "/api/ai/analytics/revenue-leaks?kind=unbilled_time&limit=100";
    let answer = bench.get(path, &token).await.data();
    let leaks = rows(&answer, "leaks");
    assert!(leaks.len() >= 2, "{answer}");
    let mut seen = BTreeSet::new();
    for leak in leaks {
        let months: Decimal = rows(leak, "months").iter().map(|it| exact(&it["amount"])).sum();
        assert_eq!(months, exact(&leak["total"]), "{leak}");
        let work = rows(leak, "evidence").iter().filter(|row| row["record"] == "time_entry");
        let cents = RoundingStrategy::MidpointNearestEven;
        let price = |row: &Value| exact(&row["quantity"]) * exact(&row["unitPrice"]);
        let work: Vec<_> = work.collect();
        let worth = work.iter().map(|row| price(row).round_dp_with_strategy(2, cents));
        assert_eq!(worth.sum::<Decimal>(), months, "{leak}");
        for row in work {
            assert_eq!(row["source"], "superops", "{row}");
            assert!(seen.insert(row["id"].to_string()), "{row} is in two leaks");
        }
    }
    let all: Decimal = leaks.iter().map(|leak| exact(&leak["total"])).sum();
    assert_eq!(exact(&answer["recoverable"]["amount"]), all, "nothing else is found in them");
}
