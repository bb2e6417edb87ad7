//! Leaks as people deal with them, from one analysis to the next.

use axum::http::Method;
use clearmargin_domain::{
    id::{ClientId, InvoiceId, LeakId, TimeEntryId},
    invoice::{DocumentState, Invoice},
    leak::LeakCase,
    money::{Currency, Money},
    time_entry::{BillingStatus, TimeEntry},
};
use futures_util::future::join_all;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::{
    office::Office,
    wire::{cents, rows},
    world::Answer,
};

const LEAKS: &str = "/analytics/revenue-leaks";
const CASES: &str = "/analytics/revenue-leaks/cases";

impl Office {
    async fn send(&self, path: &str, body: &Value) -> Answer {
        let path = format!("/api/ai{path}");
        self.world.ask(Method::POST, &path, &self.token, Some(body)).await
    }

    async fn decides(&self, ids: &[&str], decision: Value) -> Answer {
        let body = json!({"leakIds": ids, "decision": decision});
        self.send(&format!("{LEAKS}/decisions"), &body).await
    }

    async fn charges_leak(&self, leak: &str, invoice: InvoiceId, dollars: i64) -> Answer {
        let body = json!({"invoiceId": invoice.to_string(), "amount": dollars});
        self.send(&format!("{CASES}/{leak}/charges"), &body).await
    }

    /// A client of whose work hours wait to be charged, 100 dollars each: its leak.
    async fn owes_hours(&self, number: u128, hours: u128) -> (ClientId, String) {
        let client = self.client(number).await;
        for hour in 0..hours {
            let hour = number * 100 + hour;
            self.hour(client, hour, date(2026, 4, 10), BillingStatus::Approved).await;
        }
        let key = format!("unbilled_time/{client}/without-agreement");
        (client, LeakCase::id_of(self.org, &key).to_string())
    }

    async fn hour_becomes(&self, number: u128, status: BillingStatus) {
        let hour = self.stored::<TimeEntry>(TimeEntryId::new(self.world.now(), number)).await;
        self.becomes(&hour, &TimeEntry { status, ..hour.value.clone() }).await;
    }

    async fn state(&self, leak: &str) -> Value {
        self.get(&format!("{CASES}/{leak}")).await["state"].clone()
    }
}

#[tokio::test]
async fn a_leak_is_resolved_by_itself_and_opens_by_itself() {
    let office = Office::new().await;
    let (client, id) = office.owes_hours(1, 1).await;
    assert_eq!(office.ask(Method::GET, &format!("{CASES}/{id}")).await.status, 404);
    office.analysed().await;
    let found = office.get(LEAKS).await;
    let [leak] = rows(&found, "leaks") else { panic!("one leak: {found}") };
    assert_eq!((&leak["id"], &leak["state"]), (&json!(id), &json!("open")));
    let case = office.get(&format!("{CASES}/{id}")).await;
    assert_eq!((&case["state"], &case["key"]), (&json!("open"), &leak["key"]));
    assert_eq!(
        (&case["foundOn"], &case["firstSeen"]),
        (&json!("2026-07-01"), &json!("2026-04-10"))
    );
    assert_eq!((cents(&case["total"]), case["months"].clone()), (10_000, leak["months"].clone()));

    // Somebody decides that the hour is a gift: there is nothing left to be found.
    office.hour_becomes(100, BillingStatus::Ignored).await;
    office.analysed().await;
    let resolved = office.get(&format!("{CASES}?state=resolved&clientId={client}")).await;
    let [case] = resolved.as_array().unwrap().as_slice() else { panic!("one: {resolved}") };
    assert_eq!(case["resolved"], json!({"on": "2026-07-01", "lapsed": false}));
    assert_eq!((cents(&case["total"]), &case["reopened"]), (0, &json!(0)));
    let refused = office.decides(&[&id], json!({"kind": "approve"})).await;
    assert_eq!(refused.problem(), (409, "leak_resolved".to_owned()));

    office.hour_becomes(100, BillingStatus::Approved).await;
    office.analysed().await;
    let case = office.get(&format!("{CASES}/{id}")).await;
    assert_eq!((&case["state"], &case["reopened"]), (&json!("open"), &json!(1)));
    // Another analysis that finds the same writes nothing.
    office.analysed().await;
    assert_eq!(office.get(&format!("{CASES}/{id}")).await, case);
}

