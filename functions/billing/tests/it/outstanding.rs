//! What clients owed, seen from any day.

use axum::http::Method;
use serde_json::{Value, json};

use crate::desk::{Desk, path_of};

const COLUMNS: [&str; 6] =
    ["current", "days1To30", "days31To60", "days61To90", "daysOver90", "total"];

impl Desk {
    async fn owed(&self, day: &str) -> Value {
        self.world.settle().await;
        self.get(&format!("/analytics/outstanding-payments?day={day}")).await
    }

    async fn total_owed(&self, day: &str) -> String {
        let owed = self.owed(day).await;
        COLUMNS.map(|column| owed["total"][column].to_string()).join(" ")
    }

    /// Issues a document of that kind; its path.
    pub(crate) async fn charged(&self, kind: &str, dollars: i64, day: &str, due: &str) -> String {
        let mut draft = self.draft(dollars);
        draft["kind"] = json!(kind);
        draft["day"] = json!(day);
        draft["due"] = json!(due);
        let path = path_of(&self.post("/invoices", &draft).await);
        self.post(&format!("{path}/issue"), &Value::Null).await;
        path
    }

    async fn paid(&self, invoice: &str, dollars: i64, day: &str) {
        let body = json!({"amount": dollars, "currency": "USD", "day": day});
        self.done(Method::PUT, &format!("{invoice}/payment"), &body).await;
    }
}

#[tokio::test]
async fn what_is_owed_ages_by_itself_and_goes_on_the_day_it_is_paid() {
    let desk = Desk::new().await;
    let invoice = desk.charged("invoice", 300, "2026-05-01", "2026-05-31").await;
    desk.charged("credit_memo", 20, "2026-06-20", "2026-07-20").await;
    // Booked later, for a day before the credit memo's; then more than is open.
    desk.paid(&invoice, 100, "2026-06-15").await;
    desk.paid(&invoice, 250, "2026-07-01").await;
    for (day, owed) in [
        ("2026-04-30", "0.00 0.00 0.00 0.00 0.00 0.00"),
        ("2026-05-31", "300.00 0.00 0.00 0.00 0.00 300.00"),
        ("2026-06-14", "0.00 300.00 0.00 0.00 0.00 300.00"),
        ("2026-06-15", "0.00 200.00 0.00 0.00 0.00 200.00"),
        ("2026-06-20", "-20.00 200.00 0.00 0.00 0.00 180.00"),
        ("2026-07-01", "-70.00 0.00 0.00 0.00 0.00 -70.00"),
        ("2026-09-30", "0.00 0.00 0.00 -20.00 -50.00 -70.00"),
    ] {
        assert_eq!(desk.total_owed(day).await, owed, "{day}");
    }
    let owed = desk.owed("2026-06-20").await;
    assert_eq!(owed["clients"][0]["clientId"], desk.client.to_string());
    assert_eq!(owed["clients"][0]["overdue"].to_string(), "200.00");
    assert_eq!((&owed["currency"], &owed["day"]), (&json!("USD"), &json!("2026-06-20")));
    // Nothing was ever read of a source.
    assert_eq!(owed["asOf"], json!({"superops": null, "quickbooks": null}));
}

#[tokio::test]
async fn drafts_are_not_owed_and_what_was_taken_back_only_until_then() {
    let desk = Desk::new().await;
    desk.post("/invoices", &desk.draft(500)).await;
    let void = desk.charged("invoice", 100, "2026-06-01", "2026-07-01").await;
    desk.post(&format!("{void}/void"), &json!({"day": "2026-06-10"})).await;
    let total = async |day| desk.owed(day).await["total"]["total"].to_string();
    assert_eq!(
        (total("2026-06-09").await, total("2026-06-10").await),
        ("100.00".into(), "0.00".into())
    );
    assert_eq!(desk.owed("2026-07-01").await["clients"], json!([]));
}

#[tokio::test]
async fn a_day_is_a_day_and_another_organisation_sees_nothing() {
    let desk = Desk::new().await;
    desk.issued(100).await;
    for day in ["2026-02-30", "yesterday", "0160-10-05", "9999-12-31", ""] {
        let path = format!("/analytics/outstanding-payments?day={day}");
        let answer = desk.ask(Method::GET, &path, &Value::Null).await;
        assert_eq!(answer.refused().0, "query.day", "{day}: {answer:?}");
    }
    desk.world.settle().await;
    let other = desk.world.owner("eve@example.com").await;
    let path = "/api/analytics/outstanding-payments?day=2026-07-01";
    let answer = desk.world.get(path, Some(other.access_token.expose())).await;
    assert_eq!(answer.json()["data"]["clients"], json!([]));
    assert_eq!(desk.owed("2026-07-01").await["clients"].as_array().unwrap().len(), 1);
}
