//! Refunds, and credit that is used.

use std::collections::BTreeSet;

use axum::http::Method;
use clearmargin_domain::{
    client::Client,
    id::{ClientId, InvoiceId},
    invoice::Invoice,
    payment::Payment,
    source::{Origin, Source},
};
use clearmargin_store::{List, Stored};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::desk::{Desk, path_of};

const MANY: usize = 50;

impl Desk {
    /// A payment of which so much is left; its path.
    pub(crate) async fn credit(&self, dollars: i64) -> String {
        let invoice = self.issued(100).await;
        let body = json!({"amount": 100 + dollars, "currency": "USD"});
        let paid = self.done(Method::PUT, &format!("{invoice}/payment"), &body).await;
        format!("/payments/{}", paid["payment"]["id"].as_str().unwrap())
    }

    /// An issued credit memo; its path.
    pub(crate) async fn memo(&self, dollars: i64) -> String {
        let mut draft = self.draft(dollars);
        draft["kind"] = json!("credit_memo");
        let path = path_of(&self.post("/invoices", &draft).await);
        self.post(&format!("{path}/issue"), &Value::Null).await;
        path
    }

    async fn all_payments(&self) -> Vec<Stored<Payment>> {
        self.ctx().tenant().every(List::Payments(self.client)).await.unwrap()
    }

    /// What the client owes at the end of today, by the sums; the drift check finds nothing wrong
    /// with them.
    async fn owes(&self) -> String {
        self.world.settle().await;
        assert_eq!(self.ctx().tenant().drift().await.unwrap().unwrap().drifted(), 0);
        let owed = self.get("/analytics/outstanding-payments").await;
        owed["total"]["total"].to_string()
    }

    /// Joins a record with the client's.
    async fn join_records(&self, id: ClientId) {
        let ctx = self.ctx();
        let record = ctx.tenant().get::<Client>(id).await.unwrap().unwrap();
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, Value::Null));
        let joined = Client { merged_into: Some(self.client), ..record.value.clone() };
        change.update(&record, &joined).unwrap();
        change.commit().await.unwrap();
    }
}

fn usd(amount: i64) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

pub(crate) fn uses(parts: &[(&str, i64)]) -> Value {
    let part = |(path, amount): &(&str, i64)| json!({"invoiceId": id_in(path), "amount": amount});
    json!({"currency": "USD", "invoices": parts.iter().map(part).collect::<Vec<_>>()})
}

