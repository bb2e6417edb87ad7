//! The query language over the routes.

use axum::http::Method;
use serde_json::{Value, json};

use super::app::App;
use super::books::{company, invoice};

/// Five invoices over five months, changed in the order of their ids.
async fn with_invoices() -> App {
    let mut entities = company();
    let invoices = (1..=5_u32).map(|number| {
        json!({
            "Id": (100 + number).to_string(),
            "SyncToken": "0",
            "DocNumber": format!("INV-{number}"),
            "TxnDate": format!("2025-0{number}-15"),
            "CustomerRef": { "value": if number % 2 == 0 { "3" } else { "1" } },
            "TotalAmt": number * 100,
            "Balance": if number > 3 { number * 100 } else { 0 },
            "MetaData": {
                "CreateTime": format!("2025-0{number}-15T10:00:00-08:00"),
                "LastUpdatedTime": format!("2025-0{number}-16T10:00:00-08:00"),
            },
        })
    });
    entities.insert("Invoice".to_owned(), invoices.collect());
    App::new(entities).await
}

#[tokio::test]
async fn conditions_compare_by_the_type_of_the_field() {
    let app = with_invoices().await;
    for (condition, expected) in [
        ("TotalAmt > '300.00'", vec!["105", "104"]),
        ("TotalAmt >= 300 AND TotalAmt < 500", vec!["104", "103"]),
        ("Id > '99' AND Id <= '102'", vec!["102", "101"]),
        ("TxnDate >= '2025-02-15' AND TxnDate <= '2025-03-15'", vec!["103", "102"]),
        ("CustomerRef = '3'", vec!["104", "102"]),
        ("CustomerRef IN ('3', '7')", vec!["104", "102"]),
        ("DocNumber LIKE '%-5'", vec!["105"]),
        ("DocNumber LIKE 'INV%' AND Balance = 0", vec!["103", "102", "101"]),
        ("MetaData.LastUpdatedTime > '2025-03-16T18:00:00Z'", vec!["105", "104"]),
        ("MetaData.LastUpdatedTime >= '2025-03-16T18:00:00Z'", vec!["105", "104", "103"]),
        ("MetaData.CreateTime < '2025-02-15T11:00:00-07:00'", vec!["101"]),
        ("MetaData.LastUpdatedTime = '2025-02-16T18:00:00Z'", vec!["102"]),
    ] {
        assert_eq!(
            app.ids(&format!("SELECT * FROM Invoice WHERE {condition}")).await,
            expected,
            "{condition}"
        );
    }
}

#[tokio::test]
async fn rows_are_ordered_as_asked() {
    let app = with_invoices().await;
    for (order, expected) in [
        ("MetaData.LastUpdatedTime", ["101", "102", "103", "104", "105"]),
        ("MetaData.LastUpdatedTime DESC", ["105", "104", "103", "102", "101"]),
        ("TotalAmt desc", ["105", "104", "103", "102", "101"]),
        ("CustomerRef, DocNumber DESC", ["105", "103", "101", "104", "102"]),
    ] {
        for word in ["ORDERBY", "ORDER BY"] {
            assert_eq!(
                app.ids(&format!("SELECT * FROM Invoice {word} {order}")).await,
                expected,
                "{order}"
            );
        }
    }
}

#[tokio::test]
async fn ordering_by_id_is_refused() {
    let app = with_invoices().await;
    app.query("SELECT * FROM Invoice ORDERBY Id").await.refused("4001");
}

