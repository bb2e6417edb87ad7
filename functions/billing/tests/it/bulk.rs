//! Many invoices at once.

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::desk::Desk;

const BULK: &str = "/invoices/bulk";

impl Desk {
    async fn several(&self, number: i64) -> Vec<String> {
        let mut ids = Vec::new();
        for dollars in 1..=number {
            let draft = self.post("/invoices", &self.draft(dollars)).await;
            ids.push(draft["id"].as_str().unwrap().to_owned());
        }
        ids
    }

    async fn statuses_of(&self, ids: &[String]) -> Vec<String> {
        let mut statuses = Vec::new();
        for id in ids {
            let invoice = self.get(&format!("/invoices/{id}")).await;
            statuses.push(invoice["status"].as_str().unwrap().to_owned());
        }
        statuses
    }

    async fn payments_made(&self) -> usize {
        let payments = self.get(&format!("/payments?clientId={}&limit=100", self.client)).await;
        payments.as_array().unwrap().len()
    }
}

fn codes(answer: &Value) -> Vec<String> {
    let items = answer["items"].as_array().unwrap();
    items.iter().map(|item| item["code"].as_str().unwrap_or("done").to_owned()).collect()
}

#[tokio::test]
async fn each_is_done_or_left_with_a_reason() {
    let desk = Desk::new().await;
    let mut unpriced = desk.draft(3);
    unpriced["lines"][0]["unitPrice"] = Value::Null;
    let drafts = json!({
        "action": {"kind": "create"}, "invoices": [desk.draft(1), unpriced, desk.draft(2)],
    });
    let made = desk.post(BULK, &drafts).await;
    assert_eq!(codes(&made), ["done", "invalid", "done"]);
    assert_eq!((&made["succeeded"], &made["failed"]), (&json!(2), &json!(1)));
    assert_eq!(
        (&made["items"][1]["path"], &made["items"][1]["invoiceId"]),
        (&json!("lines[0].unitPrice"), &Value::Null,)
    );
    let nobody = "inv_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C";
    let ids = [&made["items"][0]["invoiceId"], &made["items"][2]["invoiceId"], &json!(nobody)];
    let of = |action: Value| json!({"action": action, "invoiceIds": ids});
    for (action, expected) in [
        (json!({"kind": "mark_paid"}), ["draft", "draft", "not_found"]),
        (json!({"kind": "issue"}), ["done", "done", "not_found"]),
        (json!({"kind": "issue"}), ["issued", "issued", "not_found"]),
        (json!({"kind": "mark_paid", "method": "card"}), ["done", "done", "not_found"]),
        (json!({"kind": "mark_paid"}), ["nothing_open", "nothing_open", "not_found"]),
        (
            json!({"kind": "write_off", "reason": "Why not"}),
            ["nothing_open", "nothing_open", "not_found"],
        ),
        (json!({"kind": "void"}), ["settled", "settled", "not_found"]),
    ] {
        assert_eq!(codes(&desk.post(BULK, &of(action.clone())).await), expected, "{action}");
    }
    // Numbers are given out in the order of the items.
    let first = desk.get(&format!("/invoices/{}", ids[0].as_str().unwrap())).await;
    assert_eq!((&first["number"], &first["status"]), (&json!("INV-000001"), &json!("paid")));
    let payments = desk.get(&format!("/payments?clientId={}", desk.client)).await;
    assert_eq!((payments.as_array().unwrap().len(), &payments[0]["method"]), (2, &json!("card")));
}

#[tokio::test]
async fn what_was_named_twice_is_done_once() {
    let desk = Desk::new().await;
    let id = &desk.several(1).await[0];
    let issue = json!({"action": {"kind": "issue"}, "invoiceIds": [id, id]});
    assert_eq!(codes(&desk.post(BULK, &issue).await), ["done", "issued"]);
    let lost = json!({"action": {"kind": "write_off", "reason": "Gone"}, "invoiceIds": [id]});
    assert_eq!(codes(&desk.post(BULK, &lost).await), ["done"]);
    assert_eq!(desk.statuses_of(std::slice::from_ref(id)).await, ["paid"]);
}