#[tokio::test]
async fn who_mutes_a_leak_says_why_and_is_told_of_it_no_more_until_it_is_opened() {
    let office = Office::new().await;
    let (_, one) = office.owes_hours(1, 1).await;
    let (_, other) = office.owes_hours(2, 2).await;
    office.analysed().await;
    let mute = json!({"kind": "mute", "reason": "a favour", "until": "2026-07-31"});
    let muted = office.decides(&[&one], mute).await;
    assert_eq!(muted.status, 200, "{}", muted.text);
    let told = &muted.json()["data"]["leaks"][0];
    assert_eq!(told["muted"], json!({"reason": "a favour", "until": "2026-07-31"}));
    office.analysed().await;
    for (state, ids) in [("open", vec![&other]), ("muted", vec![&one]), ("approved", vec![])] {
        let found = office.get(&format!("{LEAKS}?state={state}")).await;
        let told: Vec<_> = rows(&found, "leaks").iter().map(|leak| leak["id"].as_str()).collect();
        assert_eq!(told, ids.iter().map(|id| Some(id.as_str())).collect::<Vec<_>>(), "{state}");
    }
    let opened = office.decides(&[&one], json!({"kind": "open"})).await;
    assert_eq!(opened.json()["data"]["leaks"][0]["muted"], Value::Null);
    assert_eq!(office.state(&one).await, "open");
    let me = office.world.owner("grace@example.com").await;
    let nobody = json!({"kind": "assign", "ownerId": me.user.id.to_string()});
    let refused = office.decides(&[&one], nobody).await;
    assert_eq!(refused.refused().0, "decision.ownerId");
    let over = json!({"kind": "mute", "reason": "no", "until": "2026-06-30"});
    let refused = office.decides(&[&one], over).await;
    assert_eq!(refused.refused().0, "decision.until");
}

#[tokio::test]
async fn it_is_decided_about_all_or_about_none_and_never_about_anothers() {
    let office = Office::new().await;
    let (_, one) = office.owes_hours(1, 1).await;
    let (_, other) = office.owes_hours(2, 2).await;
    office.analysed().await;
    let stranger = LeakId::new(office.world.now(), 99).to_string();
    let approve = || json!({"kind": "approve"});
    let refused = office.decides(&[&one, &stranger], approve()).await;
    assert_eq!(refused.refused().0, "leakIds[1]");
    assert_eq!(office.state(&one).await, "open");
    let none: [&str; 0] = [];
    assert_eq!(office.decides(&none, approve()).await.status, 422);

    let eve = office.world.owner("eve@example.com").await.access_token.expose().to_owned();
    for (method, path, body, status) in [
        (Method::GET, format!("{CASES}/{one}"), None, 404),
        (
            Method::POST,
            format!("{LEAKS}/decisions"),
            Some(json!({"leakIds": [one], "decision": {"kind": "approve"}})),
            422,
        ),
        (
            Method::POST,
            format!("{CASES}/{one}/charges"),
            Some(json!({"invoiceId": InvoiceId::new(office.world.now(), 1), "amount": 1})),
            404,
        ),
    ] {
        let path = format!("/api/ai{path}");
        let answer = office.world.ask(method, &path, &eve, body.as_ref()).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
    }
    assert_eq!(office.state(&one).await, "open");

    let both = office.decides(&[&one, &other, &one], approve()).await;
    assert_eq!(both.status, 200, "{}", both.text);
    let told = both.json()["data"]["leaks"].take();
    let amounts: Vec<_> =
        told.as_array().unwrap().iter().map(|leak| cents(&leak["approval"]["amount"])).collect();
    assert_eq!(amounts, [10_000, 20_000]);
    assert_eq!(
        (office.state(&one).await, office.state(&other).await),
        (json!("approved"), json!("approved"))
    );
}