#[tokio::test]
async fn pages_cover_every_row_once() {
    let app = with_invoices().await;
    let mut seen = Vec::new();
    for start in [1, 3, 5] {
        let statement = format!(
            "select * from invoice order by MetaData.LastUpdatedTime startposition {start} maxresults 2"
        );
        let body = app.query(&statement).await.ok();
        let answer = &body["QueryResponse"];
        let rows = answer["Invoice"].as_array().unwrap();
        assert_eq!(
            (&answer["startPosition"], &answer["maxResults"]),
            (&json!(start), &json!(rows.len()))
        );
        seen.extend(rows.iter().map(|row| row["Id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(seen, ["101", "102", "103", "104", "105"]);
    let past = app.query("select * from invoice startposition 6").await.ok();
    assert_eq!(past["QueryResponse"], json!({}));
}

#[tokio::test]
async fn a_page_holds_a_hundred_rows_unless_told_and_a_thousand_at_most() {
    let mut entities = company();
    let classes = (1..=1200).map(|id: u32| {
        json!({
            "Id": id.to_string(), "SyncToken": "0", "Name": format!("Class {id:04}"), "Active": true,
            "MetaData": { "LastUpdatedTime": "2025-01-01T00:00:00-08:00" },
        })
    });
    entities.insert("Class".to_owned(), classes.collect());
    let app = App::new(entities).await;
    assert_eq!(app.rows("SELECT * FROM Class").await.len(), 100);
    assert_eq!(app.rows("SELECT * FROM Class MAXRESULTS 1000").await.len(), 1000);
    assert_eq!(app.rows("SELECT * FROM Class STARTPOSITION 1001 MAXRESULTS 1000").await.len(), 200);
    app.query("SELECT * FROM Class MAXRESULTS 1001").await.refused("4001");
    let count = app.query("SELECT COUNT(*) FROM Class").await.ok();
    assert_eq!(count["QueryResponse"], json!({ "totalCount": 1200 }));
}

#[tokio::test]
async fn the_first_position_is_one() {
    let answer = App::new(company())
        .await
        .query("SELECT * FROM Customer STARTPOSITION 0")
        .await
        .refused("4001");
    assert_eq!(
        answer.detail(),
        "QueryValidationError: value 0 is too small. Min allowed value is 1"
    );
}

#[tokio::test]
async fn inactive_rows_hide_until_asked_for() {
    let app = App::new(company()).await;
    let body = json!({ "Id": "3", "SyncToken": "0", "sparse": true, "Active": false });
    app.save("Customer", &body).await;
    assert_eq!(app.ids("SELECT * FROM Customer").await, ["1", "2"]);
    assert_eq!(app.ids("SELECT * FROM Customer WHERE Active = false").await, ["3"]);
    assert_eq!(
        app.ids("SELECT * FROM Customer WHERE Active IN (true, false)").await,
        ["1", "2", "3"]
    );
    assert_eq!(app.read("Customer", "3").await["DisplayName"], "Zenith (deleted)");
}

#[tokio::test]
async fn chosen_fields_come_alone() {
    let app = with_invoices().await;
    let rows = app.rows("SELECT Id, MetaData.LastUpdatedTime FROM Invoice WHERE Id = '103'").await;
    let expected = json!([{
        "domain": "QBO",
        "sparse": true,
        "Id": "103",
        "MetaData": { "LastUpdatedTime": "2025-03-16T10:00:00-08:00" },
    }]);
    assert_eq!(Value::Array(rows), expected);
}

#[tokio::test]
async fn unknown_entities_and_fields_are_refused() {
    let app = App::new(company()).await;
    let answer = app.query("SELECT * FROM Custmoer").await.refused("4001");
    assert_eq!(answer.detail(), "QueryValidationError: invalid context declaration: Custmoer");
    for statement in [
        "SELECT * FROM Customer WHERE Nickname = 'x'",
        "SELECT Nickname FROM Customer",
        "SELECT * FROM Customer ORDERBY Nickname",
        "SELECT * FROM Customer WHERE MetaData.Author = 'x'",
        "SELECT * FROM Customer WHERE displayname = 'x'",
        "SELECT * FROM Customer WHERE MetaData.CreateTime > 'soon'",
    ] {
        app.query(statement).await.refused("4001");
    }
    app.query("SELECT * FROM Customer WHERE").await.refused("4000");
    app.get("/query").await.refused("2020");
}

#[tokio::test]
async fn a_statement_may_be_posted_as_text() {
    let app = App::new(company()).await;
    let statement = "select count(*) from Customer";
    let answer =
        app.call(Method::POST, "/query?minorversion=75", "application/text", statement).await.ok();
    assert_eq!(answer["QueryResponse"]["totalCount"], 3);
    app.call(Method::POST, "/query", "application/json", statement).await.refused("500");
}

#[tokio::test]
async fn a_changed_row_moves_to_the_front_of_an_unordered_list() {
    let app = with_invoices().await;
    let body = json!({ "Id": "102", "SyncToken": "0", "sparse": true, "PrivateNote": "seen" });
    // The seeded invoice has no lines, which an update needs.
    let mut whole = invoice("3", json!(200));
    whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    app.save("Invoice", &whole).await;
    assert_eq!(app.ids("SELECT * FROM Invoice").await, ["102", "105", "104", "103", "101"]);
    let changed =
        app.ids("SELECT * FROM Invoice WHERE MetaData.LastUpdatedTime > '2026-01-01'").await;
    assert_eq!(changed, ["102"]);
}
