//! Documents that are sent.

use axum::http::Method;
use clearmargin_app::{audit, jobs};
use clearmargin_domain::{
    client::Contact,
    id::ContactId,
    job::{Envelope, Job},
};
use serde_json::{Value, json};

use crate::desk::{Desk, path_of};

pub(crate) const BILLS: &str = "bills@acme.com";

impl Desk {
    pub(crate) async fn contact(
        &self,
        number: u128,
        email: Option<&str>,
        role: &str,
        primary: bool,
    ) {
        let ctx = self.ctx();
        let contact: Contact = serde_json::from_value(json!({
            "id": ContactId::new(ctx.now, number), "client": self.client, "name": "Grace Hopper",
            "email": email, "role": role, "primary": primary,
        }))
        .unwrap();
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, Value::Null));
        change.insert(&contact).unwrap();
        change.commit().await.unwrap();
    }

    pub(crate) async fn mailed(&self, to: &str) -> usize {
        self.world.mails_to(to).await.len()
    }
}

#[tokio::test]
async fn an_issued_invoice_is_sent_and_says_to_whom_and_when() {
    let desk = Desk::new().await;
    let tax = json!({"name": "Sales tax", "rates": [{"name": "State", "percent": 4}]});
    let tax = desk.post("/tax-codes", &tax).await;
    let mut draft = desk.draft(100);
    draft["lines"][0]["taxCodeId"] = tax["id"].clone();
    draft["lines"][0]["quantity"] = json!(1.5);
    draft["memo"] = json!("Thank you.");
    let path = path_of(&desk.post("/invoices", &draft).await);
    desk.post(&format!("{path}/issue"), &Value::Null).await;
    let body = json!({"amount": 50, "currency": "USD"});
    desk.done(Method::PUT, &format!("{path}/payment"), &body).await;
    let sent = desk.post(&format!("{path}/send"), &json!({"to": BILLS})).await;
    let waits = json!([{"to": BILLS, "at": "2026-07-01T12:00:00Z", "handedOverAt": null}]);
    assert_eq!(sent["sendings"], waits);
    let mails = desk.world.mails_to(BILLS).await;
    let [(subject, text)] = mails.as_slice() else { panic!("{mails:?}") };
    assert!(subject.starts_with("Invoice INV-000001 from "), "{subject}");
    for line in [
        "Invoice INV-000001",
        "To:         Acme",
        "Date:       2026-07-01",
        "Due:        2026-07-31",
        "- Work: 1.5 x 100 = 150.00 USD",
        "Before tax: 150.00 USD",
        "State: 6.00 USD",
        "Total: 156.00 USD",
        "Settled: 50.00 USD",
        "To be paid: 106.00 USD",
        "Thank you.",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}: {text}");
    }
    let told = desk.get(&path).await["sendings"].take();
    assert_eq!(told[0]["handedOverAt"], "2026-07-01T12:00:00Z");
    // Asked for again, it is sent again.
    desk.post(&format!("{path}/send"), &json!({"to": BILLS})).await;
    assert_eq!(desk.mailed(BILLS).await, 2);
}

#[tokio::test]
async fn a_request_that_is_repeated_sends_nothing_again_nor_does_its_message() {
    let desk = Desk::new().await;
    let path = desk.issued(100).await;
    let (send, body) = (format!("{path}/send"), json!({"to": BILLS}));
    let first = desk.ask_with(Method::POST, &send, "once", &body).await;
    let again = desk.ask_with(Method::POST, &send, "once", &body).await;
    assert_eq!((first.text, again.header("idempotent-replayed")), (again.text.clone(), "true"));
    assert_eq!(desk.mailed(BILLS).await, 1);
    let ctx = desk.ctx();
    let message = Envelope {
        id: clearmargin_domain::id::OutboxId::derived(&["1"]),
        version: Envelope::VERSION,
        org_id: desk.org,
        occurred_at: ctx.now,
        request_id: "test".to_owned(),
        job: Job::SendInvoice {
            invoice: path.trim_start_matches("/invoices/").parse().unwrap(),
            sending: 0,
        },
    };
    assert_eq!(jobs::run(&desk.world.app, &message).await.unwrap(), jobs::Outcome::Done);
    assert_eq!(desk.mailed(BILLS).await, 1);
}

#[tokio::test]
async fn without_an_address_it_goes_to_who_is_there_for_billing() {
    let desk = Desk::new().await;
    let send = format!("{}/send", desk.issued(100).await);
    let nobody = "409 no_billing_contact";
    assert_eq!(desk.refused(Method::POST, &send, &json!({})).await, nobody);
    desk.contact(1, None, "Billing", true).await;
    desk.contact(2, Some("grace@acme.com"), "Operations", false).await;
    assert_eq!(desk.refused(Method::POST, &send, &json!({})).await, nobody);
    desk.contact(3, Some("owner@acme.com"), "Owner", true).await;
    desk.post(&send, &json!({})).await;
    assert_eq!(desk.mailed("owner@acme.com").await, 1);
    desk.contact(4, Some(BILLS), "Head of billing", false).await;
    desk.post(&send, &json!({"to": null})).await;
    assert_eq!((desk.mailed("owner@acme.com").await, desk.mailed(BILLS).await), (1, 1));
}

#[tokio::test]
async fn only_what_counts_is_sent() {
    let desk = Desk::new().await;
    let draft = path_of(&desk.post("/invoices", &desk.draft(100)).await);
    let body = json!({"to": BILLS});
    let send = |path: &str| format!("{path}/send");
    assert_eq!(desk.refused(Method::POST, &send(&draft), &body).await, "409 draft");
    let void = desk.issued(100).await;
    // Taken back before the mail was handed over.
    desk.post(&send(&void), &body).await;
    desk.post(&format!("{void}/void"), &json!({})).await;
    assert_eq!(desk.refused(Method::POST, &send(&void), &body).await, "409 void");
    assert_eq!(desk.mailed(BILLS).await, 0);
    let issued = send(&desk.issued(100).await);
    for to in [json!("nobody"), json!(""), json!(7)] {
        let answer = desk.ask(Method::POST, &issued, &json!({"to": to})).await;
        assert_eq!(answer.refused().0, "to", "{to}");
    }
    let nowhere = "/invoices/inv_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C/send";
    assert_eq!(desk.refused(Method::POST, nowhere, &body).await, "404 not_found");
}

#[tokio::test]
async fn no_audit_row_says_whom_it_was_sent_to() {
    let desk = Desk::new().await;
    let path = desk.issued(100).await;
    desk.post(&format!("{path}/send"), &json!({"to": BILLS})).await;
    assert_eq!(desk.mailed(BILLS).await, 1);
    let wanted = audit::Wanted::default();
    let rows = format!("{:?}", audit::list(&desk.ctx(), wanted, 100, None).await.unwrap().0);
    assert!(rows.contains("invoice.sent") && rows.contains("invoice.handedOver"), "{rows}");
    assert!(!rows.contains(BILLS) && !rows.contains("bills"), "{rows}");
}
