//! A process dies at any request to the table of a write that moves money, before the request arrives
//! or before its answer does, and the caller asks again: it is done once, as if nothing had happened.

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    credit::{id_in, uses},
    desk::{Desk, path_of},
    expenses::line,
    wire::{Cut, Wire},
    world::{Answer, World},
};

/// A request that moves money.
struct Write {
    method: Method,
    path: String,
    body: Value,
    /// What an answer says instead of what it said first when all is done already.
    done: Option<&'static str>,
}

impl Write {
    fn new(method: Method, path: String, body: Value) -> Self {
        Self { method, path, body, done: None }
    }

    fn post(path: String, body: Value) -> Self {
        Self::new(Method::POST, path, body)
    }
}

/// Partitions that differ with the number of requests.
const UNCOUNTED: [&str; 4] = ["#LIMIT", "#METRICS", "#ONCE", "#SESSION"];

/// Everything an organisation has, without the names that chance gives.
type Whole = Vec<String>;

/// A desk on a table of its own, and the way there.
async fn desk() -> (Desk, Wire) {
    let (wire, store) = Wire::new().await;
    (Box::pin(Desk::on(World::on(store, clearmargin_billing::routes()))).await, wire)
}

async fn ask(desk: &Desk, write: &Write) -> Answer {
    desk.ask_with(write.method.clone(), &write.path, "the-same", &write.body).await
}

/// Everything that the organisation has in the table once nothing is on its way: records with their
/// versions, sums, and what was audited. Left out is what counts requests and remembers them.
async fn whole(desk: &Desk, wire: &Wire) -> Whole {
    desk.world.settle().await;
    let org = desk.org.to_string();
    let items = wire.items(&org).await.into_iter();
    let items = items.map(|(place, item)| (place.split_at(org.len()).1.to_owned(), item));
    let kept = items.filter(|(place, _)| !UNCOUNTED.iter().any(|it| place.starts_with(it)));
    let text = |(place, mut item): (String, Value)| {
        if place.starts_with("#AUDIT") {
            return format!("audit {}", item["doc"]["action"]);
        }
        if item.get("kind").is_some() {
            // Among the partitions of its kind, a record's is that of its id.
            item["pk"] = Value::Null;
        }
        anonymous(&item.to_string())
    };
    let mut all: Whole = kept.map(text).collect();
    all.sort();
    all
}

/// A text without the random ends of ids.
fn anonymous(text: &str) -> String {
    let pieces = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let blank = |piece: &str| {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let id = word.len() == 26 && word.chars().all(|c| !c.is_ascii_lowercase());
        if id { piece.replace(word, "*") } else { piece.to_owned() }
    };
    pieces.map(blank).collect()
}

/// What is there when nobody dies: its sums are those of its rows.
async fn calmly(desk: &Desk, wire: &Wire) -> Whole {
    let whole = whole(desk, wire).await;
    let drift = desk.ctx().tenant().drift().await.unwrap().unwrap();
    assert_eq!(drift.drifted(), 0, "{drift:?}");
    whole
}

fn cuts(requests: usize) -> impl Iterator<Item = Cut> {
    (0..requests).flat_map(|number| [Cut::Before(number), Cut::After(number)])
}

/// Dies at every request of a write, one after the other, each time in a world of its own.
async fn dies_anywhere(prepare: impl AsyncFn(&Desk) -> Write) {
    let (calm, wire) = desk().await;
    let write = Box::pin(prepare(&calm)).await;
    wire.count(None);
    let first = Box::pin(ask(&calm, &write)).await;
    let requests = wire.sent();
    assert!(first.status.is_success(), "{first:?}");
    let expected = calmly(&calm, &wire).await;
    for cut in cuts(requests) {
        let (desk, wire) = desk().await;
        let write = Box::pin(prepare(&desk)).await;
        wire.count(Some(cut));
        let died = wire.until_cut(Box::pin(ask(&desk, &write))).await;
        assert!(died.is_none(), "{cut:?} of {requests}: {died:?}");
        wire.count(None);
        let next = desk.another_process();
        let answer = Box::pin(ask(&next, &write)).await;
        let alike = anonymous(&answer.text) == anonymous(&first.text);
        let done = write.done.is_some_and(|done| answer.text.contains(done));
        assert!(alike || done, "{cut:?} of {requests}: {answer:?}");
        assert_eq!(Box::pin(whole(&next, &wire)).await, expected, "{cut:?} of {requests}");
    }
}

fn usd(amount: i64) -> Value {
    json!({"amount": amount, "currency": "USD", "method": "bank_transfer"})
}

#[tokio::test]
async fn a_draft_is_made_once() {
    dies_anywhere(async |desk| Write::post("/invoices".to_owned(), desk.draft(100))).await;
}

