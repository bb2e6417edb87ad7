//! Where invoices stand, month by month, and how long clients took to pay.

use axum::http::Method;
use clearmargin_domain::id::ClientId;
use serde_json::{Value, json};

use crate::desk::{Desk, path_of};

impl Desk {
    async fn statuses(&self, query: &str) -> Value {
        self.world.settle().await;
        self.get(&format!("/analytics/payment-status?{query}")).await
    }

    /// Issues an invoice of that client record; its path.
    async fn invoiced(&self, client: ClientId, dollars: i64, day: &str, due: &str) -> String {
        let mut draft = self.draft(dollars);
        draft["clientId"] = json!(client);
        draft["day"] = json!(day);
        draft["due"] = json!(due);
        let path = path_of(&self.post("/invoices", &draft).await);
        self.post(&format!("{path}/issue"), &Value::Null).await;
        path
    }

    async fn pays(&self, invoice: &str, dollars: i64, day: &str) {
        let body = json!({"amount": dollars, "currency": "USD", "day": day});
        self.done(Method::PUT, &format!("{invoice}/payment"), &body).await;
    }

    async fn is_in_step(&self) {
        let report = self.ctx().tenant().drift().await.unwrap().unwrap();
        assert_eq!((report.drifted(), report.standing_drifts.len()), (0, 0), "{report:?}");
    }
}

/// What of a month is told, in that order.
fn figures(row: &Value, names: &[&str]) -> String {
    names.iter().map(|name| row[name].to_string()).collect::<Vec<_>>().join(" ")
}

const HOW: [&str; 7] =
    ["documents", "charged", "paid", "credited", "writtenOff", "settledOtherwise", "open"];
const WHERE: [&str; 5] = [
    "sentDocuments",
    "partiallyPaidDocuments",
    "paidDocuments",
    "overdueDocuments",
    "voidDocuments",
];
const WHEN: [&str; 3] = ["averageDaysToPay", "onTimeShare", "lateShare"];

#[tokio::test]
async fn invoices_are_told_by_where_they_stand_and_by_how_they_were_settled() {
    let desk = Desk::new().await;
    let at = desk.client;
    // May: 300 paid after 10 days, 100 of 500 after 50 and the rest given up.
    let quick = desk.invoiced(at, 300, "2026-05-01", "2026-05-31").await;
    desk.pays(&quick, 300, "2026-05-11").await;
    let slow = desk.invoiced(at, 500, "2026-05-02", "2026-06-01").await;
    desk.pays(&slow, 100, "2026-06-21").await;
    desk.post(&format!("{slow}/write-off"), &json!({"reason": "insolvent"})).await;
    // June: one due today with nothing paid, one with a part, one overdue, one taken back, a draft.
    desk.invoiced(at, 40, "2026-06-01", "2026-07-01").await;
    let part = desk.invoiced(at, 80, "2026-06-02", "2026-07-02").await;
    desk.pays(&part, 20, "2026-06-12").await;
    desk.invoiced(at, 70, "2026-06-03", "2026-06-30").await;
    let void = desk.invoiced(at, 60, "2026-06-04", "2026-07-04").await;
    desk.post(&format!("{void}/void"), &json!({"day": "2026-07-01"})).await;
    desk.post("/invoices", &desk.draft(999)).await;

    let answer = desk.statuses("from=2026-05&to=2026-06").await;
    let [may, june] = [0, 1].map(|place| answer["months"][place].clone());
    assert_eq!((&may["month"], &answer["day"]), (&json!("2026-05"), &json!("2026-07-01")));
    assert_eq!(figures(&may, &HOW), "2 800.00 400.00 0.00 400.00 0.00 0.00");
    assert_eq!(figures(&june, &HOW), "3 190.00 20.00 0.00 0.00 0.00 170.00");
    assert_eq!(figures(&may, &WHERE), "0 0 2 0 0");
    assert_eq!(figures(&june, &WHERE), "1 1 0 1 1");
    let open = ["sentAmount", "partiallyPaidAmount", "partiallyPaidOpen", "overdueOpen"];
    assert_eq!(figures(&june, &open), "40.00 80.00 60.00 70.00");
    assert_eq!(june["voidAmount"].to_string(), "60.00");
    // (300 × 10 + 100 × 50) ÷ 400 days; 300 of 400 came in time.
    assert_eq!(figures(&may, &WHEN), "20 0.75 0.25");
    assert_eq!(figures(&answer["total"], &HOW), "5 990.00 420.00 0.00 400.00 0.00 170.00");
    assert_eq!(answer["asOf"], json!({"superops": null, "quickbooks": null}));
    // Nothing was charged in April: no days, and no shares of nothing.
    let april = desk.statuses("from=2026-04&to=2026-04").await;
    assert_eq!(figures(&april["total"], &WHEN), "null null null");
    assert_eq!(figures(&april["total"], &HOW), "0 0.00 0.00 0.00 0.00 0.00 0.00");
    desk.is_in_step().await;
}

#[tokio::test]
async fn a_client_is_found_by_any_of_its_records_and_others_see_nothing() {
    let desk = Desk::new().await;
    let (joined, other) = (ClientId::new(desk.world.now(), 2), ClientId::new(desk.world.now(), 3));
    desk.record(joined, Some(desk.client)).await;
    desk.record(other, None).await;
    for (client, dollars) in [(desk.client, 100), (other, 500)] {
        desk.invoiced(client, dollars, "2026-06-01", "2026-07-01").await;
    }
    for id in [desk.client, joined] {
        let found = desk.statuses(&format!("clientId={id}")).await;
        assert_eq!(found["clientId"], desk.client.to_string());
        assert_eq!(figures(&found["total"], &HOW[..2]), "1 100.00");
    }
    assert_eq!(figures(&desk.statuses("to=2026-07").await["total"], &HOW[..2]), "2 600.00");
    let unknown = ClientId::new(desk.world.now(), 9);
    for (query, field) in [
        (format!("clientId={unknown}"), "query.clientId"),
        ("clientId=acme".to_owned(), "query.clientId"),
        ("from=2026-13".to_owned(), "query.from"),
        ("from=2026-06&to=2026-05".to_owned(), "query.from"),
        ("from=2020-01&to=2026-05".to_owned(), "query.from"),
    ] {
        let path = format!("/analytics/payment-status?{query}");
        assert_eq!(desk.ask(Method::GET, &path, &Value::Null).await.refused().0, field, "{query}");
    }
    let eve = desk.world.owner("eve@example.com").await;
    let path = "/api/analytics/payment-status?from=2026-06&to=2026-06";
    let answer = desk.world.get(path, Some(eve.access_token.expose())).await;
    assert_eq!(answer.json()["data"]["total"]["documents"], json!(0));
}
