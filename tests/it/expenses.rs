//! What somebody decided about a bill outlives what its source makes of it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::Bench;

const MONTHS: &str = "from=2025-01&to=2026-12&limit=100";

/// A bill with a line that names no client and is worth something.
async fn unallocated(bench: &Bench, token: &str) -> Value {
    let path = format!("/api/expenses?{MONTHS}&allocation=unallocated");
    let rows = bench.get(&path, token).await.data();
    let bill = rows.as_array().unwrap().iter().find(|row| row["kind"] == "bill").unwrap().clone();
    bench.get(&format!("/api/expenses/{}", bill["id"].as_str().unwrap()), token).await.data()
}

/// What all clients cost in the month of a day, and the organisation, in cents.
async fn product_cost(bench: &Bench, token: &str, month: &str) -> (i64, i64) {
    let path = format!("/api/ai/analytics/profitability-scores?from={month}&to={month}");
    let ranking = bench.get(&path, token).await.data();
    let minor = |figures: &Value| {
        let text = figures["productCost"].to_string();
        text.replace('.', "").parse::<i64>().unwrap()
    };
    let clients = ranking["clients"].as_array().unwrap().iter();
    (clients.map(minor).sum(), minor(&ranking["organization"]))
}

fn cents(amount: &Value) -> i64 {
    amount.to_string().replace('.', "").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_was_divided_by_hours_follows_quickbooks_to_the_cent() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let bill = unallocated(&bench, &token).await;
    let month = bill["day"].as_str().unwrap().get(..7).unwrap();
    let path = format!("/api/expenses/{}", bill["id"].as_str().unwrap());
    let (before, whole) = product_cost(&bench, &token, month).await;
    let rest = cents(&bill["unallocated"]);
    assert!(rest > 0, "{bill}");
    let free = |line: &&Value| line["clientId"].is_null();
    let line = bill["lines"].as_array().unwrap().iter().find(free).unwrap();
    assert!(line["accountName"].is_string(), "{bill}");

    let body = json!({"lines": [{"key": "hours", "month": "2026-10"}]});
    bench.ask(Method::PUT, &format!("{path}/allocation"), &token, &body).await.data();
    bench.server.settle().await.unwrap();
    let divided = product_cost(&bench, &token, month).await;
    assert_eq!(divided, (before + rest, whole));

    // QuickBooks charges more for the same line.
    let theirs = format!("bill/{}?minorversion=75", bill["externalId"].as_str().unwrap());
    let mut changed = bench.in_quickbooks(Method::GET, &theirs, &Value::Null).await["Bill"].take();
    let place = usize::try_from(line["line"].as_u64().unwrap()).unwrap() - 1;
    changed["Line"][place]["Amount"] = json!(9_999.99);
    bench.in_quickbooks(Method::POST, "bill?minorversion=75", &changed).await;
    bench.start_sync(&token, "incremental").await;
    bench.synced(&token).await;
    let more = 999_999 - cents(&line["amount"]);
    let followed = product_cost(&bench, &token, month).await;
    assert_eq!(followed, (before + rest + more, whole + more));
    let now = bench.get(&path, &token).await.data();
    assert_eq!(now["lines"][place]["allocation"]["month"], "2026-10");
    assert_eq!(now["unallocated"].to_string(), "0.00");

    // Reading everything again changes nothing; deleting it takes its cost away.
    bench.start_sync(&token, "full").await;
    bench.synced(&token).await;
    assert_eq!(product_cost(&bench, &token, month).await, followed);
    let changed = bench.in_quickbooks(Method::GET, &theirs, &Value::Null).await;
    bench.delete_in_quickbooks("Bill", &changed["Bill"]).await;
    bench.start_sync(&token, "incremental").await;
    bench.synced(&token).await;
    let own: i64 =
        bill["lines"].as_array().unwrap().iter().map(|line| cents(&line["amount"])).sum();
    let named = own - rest;
    assert_eq!(product_cost(&bench, &token, month).await, (before - named, whole - own));
    assert_eq!(bench.drift().await, 0);
}
