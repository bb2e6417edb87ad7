//! Many at once: whoever gets through, no cent is lost or counted twice.

use std::collections::BTreeSet;

use axum::http::Method;
use clearmargin_domain::{invoice::Invoice, payment::Payment};
use clearmargin_store::{List, Stored};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::desk::{Desk, path_of};

const MANY: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn fifty_payments_at_once_settle_the_invoice_to_the_cent() {
    let desk = Desk::new().await;
    // Fifty times 7 are 350: 300 settle the invoice, and 50 are credit, or were refused.
    let pay = format!("{}/payment", desk.issued(300).await);
    let body = json!({"amount": 7, "currency": "USD"});
    let answers = join_all((0..MANY).map(|_| desk.ask(Method::PUT, &pay, &body))).await;
    let paid = answers.iter().filter(|answer| answer.status.is_success()).count();
    let refused: BTreeSet<_> = answers
        .iter()
        .filter(|answer| !answer.status.is_success())
        .map(|answer| answer.problem().1)
        .collect();
    assert_eq!((paid, refused), (43, BTreeSet::from(["nothing_open".to_owned()])));
    let payments = desk.ctx().tenant().every(List::Payments(desk.client)).await.unwrap();
    let payments: Vec<Stored<Payment>> = payments;
    let sum = |part: fn(&Payment) -> i64| payments.iter().map(|it| part(it)).sum::<i64>();
    assert_eq!(sum(|payment| payment.total.minor), 43 * 700);
    assert_eq!(sum(|payment| payment.unapplied.minor), 100);
    let used = |payment: &Payment| payment.allocations.iter().map(|it| it.amount.minor).sum();
    assert_eq!(sum(used), 30_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_given_out_once_each_and_none_is_left_out() {
    let desk = Desk::new().await;
    let mut drafts = Vec::new();
    for number in 0..MANY {
        let draft = desk.post("/invoices", &desk.draft(i64::try_from(number).unwrap())).await;
        drafts.push(format!("{}/issue", path_of(&draft)));
    }
    // Each is asked for twice, at the same time.
    let asked = drafts.iter().chain(&drafts);
    let answers = join_all(asked.map(|path| desk.ask(Method::POST, path, &Value::Null))).await;
    let issued = answers.iter().filter(|answer| answer.status.is_success());
    let numbers: Vec<_> =
        issued.map(|answer| answer.json()["data"]["number"].to_string()).collect();
    let expected: BTreeSet<_> = (1..=MANY).map(|number| format!("\"INV-{number:06}\"")).collect();
    assert_eq!((numbers.len(), BTreeSet::from_iter(numbers)), (MANY, expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_payment_and_a_void_one_happens() {
    let desk = Desk::new().await;
    for _ in 0..20 {
        let path = desk.issued(100).await;
        let (pay, void) = (format!("{path}/payment"), format!("{path}/void"));
        let (body, none) = (json!({"amount": 100, "currency": "USD"}), json!({}));
        let (paid, voided) = futures_util::future::join(
            desk.ask(Method::PUT, &pay, &body),
            desk.ask(Method::POST, &void, &none),
        )
        .await;
        assert!(paid.status.is_success() != voided.status.is_success(), "{paid:?} {voided:?}");
        let id = path.trim_start_matches("/invoices/").parse().unwrap();
        let invoice = desk.ctx().tenant().get::<Invoice>(id).await.unwrap().unwrap();
        assert_eq!(invoice.balance.minor, 0);
        let status = desk.get(&path).await["status"].clone();
        assert_eq!(status, if paid.status.is_success() { "paid" } else { "void" });
    }
}
