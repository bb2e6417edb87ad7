use axum::http::Method;
use serde_json::{Value, json};

use crate::desk::Desk;

fn usd(amount: i64) -> Value {
    json!({"amount": amount, "currency": "USD", "method": "bank_transfer"})
}

#[tokio::test]
async fn an_invoice_is_paid_in_parts_and_what_is_more_becomes_credit() {
    let desk = Desk::new().await;
    let invoice = desk.issued(100).await;
    let pay = format!("{invoice}/payment");
    let part = desk.done(Method::PUT, &pay, &usd(40)).await;
    assert_eq!(part["invoice"]["status"], "partially_paid");
    assert_eq!(part["invoice"]["balance"].to_string(), "60.00");
    let rest = desk.done(Method::PUT, &pay, &usd(75)).await;
    assert_eq!(rest["invoice"]["status"], "paid");
    assert_eq!(rest["payment"]["unapplied"].to_string(), "15.00");
    assert_eq!(rest["payment"]["allocations"][0]["amount"].to_string(), "60.00");
    assert_eq!(desk.refused(Method::PUT, &pay, &usd(1)).await, "409 nothing_open");
    let void = format!("{invoice}/void");
    assert_eq!(desk.refused(Method::POST, &void, &json!({})).await, "409 settled");
    let payments = desk.get(&format!("/payments?clientId={}", desk.client)).await;
    assert_eq!(payments.as_array().unwrap().len(), 2);
    // The latest first, page by page.
    let page = format!("/api/payments?clientId={}&limit=1", desk.client);
    let first = desk.ask(Method::GET, page.trim_start_matches("/api"), &Value::Null).await.json();
    let cursor = first["page"]["nextCursor"].as_str().unwrap();
    let second = format!("{}&cursor={cursor}", page.trim_start_matches("/api"));
    let second = desk.get(&second).await;
    let ids = [&first["data"][0]["id"], &second[0]["id"]];
    assert_eq!(ids, [&payments[0]["id"], &payments[1]["id"]]);
}

#[tokio::test]
async fn what_will_not_come_is_given_up() {
    let desk = Desk::new().await;
    let invoice = desk.issued(100).await;
    desk.done(Method::PUT, &format!("{invoice}/payment"), &usd(30)).await;
    let lost = desk.post(&format!("{invoice}/write-off"), &json!({"reason": "insolvent"})).await;
    assert_eq!(
        (&lost["payment"]["kind"], &lost["invoice"]["status"]),
        (&json!("write_off"), &json!("paid"))
    );
    assert_eq!(lost["payment"]["amount"].to_string(), "70.00");
}

#[tokio::test]
async fn a_payment_that_is_sent_again_counts_once() {
    let desk = Desk::new().await;
    let pay = format!("{}/payment", desk.issued(100).await);
    let first = desk.ask_with(Method::PUT, &pay, "ach-4711", &usd(40)).await;
    let again = desk.ask_with(Method::PUT, &pay, "ach-4711", &usd(40)).await;
    assert_eq!((first.text, again.header("idempotent-replayed")), (again.text.clone(), "true"));
    let payments = desk.get(&format!("/payments?clientId={}", desk.client)).await;
    assert_eq!(payments.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn only_an_amount_in_the_invoices_currency_is_taken() {
    let desk = Desk::new().await;
    let pay = format!("{}/payment", desk.issued(100).await);
    for (body, place) in [
        (json!({"amount": 0, "currency": "USD"}), "amount"),
        (json!({"amount": -5, "currency": "USD"}), "amount"),
        (json!({"amount": 0.001, "currency": "USD"}), "amount"),
        (json!({"amount": 5, "currency": "EUR"}), "currency"),
        (json!({"amount": 5, "currency": "USD", "exchangeRate": 1.5}), "exchangeRate"),
        (json!({"amount": 5, "currency": "USD", "method": "barter"}), "method"),
    ] {
        assert_eq!(desk.ask(Method::PUT, &pay, &body).await.refused().0, place, "{body}");
    }
}
