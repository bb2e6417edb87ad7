//! What clients think of the work.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::desk::Desk;

#[tokio::test]
async fn a_client_says_what_they_think_by_a_link_that_counts_for_thirty_days() {
    let desk = Desk::new().await;
    let path = desk.open("The printer is on fire", "High").await;
    let link = desk.post(&format!("{path}/rating-link"), &Value::Null).await;
    let rate = async |token: &str, score: u8| {
        let body = json!({"token": token, "score": score, "comment": "Fast and friendly."});
        desk.world.post("/api/tickets/ratings", None, &body).await
    };
    let token = link["token"].as_str().unwrap();
    assert_eq!(rate(token, 5).await.status, StatusCode::NO_CONTENT);
    assert_eq!(rate(token, 4).await.status, StatusCode::NO_CONTENT);
    let rating = desk.get(&path).await["rating"].take();
    assert_eq!((&rating["score"], &rating["comment"]), (&json!(4), &json!("Fast and friendly.")));
    assert_eq!(rate(token, 6).await.refused().0, "score");
    let again = desk.post(&format!("{path}/rating-link"), &Value::Null).await;
    assert_eq!(rate(token, 1).await.refused().0, "token");
    desk.pass(30 * 24 * 60).await;
    assert_eq!(rate(again["token"].as_str().unwrap(), 1).await.refused().0, "token");
    assert_eq!(desk.get(&path).await["rating"], rating);
}

#[tokio::test]
async fn a_forged_link_counts_for_nothing() {
    let desk = Desk::new().await;
    let path = desk.open("The printer is on fire", "High").await;
    let link = desk.post(&format!("{path}/rating-link"), &Value::Null).await;
    let token = link["token"].as_str().unwrap();
    let turned = if token.ends_with('0') { "1" } else { "0" };
    let forged = format!("{}{turned}", &token[..token.len() - 1]);
    for token in ["", "x", "cms_", &token[1..], &forged] {
        let body = json!({"token": token, "score": 1});
        let refused = desk.world.post("/api/tickets/ratings", None, &body).await;
        assert_eq!(refused.refused().0, "token");
    }
    assert_eq!(desk.get(&path).await["rating"], Value::Null);
    let unsigned = desk.world.ask(Method::GET, "/api/tickets", "", None).await;
    assert_eq!(unsigned.problem().0, 401);
}
