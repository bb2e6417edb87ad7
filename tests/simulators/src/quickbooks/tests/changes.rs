//! Change data capture.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::app::App;
use super::books::{company, invoice};

async fn changes(app: &App, entities: &str, since: &str) -> Value {
    let mut body = app.get(&format!("/cdc?entities={entities}&changedSince={since}")).await.ok();
    body["CDCResponse"][0]["QueryResponse"].take()
}

#[tokio::test]
async fn changes_and_deletions_since_a_moment_are_told() {
    let app = App::new(company()).await;
    for amount in [1, 2, 3] {
        app.save("Invoice", &invoice("1", json!(amount))).await;
        app.clock.advance(SignedDuration::from_mins(1));
    }
    app.post("/invoice?operation=delete", &json!({ "Id": "2", "SyncToken": "0" })).await.ok();
    let told = changes(&app, "invoice,Vendor", "2026-03-10T12:01:00-07:00").await;
    let rows = told[0]["Invoice"].as_array().unwrap();
    assert_eq!((&rows[0]["Id"], &rows[0].get("status")), (&json!("3"), &None));
    let deleted = json!({
        "domain": "QBO", "status": "Deleted", "Id": "2",
        "MetaData": { "LastUpdatedTime": "2026-03-10T12:03:00-07:00" },
    });
    assert_eq!(rows[1..], [deleted]);
    assert_eq!((&told[0]["startPosition"], &told[0]["maxResults"]), (&json!(1), &json!(2)));
    assert_eq!(told[1], json!({}));
}

#[tokio::test]
async fn inactive_names_are_told() {
    let app = App::new(company()).await;
    app.save("Customer", &json!({ "Id": "3", "SyncToken": "0", "sparse": true, "Active": false }))
        .await;
    let told = changes(&app, "Customer", "2026-03-10T00:00:00-08:00").await;
    assert_eq!(told[0]["Customer"][0]["Active"], json!(false));
}

#[tokio::test]
async fn an_answer_holds_a_thousand_objects() {
    let mut entities = company();
    let classes = (1..=1200).map(|id: u32| {
        json!({
            "Id": id.to_string(), "SyncToken": "0", "Name": id.to_string(),
            "MetaData": { "LastUpdatedTime": format!("2026-03-10T0{}:00:00-08:00", if id > 600 { 1 } else { 2 }) },
        })
    });
    entities.insert("Class".to_owned(), classes.collect());
    let app = App::new(entities).await;
    let told = changes(&app, "Class", "2026-03-09").await;
    let rows = told[0]["Class"].as_array().unwrap();
    assert_eq!(
        (rows.len(), &rows[0]["Id"], &rows[999]["Id"]),
        (1000, &json!("601"), &json!("400"))
    );
}

#[tokio::test]
async fn nobody_remembers_longer_than_thirty_days() {
    let app = App::new(company()).await;
    changes(&app, "Invoice", "2026-02-08T12:00:00-07:00").await;
    app.get("/cdc?entities=Invoice&changedSince=2026-02-08T11:59:59-07:00").await.refused("6000");
    app.get("/cdc?entities=Invoice&changedSince=lately").await.refused("6000");
    app.get("/cdc?entities=Invoice").await.refused("2020");
    app.get("/cdc?changedSince=2026-03-01").await.refused("2020");
    app.get("/cdc?entities=Invoices&changedSince=2026-03-01").await.refused("4001");
}