#[tokio::test]
async fn a_decision_that_is_repeated_is_the_same_decision() {
    let office = Office::new().await;
    let (_, id) = office.owes_hours(1, 1).await;
    office.analysed().await;
    let path = format!("/api/ai{LEAKS}/decisions");
    let body = json!({"leakIds": [id], "decision": {"kind": "approve"}}).to_string();
    let key = [("idempotency-key", "one")];
    let ask = || office.world.post_with(&path, Some(&office.token), &key, &body);
    let first = ask().await;
    assert_eq!(first.status, 200, "{}", first.text);
    // Somebody else thinks better of it; the same request again does not undo that.
    assert_eq!(office.decides(&[&id], json!({"kind": "open"})).await.status, 200);
    assert_eq!(ask().await.json()["data"], first.json()["data"]);
    assert_eq!(office.state(&id).await, "open");
}

#[tokio::test]
async fn what_was_approved_invoiced_and_collected_is_told_to_the_cent() {
    let office = Office::new().await;
    let (client, id) = office.owes_hours(1, 3).await;
    let (stranger, _) = office.owes_hours(2, 1).await;
    office.analysed().await;
    // Of 400 dollars, tax of 100 included, 100 are open.
    let bill = office.billed(client, date(2026, 6, 20), 40_000, 10_000).await;
    let bill = office.stored::<Invoice>(bill.id).await;
    let tax = Money::new(10_000, Currency::USD);
    office.becomes(&bill, &Invoice { tax, ..bill.value.clone() }).await;
    let early = office.charges_leak(&id, bill.id, 300).await;
    assert_eq!(early.problem(), (409, "leak_not_approved".to_owned()));
    assert_eq!(office.decides(&[&id], json!({"kind": "approve"})).await.status, 200);
    let foreign = office.billed(stranger, date(2026, 6, 21), 40_000, 0).await;
    let refused = office.charges_leak(&id, foreign.id, 1).await;
    assert_eq!(refused.refused().0, "invoiceId");
    for too_much in [301, -1] {
        let refused = office.charges_leak(&id, bill.id, too_much).await;
        assert_eq!(refused.refused().0, "amount");
    }
    for dollars in [300, 200] {
        let charged = office.charges_leak(&id, bill.id, dollars).await;
        assert_eq!(charged.status, 200, "{}", charged.text);
    }
    let told = office.get(&format!("{LEAKS}/recovered")).await;
    let sums = |of: &Value| {
        ["standing", "muted", "approved", "invoiced", "collected"].map(|name| cents(&of[name]))
    };
    // Three quarters of the invoice are paid, and so of the 200 dollars that it charges.
    assert_eq!(sums(&told["total"]), [40_000, 0, 30_000, 20_000, 15_000]);
    let [kind] = rows(&told, "kinds") else { panic!("one kind: {told}") };
    assert_eq!(
        (&kind["kind"], sums(&kind["sums"])),
        (&json!("unbilled_time"), sums(&told["total"]))
    );

    // An invoice that is taken back charges nothing.
    let bill = office.stored::<Invoice>(bill.id).await;
    let state = DocumentState::Void { on: bill.day };
    office.becomes(&bill, &Invoice { state, ..bill.value.clone() }).await;
    let told = office.get(&format!("{LEAKS}/recovered")).await;
    assert_eq!(sums(&told["total"]), [40_000, 0, 30_000, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_no_dollar_of_an_invoice_is_counted_for_two_leaks() {
    let office = Office::new().await;
    let (client, hours) = office.owes_hours(1, 1).await;
    crate::leaks::undercharged(&office, client).await;
    office.analysed().await;
    let found = office.get(LEAKS).await;
    let ids: Vec<_> = rows(&found, "leaks").iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert!(ids.len() == 3 && ids.contains(&hours.as_str()), "{found}");
    assert_eq!(office.decides(&ids, json!({"kind": "approve"})).await.status, 200);
    let bill = office.billed(client, date(2026, 6, 20), 10_000, 0).await;
    let asked = (0..12).map(|turn| office.charges_leak(ids[turn % 3], bill.id, 60));
    let answers = join_all(asked).await;
    let cases = office.get(CASES).await;
    let charged: Vec<_> =
        cases.as_array().unwrap().iter().flat_map(|case| rows(case, "charges")).collect();
    let [one] = charged.as_slice() else { panic!("one leak is charged: {cases}") };
    assert_eq!(cents(&one["amount"]), 6_000);
    assert!(answers.iter().any(|answer| answer.status == 200));
    assert!(answers.iter().all(|answer| [200, 409, 422, 503].contains(&answer.status.as_u16())));
}
