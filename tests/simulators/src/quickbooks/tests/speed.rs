//! A company of thousands answers fast, even unoptimised.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::app::App;
use super::books::company;

fn invoices(count: u64) -> Vec<Value> {
    let line = |number: u64| {
        json!({
            "Id": number.to_string(),
            "LineNum": number,
            "Amount": 125.5,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": { "ItemRef": { "value": "1", "name": "Support" }, "UnitPrice": 125.5, "Qty": 1 },
        })
    };
    let invoices = (1..=count).map(|id| {
        json!({
            "Id": id.to_string(),
            "SyncToken": "0",
            "DocNumber": id.to_string(),
            "TxnDate": format!("20{}-{:02}-15", 23 + id % 3, 1 + id % 12),
            "CustomerRef": { "value": (1 + id % 3).to_string() },
            "TotalAmt": 627.5,
            "Balance": 0,
            "Line": (1..=5).map(line).collect::<Vec<_>>(),
            "MetaData": { "LastUpdatedTime": format!("2026-02-{:02}T{:02}:00:00-08:00", 1 + id % 28, id % 24) },
        })
    });
    invoices.collect()
}

#[tokio::test]
async fn thousands_of_documents_are_searched_paged_and_captured_quickly() {
    let mut entities = company();
    entities.insert("Invoice".to_owned(), invoices(6000));
    let app = App::new(entities).await;
    // Generous, for a busy machine: each takes a small part of it alone.
    let allowed = Duration::from_secs(2);
    for path in [
        "/query?query=select+count(*)+from+Invoice",
        "/query?query=select+*+from+Invoice+startposition+5001+maxresults+1000",
        "/query?query=select+*+from+Invoice+where+CustomerRef='2'+orderby+TxnDate+maxresults+1000",
        "/query?query=select+*+from+Invoice+where+MetaData.LastUpdatedTime%3E'2026-02-27'+maxresults+1000",
        "/cdc?entities=Invoice,Customer&changedSince=2026-02-20",
        "/reports/ProfitAndLoss?start_date=2023-01-01&end_date=2025-12-31&summarize_column_by=Month",
    ] {
        let start = Instant::now();
        app.get(path).await.ok();
        let took = start.elapsed();
        assert!(took < allowed, "{path} took {took:?}");
    }
}