pub(crate) fn id_in(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn what_is_left_of_a_payment_goes_back() {
    let desk = Desk::new().await;
    let payment = desk.credit(50).await;
    assert_eq!(desk.owes().await, "-50.00");
    let refund = format!("{payment}/refund");
    let body = json!({"amount": 20, "currency": "USD", "method": "cheque", "reference": "No. 7"});
    let back = desk.post(&refund, &body).await;
    assert_eq!(back["payment"]["unapplied"].to_string(), "30.00");
    let told = ["kind", "method", "reference", "day"].map(|name| back["refund"][name].clone());
    assert_eq!(told, [json!("refund"), json!("cheque"), json!("No. 7"), json!("2026-07-01")]);
    let amounts = ["amount", "unapplied"].map(|name| back["refund"][name].to_string());
    assert_eq!(amounts, ["-20.00", "0.00"]);
    assert_eq!(back["payment"]["allocations"][1]["refundId"], back["refund"]["id"]);
    assert_eq!(desk.get(&payment).await, back["payment"]);
    assert_eq!(desk.owes().await, "-30.00");
    assert_eq!(desk.refused(Method::POST, &refund, &usd(31)).await, "409 more_than_left");
    desk.post(&refund, &usd(30)).await;
    assert_eq!(desk.refused(Method::POST, &refund, &usd(1)).await, "409 nothing_left");
    assert_eq!(desk.owes().await, "0.00");
    // A refund is no payment that could go back again.
    let again = format!("/payments/{}/refund", back["refund"]["id"].as_str().unwrap());
    assert_eq!(desk.refused(Method::POST, &again, &usd(1)).await, "409 nothing_left");
}

#[tokio::test]
async fn a_refund_or_a_use_that_is_sent_again_counts_once() {
    let desk = Desk::new().await;
    let payment = desk.credit(50).await;
    let other = desk.issued(100).await;
    for (step, body) in [("refund", usd(5)), ("apply", uses(&[(&other, 7)]))] {
        let path = format!("{payment}/{step}");
        let first = desk.ask_with(Method::POST, &path, step, &body).await;
        let again = desk.ask_with(Method::POST, &path, step, &body).await;
        assert!(first.status.is_success(), "{first:?}");
        assert_eq!((first.text, again.header("idempotent-replayed")), (again.text.clone(), "true"));
    }
    let memo = desk.memo(20).await;
    let (path, body) = (format!("{memo}/apply"), uses(&[(&other, 20)]));
    let asked = || desk.ask_with(Method::POST, &path, "memo", &body);
    let (first, again) = join(asked(), asked()).await;
    let done = [first, again].iter().filter(|answer| answer.status.is_success()).count();
    assert!(done >= 1);
    assert_eq!(asked().await.header("idempotent-replayed"), "true");
    assert_eq!(desk.get(&payment).await["unapplied"].to_string(), "38.00");
    assert_eq!(desk.get(&other).await["balance"].to_string(), "73.00");
}

#[tokio::test]
async fn credit_is_used_for_several_invoices_or_for_none() {
    let desk = Desk::new().await;
    let payment = desk.credit(50).await;
    let (one, two) = (desk.issued(30).await, desk.issued(40).await);
    let apply = format!("{payment}/apply");
    // Together more than is left; one of them more than is open; one of them a draft.
    let draft = path_of(&desk.post("/invoices", &desk.draft(10)).await);
    for (parts, code) in [
        ([(one.as_str(), 30), (two.as_str(), 21)], "409 more_than_left"),
        ([(&two, 10), (&one, 31)], "409 more_than_open"),
        ([(&two, 10), (&draft, 10)], "409 draft"),
    ] {
        assert_eq!(desk.refused(Method::POST, &apply, &uses(&parts)).await, code);
    }
    for path in [&one, &two] {
        assert_eq!(desk.get(path).await["status"], "sent");
    }
    let used = desk.post(&apply, &uses(&[(&one, 30), (&two, 15)])).await;
    assert_eq!(used["payment"]["unapplied"].to_string(), "5.00");
    let statuses = [0, 1].map(|place| used["invoices"][place]["status"].clone());
    assert_eq!(statuses, ["paid", "partially_paid"]);
    assert_eq!(used["creditMemo"], Value::Null);
    assert_eq!(desk.owes().await, "20.00");
    // Now something of them is settled.
    let void = format!("{two}/void");
    assert_eq!(desk.refused(Method::POST, &void, &json!({})).await, "409 settled");
}

#[tokio::test]
async fn what_a_credit_memo_gives_is_used() {
    let desk = Desk::new().await;
    let (memo, one, two) = (desk.memo(50).await, desk.issued(30).await, desk.issued(40).await);
    let apply = format!("{memo}/apply");
    assert_eq!(desk.owes().await, "20.00");
    let used = desk.post(&apply, &uses(&[(&one, 30), (&two, 5)])).await;
    assert_eq!(
        (&used["payment"]["kind"], &used["creditMemo"]["status"]),
        (&json!("credit"), &json!("partially_paid"),)
    );
    assert_eq!(used["creditMemo"]["balance"].to_string(), "-15.00");
    let moved = ["amount", "unapplied"].map(|name| used["payment"][name].to_string());
    assert_eq!(moved, ["0.00", "0.00"]);
    assert_eq!(
        desk.refused(Method::POST, &apply, &uses(&[(&two, 16)])).await,
        "409 more_than_left"
    );
    desk.post(&apply, &uses(&[(&two, 15)])).await;
    assert_eq!(desk.refused(Method::POST, &apply, &uses(&[(&two, 1)])).await, "409 nothing_left");
    assert_eq!(desk.get(&two).await["balance"].to_string(), "20.00");
    // Using credit moves nothing altogether.
    assert_eq!(desk.owes().await, "20.00");
    let void = format!("{memo}/void");
    assert_eq!(desk.refused(Method::POST, &void, &json!({})).await, "409 settled");
    // It is no money that could go back, and an invoice gives nothing.
    let credit = format!("/payments/{}/refund", used["payment"]["id"].as_str().unwrap());
    assert_eq!(desk.refused(Method::POST, &credit, &usd(1)).await, "409 nothing_left");
    let invoice = format!("{two}/apply");
    assert_eq!(desk.refused(Method::POST, &invoice, &uses(&[(&one, 1)])).await, "409 no_credit");
}

#[tokio::test]
async fn what_does_not_go_together_names_its_place() {
    let desk = Desk::new().await;
    let payment = desk.credit(50).await;
    let (one, memo) = (desk.issued(30).await, desk.memo(5).await);
    let stranger = ClientId::new(desk.world.now(), 77);
    desk.record(stranger, None).await;
    let mut theirs = desk.draft(30);
    theirs["clientId"] = json!(stranger);
    let theirs = path_of(&desk.post("/invoices", &theirs).await);
    desk.post(&format!("{theirs}/issue"), &Value::Null).await;
    let nobody = "inv_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C";
    let eur = json!({"currency": "EUR", "invoices": [{"invoiceId": id_in(&one), "amount": 1}]});
    let ahead =
        json!({"day": "2026-07-02", "currency": "USD", "invoices": uses(&[(&one, 1)])["invoices"]});
    let many: Vec<_> = (0..21).map(|_| (one.as_str(), 1)).collect();
    for (body, place) in [
        (uses(&[]), "invoices"),
        (uses(&many), "invoices"),
        (uses(&[(&one, 1), (nobody, 1)]), "invoices[1].invoiceId"),
        (uses(&[(&theirs, 1)]), "invoices[0].invoiceId"),
        (uses(&[(&memo, 1)]), "invoices[0].invoiceId"),
        (uses(&[(&one, 1), (&one, 1)]), "invoices[1].invoiceId"),
        (uses(&[(&one, 0)]), "invoices[0].amount"),
        (uses(&[(&one, -1)]), "invoices[0].amount"),
        (eur, "currency"),
        (ahead, "day"),
    ] {
        for path in [format!("{payment}/apply"), format!("{memo}/apply")] {
            let answer = desk.ask(Method::POST, &path, &body).await;
            assert_eq!(answer.refused().0, place, "{path} {body}");
        }
    }
    for (body, place) in [
        (usd(0), "amount"),
        (usd(-1), "amount"),
        (json!({"amount": 1, "currency": "EUR"}), "currency"),
        (json!({"amount": 1, "currency": "USD", "day": "2026-06-30"}), "day"),
        (json!({"amount": 1, "currency": "USD", "day": "2026-07-02"}), "day"),
        (json!({"amount": 1, "currency": "USD", "exchangeRate": 2}), "exchangeRate"),
        (json!({"amount": 1, "currency": "USD", "method": "barter"}), "method"),
    ] {
        let answer = desk.ask(Method::POST, &format!("{payment}/refund"), &body).await;
        assert_eq!(answer.refused().0, place, "{body}");
    }
    let unknown = "/payments/pay_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C";
    for step in ["refund", "apply"] {
        let body = if step == "refund" { usd(1) } else { uses(&[(&one, 1)]) };
        let code = desk.refused(Method::POST, &format!("{unknown}/{step}"), &body).await;
        assert_eq!(code, "404 not_found");
    }
}

#[tokio::test]
async fn another_record_of_the_client_is_the_same_client() {
    let desk = Desk::new().await;
    let payment = desk.credit(50).await;
    let joined = ClientId::new(desk.world.now(), 78);
    desk.record(joined, None).await;
    let mut theirs = desk.draft(30);
    theirs["clientId"] = json!(joined);
    let theirs = path_of(&desk.post("/invoices", &theirs).await);
    desk.post(&format!("{theirs}/issue"), &Value::Null).await;
    let apply = format!("{payment}/apply");
    let refused = desk.ask(Method::POST, &apply, &uses(&[(&theirs, 30)])).await;
    assert_eq!(refused.refused().0, "invoices[0].invoiceId");
    desk.join_records(joined).await;
    desk.post(&apply, &uses(&[(&theirs, 30)])).await;
    assert_eq!(desk.get(&theirs).await["status"], "paid");
    // What the invoice's record owed is settled there, and the rest is left with the payment's.
    assert_eq!(desk.owes().await, "-20.00");
    let day = jiff::civil::date(2026, 7, 1);
    let owed = desk.ctx().tenant().owed_on(day).await.unwrap();
    assert_eq!(owed.get(&joined), None);
    assert_eq!(owed[&desk.client].total(), -2_000);
}

#[tokio::test]
async fn what_a_source_brought_is_settled_there_alone() {
    let desk = Desk::new().await;
    let (payment, memo) = (desk.credit(50).await, desk.memo(20).await);
    let invoice = desk.issued(100).await;
    let ctx = desk.ctx();
    let origin = Origin {
        source: Source::QuickBooks,
        kind: "any".to_owned(),
        external_id: "1".to_owned(),
        revision: None,
    };
    let mut change = ctx.tenant().change(ctx.audit("test.made", desk.org, Value::Null));
    let id = id_in(&payment).parse().unwrap();
    let own = ctx.tenant().get::<Payment>(id).await.unwrap().unwrap();
    change.update(&own, &Payment { origin: Some(origin.clone()), ..own.value.clone() }).unwrap();
    let id = id_in(&memo).parse().unwrap();
    let own = ctx.tenant().get::<Invoice>(id).await.unwrap().unwrap();
    change.update(&own, &Invoice { origin: Some(origin.clone()), ..own.value.clone() }).unwrap();
    change.commit().await.unwrap();
    for path in [format!("{payment}/apply"), format!("{memo}/apply")] {
        let code = desk.refused(Method::POST, &path, &uses(&[(&invoice, 1)])).await;
        assert_eq!(code, "409 foreign");
    }
    let code = desk.refused(Method::POST, &format!("{payment}/refund"), &usd(1)).await;
    assert_eq!(code, "409 foreign");
    // Nor is an invoice of theirs settled by a payment of ours.
    let ours = desk.credit(50).await;
    let mut change = ctx.tenant().change(ctx.audit("test.made", desk.org, Value::Null));
    let id = id_in(&invoice).parse().unwrap();
    let own = ctx.tenant().get::<Invoice>(id).await.unwrap().unwrap();
    change.update(&own, &Invoice { origin: Some(origin), ..own.value.clone() }).unwrap();
    change.commit().await.unwrap();
    let apply = format!("{ours}/apply");
    let code = desk.refused(Method::POST, &apply, &uses(&[(&invoice, 1)])).await;
    assert_eq!(code, "409 foreign");
}

#[tokio::test]
async fn nothing_goes_back_or_is_used_in_a_closed_month() {
    let desk = Desk::new().await;
    let mut draft = desk.draft(100);
    draft["day"] = json!("2026-05-01");
    let early = path_of(&desk.post("/invoices", &draft).await);
    desk.post(&format!("{early}/issue"), &Value::Null).await;
    let body = json!({"amount": 150, "currency": "USD", "day": "2026-05-02"});
    let paid = desk.done(Method::PUT, &format!("{early}/payment"), &body).await;
    let payment = format!("/payments/{}", paid["payment"]["id"].as_str().unwrap());
    let (open, memo) = (desk.issued(100).await, desk.memo(10).await);
    clearmargin_app::books::close(&desk.ctx(), "2026-05".parse().unwrap()).await.unwrap();
    let mut used = uses(&[(&open, 1)]);
    used["day"] = json!("2026-05-31");
    let mut back = usd(1);
    back["day"] = json!("2026-05-31");
    for (path, body) in [
        (format!("{payment}/refund"), &back),
        (format!("{payment}/apply"), &used),
        (format!("{memo}/apply"), &used),
    ] {
        assert_eq!(desk.refused(Method::POST, &path, body).await, "409 closed_period", "{path}");
    }
    desk.post(&format!("{payment}/refund"), &usd(1)).await;
}

#[tokio::test]
async fn a_payment_is_changed_as_it_was_seen() {
    let desk = Desk::new().await;
    let payment = desk.credit(50).await;
    let invoice = desk.issued(100).await;
    let seen = desk.ask(Method::GET, &payment, &Value::Null).await;
    let seen = seen.header("etag").to_owned();
    let (refund, apply) = (format!("{payment}/refund"), format!("{payment}/apply"));
    let used = uses(&[(&invoice, 1)]);
    let first = desk.ask_if(Method::POST, &refund, &seen, &usd(1)).await;
    assert!(first.status.is_success(), "{first:?}");
    for (path, body) in [(&refund, usd(1)), (&apply, used.clone())] {
        assert_eq!(desk.ask_if(Method::POST, path, &seen, &body).await.status, 412);
    }
    let now = first.header("etag").to_owned();
    assert!(desk.ask_if(Method::POST, &apply, &now, &used).await.status.is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_uses_and_refunds_at_once_never_spend_a_credit_twice() {
    let desk = Desk::new().await;
    // 60 are left; fifty times 7 would be 350.
    let payment = desk.credit(60).await;
    let invoice = desk.issued(1_000).await;
    let (apply, refund) = (format!("{payment}/apply"), format!("{payment}/refund"));
    let (used, back) = (uses(&[(&invoice, 7)]), usd(7));
    let asked = (0..MANY).map(|number| match number % 2 {
        0 => desk.ask(Method::POST, &apply, &used),
        _ => desk.ask(Method::POST, &refund, &back),
    });
    let answers = join_all(asked).await;
    let done = answers.iter().filter(|answer| answer.status.is_success()).count();
    let refused: BTreeSet<_> = answers
        .iter()
        .filter(|answer| !answer.status.is_success())
        .map(|answer| answer.problem().1)
        .collect();
    assert_eq!((done, refused), (8, BTreeSet::from(["more_than_left".to_owned()])));
    assert_eq!(desk.get(&payment).await["unapplied"].to_string(), "4.00");
    let refunds: i64 = desk.all_payments().await.iter().map(|it| it.total.minor.min(0)).sum();
    let id: InvoiceId = id_in(&invoice).parse().unwrap();
    let open = desk.ctx().tenant().get::<Invoice>(id).await.unwrap().unwrap().balance.minor;
    assert_eq!(100_000 - open - refunds, 5_600);
    assert_eq!(desk.owes().await, format!("{}.00", (100_000 - 6_000 - refunds) / 100));
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_uses_of_one_credit_memo_at_once_never_spend_it_twice() {
    let desk = Desk::new().await;
    let memo = desk.memo(100).await;
    let (one, two) = (desk.issued(1_000).await, desk.issued(1_000).await);
    let apply = format!("{memo}/apply");
    let bodies = [uses(&[(&one, 3), (&two, 4)]), uses(&[(&two, 4), (&one, 3)])];
    let asked = (0..MANY).map(|number| desk.ask(Method::POST, &apply, &bodies[number % 2]));
    let answers = join_all(asked).await;
    let done = answers.iter().filter(|answer| answer.status.is_success()).count();
    assert_eq!(done, 14);
    assert_eq!(desk.get(&memo).await["balance"].to_string(), "-2.00");
    let open = [desk.get(&one).await, desk.get(&two).await].map(|it| it["balance"].to_string());
    assert_eq!(open, ["958.00", "944.00"]);
    assert_eq!(desk.owes().await, "1900.00");
}