#[tokio::test]
async fn the_same_request_is_carried_out_once_also_after_it_was_given_up_half_way() {
    let desk = Desk::new().await;
    let drafts: Vec<_> = (1..=20).map(|dollars| desk.draft(dollars)).collect();
    let create = json!({"action": {"kind": "create"}, "invoices": drafts});
    // Whoever waits goes away somewhere in the middle, again and again.
    for millis in [5, 20, 40, 80] {
        let asked = desk.ask_with(Method::POST, BULK, "first", &create);
        let _ = tokio::time::timeout(std::time::Duration::from_millis(millis), asked).await;
    }
    let first = desk.ask_with(Method::POST, BULK, "first", &create).await;
    let again = desk.ask_with(Method::POST, BULK, "first", &create).await;
    assert_eq!((&first.text, again.header("idempotent-replayed")), (&again.text, "true"));
    let items = first.json()["data"]["items"].take();
    assert_eq!(codes(&json!({"items": items})), ["done"; 20]);
    let all = desk.get("/invoices?limit=100").await;
    assert_eq!(all.as_array().unwrap().len(), 20);
    let ids: Vec<_> = items.as_array().unwrap().iter().map(|it| it["invoiceId"].clone()).collect();
    desk.post(BULK, &json!({"action": {"kind": "issue"}, "invoiceIds": ids})).await;
    let pay = json!({"action": {"kind": "mark_paid"}, "invoiceIds": ids});
    for millis in [5, 20, 40] {
        let asked = desk.ask_with(Method::POST, BULK, "second", &pay);
        let _ = tokio::time::timeout(std::time::Duration::from_millis(millis), asked).await;
    }
    let paid = desk.ask_with(Method::POST, BULK, "second", &pay).await.json()["data"].take();
    // What was paid before the answer was lost is told as done, not as paid by somebody else.
    assert_eq!(codes(&paid), ["done"; 20]);
    assert_eq!(desk.payments_made().await, 20);
    // The same key with another question does nothing.
    let other = json!({"action": {"kind": "void"}, "invoiceIds": ids});
    let other = desk.ask_with(Method::POST, BULK, "second", &other).await;
    assert_eq!(other.problem().1, "idempotency_key_reused");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_of_the_same_request_at_once_are_one() {
    let desk = Desk::new().await;
    let ids = desk.several(10).await;
    let issue = json!({"action": {"kind": "issue"}, "invoiceIds": ids});
    desk.post(BULK, &issue).await;
    let pay = json!({"action": {"kind": "mark_paid"}, "invoiceIds": ids});
    let asked = (0..10).map(|_| desk.ask_with(Method::POST, BULK, "all", &pay));
    let answers = join_all(asked).await;
    assert!(answers.iter().any(|answer| answer.status.is_success()));
    let paid = desk.ask_with(Method::POST, BULK, "all", &pay).await.json()["data"].take();
    assert_eq!(codes(&paid), ["done"; 10]);
    assert_eq!(desk.payments_made().await, 10);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_as_a_whole() {
    let desk = Desk::new().await;
    let ids = desk.several(1).await;
    let many = vec![ids[0].clone(); 101];
    let mut unreadable = desk.draft(1);
    unreadable["lines"][0]["quantity"] = json!(-1);
    let drafts = [desk.draft(1), unreadable];
    for (body, place) in [
        (json!({"action": {"kind": "issue"}}), "invoiceIds"),
        (json!({"action": {"kind": "issue"}, "invoiceIds": []}), "invoiceIds"),
        (json!({"action": {"kind": "issue"}, "invoiceIds": many}), "invoiceIds"),
        (json!({"action": {"kind": "issue"}, "invoices": [desk.draft(1)]}), "invoiceIds"),
        (json!({"action": {"kind": "create"}, "invoiceIds": ids}), "invoices"),
        (json!({"action": {"kind": "create"}, "invoices": []}), "invoices"),
        (
            json!({"action": {"kind": "create"}, "invoices": drafts}),
            "invoices[1].lines[0].quantity",
        ),
    ] {
        assert_eq!(desk.ask(Method::POST, BULK, &body).await.refused().0, place, "{body}");
    }
    assert_eq!(desk.statuses_of(&ids).await, ["draft"]);
    assert_eq!(desk.get("/invoices").await.as_array().unwrap().len(), 1);
}
