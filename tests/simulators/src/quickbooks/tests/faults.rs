//! Injected faults in QuickBooks' own words.

use axum::http::Method;
use serde_json::{Value, json};

use super::super::Options;
use super::app::App;
use super::books::company;
use crate::faults::{FaultKind, FaultPlan};

fn always(kind: FaultKind) -> Options {
    Options { faults: plan(kind), ..Options::default() }
}

fn plan(kind: FaultKind) -> FaultPlan {
    FaultPlan { per_mille: 1000, kinds: vec![kind], ..FaultPlan::default() }
}

#[tokio::test]
async fn faults_wear_quickbooks_faces_and_spare_the_token_endpoint() {
    let throttled =
        App::with(company(), always(FaultKind::TooManyRequests)).await.get("/customer/1").await;
    assert_eq!((throttled.status, throttled.code()), (429, "3001"));
    let app = App::with(company(), always(FaultKind::ExpiredToken)).await;
    let expired = app.get("/customer/1").await;
    assert_eq!((expired.status, expired.code()), (401, "3200"));
    app.renew(&app.refresh).await.ok();
    let broken =
        App::with(company(), always(FaultKind::ServerError)).await.get("/customer/1").await;
    assert!((500..=503).contains(&broken.status));
}

#[tokio::test]
async fn rows_change_before_an_inner_page_in_nothing_that_is_money() {
    let app = App::with(company(), always(FaultKind::RecordsChangedBetweenPages)).await;
    let before = app.rows("SELECT * FROM Customer MAXRESULTS 1").await;
    assert_eq!(before[0]["SyncToken"], "0");
    app.rows("SELECT * FROM Customer STARTPOSITION 2 MAXRESULTS 1").await;
    let after = app.rows("SELECT * FROM Customer").await;
    let tokens: Vec<_> = after.iter().map(|row| row["SyncToken"].clone()).collect();
    assert!(tokens.contains(&json!("1")), "{tokens:?}");
    let balances: Vec<_> = after.iter().map(|row| row["Balance"].clone()).collect();
    assert_eq!(balances, [json!(0), json!(0), json!(0)]);
}

#[tokio::test]
async fn faults_are_switched_while_running() {
    let app = App::new(company()).await;
    app.get("/customer/1").await.ok();
    let body = serde_json::to_string(&plan(FaultKind::ServerError)).unwrap();
    let headers = [("content-type", "application/json")];
    assert_eq!(app.send(Method::POST, "/_control/faults", &headers, &body).await.status, 204);
    assert!(app.get("/customer/1").await.status >= 500);
    let told = app.send(Method::GET, "/_control/faults", &[], "").await.ok();
    assert_eq!(told["injected"]["serverError"], json!(1));
    assert_ne!(told["plan"], Value::Null);
}