#[tokio::test]
async fn a_draft_is_changed_once() {
    dies_anywhere(async |desk| {
        let path = path_of(&desk.post("/invoices", &desk.draft(100)).await);
        Write::new(Method::PUT, path, desk.draft(250))
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_thrown_away_once() {
    dies_anywhere(async |desk| {
        let path = path_of(&desk.post("/invoices", &desk.draft(100)).await);
        let write = Write::new(Method::DELETE, path, json!({}));
        Write { done: Some("invoice not found"), ..write }
    })
    .await;
}

#[tokio::test]
async fn a_number_is_given_once() {
    dies_anywhere(async |desk| {
        let path = path_of(&desk.post("/invoices", &desk.draft(100)).await);
        Write::post(format!("{path}/issue"), json!({}))
    })
    .await;
}

#[tokio::test]
async fn a_payment_is_taken_in_once() {
    dies_anywhere(async |desk| {
        let path = format!("{}/payment", desk.issued(100).await);
        Write::new(Method::PUT, path, usd(130))
    })
    .await;
}

#[tokio::test]
async fn what_is_owed_is_given_up_once() {
    dies_anywhere(async |desk| {
        let path = desk.issued(100).await;
        desk.done(Method::PUT, &format!("{path}/payment"), &usd(30)).await;
        Write::post(format!("{path}/write-off"), json!({"reason": "insolvent"}))
    })
    .await;
}

#[tokio::test]
async fn an_invoice_is_taken_back_once() {
    dies_anywhere(async |desk| Write::post(format!("{}/void", desk.issued(100).await), json!({})))
        .await;
}

#[tokio::test]
async fn an_agreement_is_billed_once() {
    dies_anywhere(async |desk| {
        desk.flat(1).await;
        let write = Write::post("/invoices/recurring".to_owned(), json!({"month": "2026-07"}));
        Write { done: Some("already_there"), ..write }
    })
    .await;
}

#[tokio::test]
async fn hours_are_billed_once() {
    dies_anywhere(async |desk| {
        desk.hourly(1).await;
        desk.worked(&[desk.hour(1), desk.hour(2)]).await;
        let write = Write::post("/invoices/recurring".to_owned(), json!({"month": "2026-07"}));
        Write { done: Some("already_there"), ..write }
    })
    .await;
}

#[tokio::test]
async fn an_expense_of_a_budget_counts_once() {
    dies_anywhere(async |desk| {
        let budget = desk.budget().await;
        Write::post(budget.expenses(), budget.expense("12.34", "2026-06-30"))
    })
    .await;
}

#[tokio::test]
async fn a_bill_is_allocated_once() {
    dies_anywhere(async |desk| {
        let bill = desk.bill(vec![line("1", 1_001)]).await;
        let part = json!({"clientId": desk.client, "amount": 7, "currency": "USD"});
        let body = json!({"lines": [{"line": 1, "parts": [part]}]});
        Write::new(Method::PUT, format!("/expenses/{}/allocation", bill.id), body)
    })
    .await;
}

#[tokio::test]
async fn what_is_left_of_a_payment_goes_back_once() {
    dies_anywhere(async |desk| {
        let refund = format!("{}/refund", desk.credit(50).await);
        Write::post(refund, usd(20))
    })
    .await;
}

#[tokio::test]
async fn what_is_left_of_a_payment_is_used_once() {
    dies_anywhere(async |desk| {
        let apply = format!("{}/apply", desk.credit(50).await);
        let (first, second) = (desk.issued(20).await, desk.issued(40).await);
        Write::post(apply, uses(&[(&first, 20), (&second, 10)]))
    })
    .await;
}

#[tokio::test]
async fn a_credit_memo_is_used_once() {
    dies_anywhere(async |desk| {
        let apply = format!("{}/apply", desk.memo(50).await);
        let invoice = desk.issued(80).await;
        Write::post(apply, uses(&[(&invoice, 30)]))
    })
    .await;
}

#[tokio::test]
async fn many_invoices_are_paid_once_each() {
    dies_anywhere(async |desk| {
        let paths = [desk.issued(20).await, desk.issued(40).await];
        let body = json!({"action": {"kind": "mark_paid"}, "invoiceIds": paths.each_ref().map(|it| id_in(it))});
        Write::post("/invoices/bulk".to_owned(), body)
    })
    .await;
}

#[tokio::test]
async fn an_invoice_is_sent_once() {
    dies_anywhere(async |desk| {
        let send = format!("{}/send", desk.issued(100).await);
        Write::post(send, json!({"to": "bills@acme.com"}))
    })
    .await;
}

/// What committed writes still have to cause happens once, wherever the process dies that sees to it.
#[tokio::test]
async fn sums_count_once_wherever_the_relay_dies() {
    let (calm, wire) = paid().await;
    wire.count(None);
    calm.world.settle().await;
    let requests = wire.sent();
    let expected = calmly(&calm, &wire).await;
    for cut in cuts(requests) {
        let (desk, wire) = paid().await;
        wire.count(Some(cut));
        let died = wire.until_cut(desk.world.settle()).await;
        assert!(died.is_none(), "{cut:?} of {requests}");
        wire.count(None);
        assert_eq!(whole(&desk, &wire).await, expected, "{cut:?} of {requests}");
    }
}

/// An invoice has just been paid: nothing else is on its way.
async fn paid() -> (Desk, Wire) {
    let (desk, wire) = desk().await;
    let pay = format!("{}/payment", desk.issued(100).await);
    desk.world.settle().await;
    desk.done(Method::PUT, &pay, &usd(130)).await;
    (desk, wire)
}
