//! Requests a minute.

use jiff::SignedDuration;
use serde_json::json;

use super::super::Options;
use super::app::App;
use super::books::company;

#[tokio::test]
async fn more_than_the_limit_is_throttled_until_a_minute_has_passed() {
    let options = Options { requests_per_minute: 3, ..Options::default() };
    let app = App::with(company(), options).await;
    for _ in 0..3 {
        app.get("/customer/1").await.ok();
        app.clock.advance(SignedDuration::from_secs(10));
    }
    let answer = app.get("/customer/1").await;
    assert_eq!((answer.status, answer.code()), (429, "3001"));
    assert_eq!(answer.body["Fault"]["type"], "SERVICE");
    assert_eq!(answer.headers.get("retry-after"), None);
    app.clock.advance(SignedDuration::from_secs(30));
    app.get("/customer/1").await.ok();
    assert_eq!(app.get("/customer/1").await.status, 429);
}

#[tokio::test]
async fn batches_and_reports_have_limits_of_their_own() {
    let options = Options { batches_per_minute: 1, reports_per_minute: 1, ..Options::default() };
    let app = App::with(company(), options).await;
    let batch = json!({ "BatchItemRequest": [] });
    app.post("/batch", &batch).await.ok();
    assert_eq!(app.post("/batch", &batch).await.status, 429);
    app.get("/reports/ProfitAndLoss").await.ok();
    assert_eq!(app.get("/reports/ProfitAndLoss").await.status, 429);
    app.get("/customer/1").await.ok();
}

#[tokio::test]
async fn zero_means_no_limit() {
    let options = Options { requests_per_minute: 0, ..Options::default() };
    let app = App::with(company(), options).await;
    for _ in 0..600 {
        app.get("/customer/1").await.ok();
    }
}
