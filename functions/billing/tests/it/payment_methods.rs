//! What came in, by how it was paid.

use axum::http::Method;
use clearmargin_domain::{
    id::PaymentId,
    money::{Currency, Money},
    payment::{Payment, PaymentKind, PaymentMethod},
};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::desk::Desk;

impl Desk {
    /// A payment that settles nothing, as a source brings it.
    async fn brought(
        &self,
        number: u128,
        kind: PaymentKind,
        method: Option<PaymentMethod>,
        minor: i64,
        day: &str,
    ) {
        let usd = |minor| Money::new(minor, Currency::USD);
        let payment = Payment {
            id: PaymentId::new(self.world.now(), number),
            kind,
            client: self.client,
            day: day.parse::<Date>().unwrap(),
            method,
            reference: None,
            total: usd(minor),
            unapplied: usd(minor),
            allocations: Vec::new(),
            rate: None,
            origin: None,
        };
        let ctx = self.ctx();
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, Value::Null));
        change.insert(&payment).unwrap();
        change.commit().await.unwrap();
    }

    async fn methods(&self, query: &str) -> Value {
        self.world.settle().await;
        self.get(&format!("/analytics/payment-methods?{query}")).await
    }
}

/// `month method payments received refunds refunded net` of each row.
fn said(rows: &Value) -> Vec<String> {
    let names = ["month", "method", "payments", "received", "refunds", "refunded", "net"];
    let row = |row: &Value| {
        let told = names.iter().filter(|name| !row[**name].is_null());
        let told = told.map(|name| row[*name].to_string().replace('"', ""));
        told.collect::<Vec<_>>().join(" ")
    };
    rows.as_array().unwrap().iter().map(row).collect()
}

#[tokio::test]
async fn what_came_in_and_went_back_is_told_by_method_and_month() {
    let desk = Desk::new().await;
    let (card, cash) = (Some(PaymentMethod::Card), Some(PaymentMethod::Cash));
    desk.brought(1, PaymentKind::Received, card, 30_000, "2026-05-31").await;
    desk.brought(2, PaymentKind::Received, card, 10_000, "2026-06-01").await;
    desk.brought(3, PaymentKind::Received, cash, 20_000, "2026-06-02").await;
    desk.brought(4, PaymentKind::Refund, card, -5_000, "2026-06-30").await;
    // A source does not say how; nothing came in with the last three.
    desk.brought(5, PaymentKind::Received, None, 20_000, "2026-06-03").await;
    desk.brought(6, PaymentKind::Received, None, 0, "2026-06-03").await;
    desk.brought(7, PaymentKind::WriteOff, None, 900, "2026-06-04").await;
    desk.brought(8, PaymentKind::Credit, None, 800, "2026-06-04").await;
    let found = desk.methods("from=2026-05&to=2026-06").await;
    assert_eq!(
        said(&found["months"]),
        [
            "2026-05 card 1 300.00 0 0.00 300.00",
            "2026-06 card 1 100.00 1 50.00 50.00",
            "2026-06 cash 1 200.00 0 0.00 200.00",
            "2026-06 unknown 1 200.00 0 0.00 200.00",
        ]
    );
    assert_eq!(
        said(&found["methods"]),
        [
            "card 2 400.00 1 50.00 350.00",
            "cash 1 200.00 0 0.00 200.00",
            "unknown 1 200.00 0 0.00 200.00",
        ]
    );
    let shares: Vec<_> = (0..3).map(|at| found["methods"][at]["share"].to_string()).collect();
    assert_eq!(shares, ["0.5", "0.25", "0.25"]);
    assert_eq!(said(&json!([found["total"]])), ["4 800.00 1 50.00 750.00"]);
    let report = desk.ctx().tenant().drift().await.unwrap().unwrap();
    assert_eq!(report.drifted(), 0, "{report:?}");
    // What only went back has no share of what came in.
    let only = desk.methods("from=2026-04&to=2026-04").await;
    assert_eq!((said(&only["methods"]), &only["asOf"]), (vec![], &found["asOf"]));
}

#[tokio::test]
async fn a_payment_says_how_it_was_paid_and_others_see_nothing() {
    let desk = Desk::new().await;
    let invoice = desk.issued(100).await;
    let body = json!({"amount": 100, "currency": "USD", "method": "cheque", "day": "2026-07-01"});
    desk.done(Method::PUT, &format!("{invoice}/payment"), &body).await;
    let found = desk.methods("to=2026-07").await;
    assert_eq!(said(&found["months"]), ["2026-07 cheque 1 100.00 0 0.00 100.00"]);
    let path = "/analytics/payment-methods?from=2026-06&to=2026-05";
    assert_eq!(desk.ask(Method::GET, path, &Value::Null).await.refused().0, "query.from");
    let eve = desk.world.owner("eve@example.com").await;
    let path = "/api/analytics/payment-methods?to=2026-07";
    let answer = desk.world.get(path, Some(eve.access_token.expose())).await;
    assert_eq!(answer.json()["data"]["methods"], json!([]));
}
