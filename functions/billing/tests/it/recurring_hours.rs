//! Work by the hour on recurring invoices: at its rate, within what is included and capped, and each
//! piece on one invoice, however much there is and however many bill at once.

use std::collections::BTreeMap;

use axum::http::Method;
use clearmargin_domain::{
    agreement::{
        Agreement, AgreementKind, AgreementTerms, Allowance, Frequency, PricingUnit, RollOver,
    },
    id::{AgreementId, ClientId, InvoiceId, TechnicianId, TimeEntryId},
    invoice::Invoice,
    labour::WorkedTime,
    money::{Currency, Money},
    period::{Month, Period},
    recurring::ClaimedTime,
    rollup::Subject,
    time_entry::{BillingStatus, TimeEntry},
};
use clearmargin_store::List;
use futures_util::future::join_all;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{desk::Desk, recurring::outcomes, wire::Wire, world::World};

const DAY: Date = date(2026, 7, 1);
const MANY: usize = 50;

impl Desk {
    /// An hour of approved work at 100 dollars.
    pub(crate) fn hour(&self, number: u128) -> TimeEntry {
        TimeEntry {
            id: TimeEntryId::new(self.world.now(), number),
            ticket: None,
            client: Some(self.client),
            technician: TechnicianId::new(self.world.now(), 1),
            service: None,
            day: DAY,
            worked: WorkedTime { seconds: 3_600 },
            billable: true,
            after_hours: false,
            status: BillingStatus::Approved,
            hourly_price: Some(Money::new(10_000, Currency::USD)),
            charge: None,
            invoiced: None,
            labour_cost: None,
            started_at: None,
            note: None,
            origin: None,
        }
    }

    pub(crate) async fn worked(&self, entries: &[TimeEntry]) {
        let ctx = self.ctx();
        for entries in entries.chunks(80) {
            let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, Value::Null));
            for entry in entries {
                change.insert(entry).unwrap();
            }
            change.commit().await.unwrap();
        }
        self.world.settle().await;
    }

    pub(crate) async fn hourly(&self, number: u128) -> AgreementId {
        self.agree(number, AgreementKind::TimeAndMaterial, PricingUnit::Hour).await.agreement
    }

    async fn termed(&self, agreement: AgreementId, allowance: Option<u32>, cap: Option<i64>) {
        let ctx = self.ctx();
        let allowance = allowance.map(|minutes| Allowance::Monthly { minutes, roll_over: None });
        let hours_cap = cap.map(|cap| rust_decimal::Decimal::from(cap).try_into().unwrap());
        let terms = AgreementTerms::new(agreement, self.client, Frequency::Monthly);
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, Value::Null));
        change.insert(&AgreementTerms { allowance, hours_cap, ..terms }).unwrap();
        change.commit().await.unwrap();
    }

    async fn shown_to(&self) -> Value {
        let path = format!("/invoices/recurring?month=2026-07&clientId={}", self.client);
        self.get(&path).await
    }

    /// The work of July, with what it says of its invoice.
    async fn marks(&self) -> BTreeMap<TimeEntryId, Option<(InvoiceId, i64)>> {
        let list = List::TimeEntries(Some(self.client), july());
        let entries = self.ctx().tenant().every::<TimeEntry>(list).await.unwrap();
        let said = |entry: &TimeEntry| entry.invoiced.map(|it| (it.invoice, it.minor));
        entries.iter().map(|entry| (entry.id, said(entry))).collect()
    }

    /// What waits to be billed in July, in cents; after all sums are compared with their records.
    async fn unbilled(&self) -> i64 {
        self.world.settle().await;
        let ctx = self.ctx();
        assert_eq!(ctx.tenant().drift().await.unwrap().unwrap().drifted(), 0);
        let period = Period::new(july(), july(), 1).unwrap();
        let sums = ctx.tenant().rollups(Subject::Client(self.client), period).await.unwrap();
        sums.values().map(|sums| sums.unbilled_minor).sum()
    }

    async fn invoice(&self, id: &str) -> Invoice {
        let id = id.parse::<InvoiceId>().unwrap();
        self.ctx().tenant().get::<Invoice>(id).await.unwrap().unwrap().value
    }

    async fn claimed(&self) -> ClaimedTime {
        let id: (ClientId, Month) = (self.client, july());
        self.ctx().tenant().get::<ClaimedTime>(id).await.unwrap().unwrap().value
    }
}

fn july() -> Month {
    Month::of(DAY)
}

#[tokio::test]
async fn approved_work_is_on_the_draft_as_it_was_shown_and_says_so() {
    let desk = Desk::new().await;
    desk.hourly(1).await;
    let pending = TimeEntry { status: BillingStatus::Pending, ..desk.hour(3) };
    let later = TimeEntry { day: date(2026, 8, 1), ..desk.hour(4) };
    desk.worked(&[desk.hour(1), desk.hour(2), pending, later]).await;
    assert_eq!(desk.unbilled().await, 30_000);
    let all = desk.get("/invoices/recurring?month=2026-07").await;
    assert_eq!(
        (&all[0]["hours"], &all[0]["unbilled"][0]["code"]),
        (&Value::Null, &json!("by_the_hour"))
    );
    let shown = desk.shown_to().await[0].take();
    let line = &shown["lines"][0];
    assert_eq!(line["description"], "Care 1, 2 h × 100.00");
    assert_eq!((line["net"].to_string(), line["units"].to_string()), ("200.00".into(), "2".into()));
    assert_eq!(
        (&line["reasons"][0]["code"], &line["reasons"][0]["count"]),
        (&json!("hours"), &json!(2))
    );
    assert_eq!(shown["unbilled"][0]["code"], "not_approved");
    assert_eq!((&shown["incomplete"], &shown["hours"]["timeEntries"]), (&json!(false), &json!(2)));
    let made = desk.generate("2026-07").await.remove(0);
    let id = made.1.unwrap();
    let draft = desk.get(&format!("/invoices/{id}")).await;
    assert_eq!(draft["total"].to_string(), "200.00");
    assert_eq!(draft["lines"][0]["description"], line["description"]);
    let invoice = id.parse().unwrap();
    let marks: Vec<_> = desk.marks().await.into_values().collect();
    assert_eq!(marks, [Some((invoice, 10_000)), Some((invoice, 10_000)), None]);
    assert_eq!(desk.unbilled().await, 10_000);
}

#[tokio::test]
async fn work_is_let_go_of_with_its_draft_or_its_void_invoice_and_billed_again() {
    let desk = Desk::new().await;
    desk.hourly(1).await;
    desk.worked(&[desk.hour(1), desk.hour(2)]).await;
    let first = desk.generate("2026-07").await.remove(0).1.unwrap();
    desk.ask(Method::DELETE, &format!("/invoices/{first}"), &Value::Null).await;
    assert!(desk.marks().await.into_values().all(|mark| mark.is_none()));
    assert_eq!(desk.unbilled().await, 20_000);
    let second = desk.generate("2026-07").await.remove(0).1.unwrap();
    let path = format!("/invoices/{second}");
    desk.post(&format!("{path}/issue"), &Value::Null).await;
    assert_eq!(desk.unbilled().await, 0);
    desk.post(&format!("{path}/void"), &json!({})).await;
    assert_eq!(desk.unbilled().await, 20_000);
    let third = desk.generate("2026-07").await.remove(0).1.unwrap();
    assert_eq!(desk.invoice(&third).await.total.minor, 20_000);
    let invoice = third.parse().unwrap();
    assert!(desk.marks().await.into_values().all(|mark| mark == Some((invoice, 10_000))));
}

#[tokio::test]
async fn what_is_included_is_not_charged_and_a_cap_limits_the_rest() {
    let desk = Desk::new().await;
    let agreement = desk.hourly(1).await;
    desk.termed(agreement, Some(90), Some(120)).await;
    let covered = |number| TimeEntry { status: BillingStatus::UnderContract, ..desk.hour(number) };
    let unpriced = TimeEntry { hourly_price: None, ..desk.hour(4) };
    desk.worked(&[covered(1), covered(2), desk.hour(3), unpriced]).await;
    let shown = desk.shown_to().await[0].take();
    let texts: Vec<_> =
        shown["lines"].as_array().unwrap().iter().map(|it| it["description"].clone()).collect();
    // Two hours of covered work, an hour and a half of it included; then the cap of 120 dollars. Work
    // without a price takes that of the line for hours: 45 dollars, of which nothing is left.
    assert_eq!(
        texts,
        [
            "Care 1, 0.5 h × 100.00, beyond what is included",
            "Care 1, 1 h × 100.00, up to the cap",
            "Workstations, 1 h × 45.00, up to the cap",
        ]
    );
    let hours = &shown["hours"];
    assert_eq!(hours["includedMinutes"].to_string(), "90");
    assert_eq!(
        (hours["cap"].to_string(), hours["aboveCap"].to_string()),
        ("120".into(), "75.00".into())
    );
    assert_eq!(shown["total"].to_string(), "120.00");
    let id = desk.generate("2026-07").await.remove(0).1.unwrap();
    assert_eq!(desk.invoice(&id).await.total.minor, 12_000);
    let minors: Vec<_> = desk.marks().await.into_values().map(|it| it.map(|it| it.1)).collect();
    assert_eq!(minors, [None, Some(5_000), Some(7_000), Some(0)]);
}

#[tokio::test]
async fn work_without_any_price_is_told_and_keeps_the_agreement_back() {
    let desk = Desk::new().await;
    desk.agree(1, AgreementKind::TimeAndMaterial, PricingUnit::Flat).await;
    desk.worked(&[TimeEntry { hourly_price: None, ..desk.hour(1) }]).await;
    let answer = desk.post("/invoices/recurring", &json!({"month": "2026-07"})).await;
    assert_eq!(outcomes(&answer)[0].0, "incomplete");
    let told = &answer["agreements"][0]["unbilled"][0];
    assert_eq!((&told["code"], &told["agreementLineId"]), (&json!("hours_unpriced"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_bill_each_hour_once() {
    let desk = Desk::new().await;
    // Both could charge the work; the first one does.
    let agreements = [desk.hourly(1).await, desk.hourly(2).await];
    desk.flat(3).await;
    let entries: Vec<_> = (1..=40).map(|number| desk.hour(number)).collect();
    desk.worked(&entries).await;
    let body = json!({"month": "2026-07"});
    let asked = (0..MANY).map(|_| desk.ask(Method::POST, "/invoices/recurring", &body));
    for answer in join_all(asked).await {
        assert!(answer.status.is_success(), "{answer:?}");
    }
    let drafts = desk.drafts().await;
    assert_eq!(drafts.iter().map(|draft| draft.total.minor).sum::<i64>(), 40 * 10_000 + 45_000);
    let first =
        drafts.iter().find(|it| it.recurring().unwrap().agreement == agreements[0]).unwrap();
    let marks = desk.marks().await;
    assert!(marks.values().all(|mark| *mark == Some((first.id, 10_000))));
    assert_eq!((marks.len(), desk.claimed().await.count()), (40, 40));
    assert_eq!(desk.unbilled().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_work_than_a_transaction_takes_is_billed_once_and_let_go_of_whole() {
    let desk = Desk::new().await;
    desk.hourly(1).await;
    let entries: Vec<_> = (1..=130).map(|number| desk.hour(number)).collect();
    desk.worked(&entries).await;
    let body = json!({"month": "2026-07"});
    let asked = (0..10).map(|_| desk.ask(Method::POST, "/invoices/recurring", &body));
    join_all(asked).await;
    let id = desk.generate("2026-07").await.remove(0).1.unwrap();
    assert_eq!(desk.drafts().await.len(), 1);
    assert_eq!(desk.invoice(&id).await.total.minor, 130 * 10_000);
    // Before the work itself says so, nobody bills it again.
    assert_eq!(desk.claimed().await.unwritten.len(), 130);
    let other = desk.hourly(2).await;
    let again = json!({"month": "2026-07", "agreementIds": [other]});
    assert_eq!(outcomes(&desk.post("/invoices/recurring", &again).await)[0].0, "nothing");
    assert_eq!(desk.unbilled().await, 0);
    let invoice = id.parse().unwrap();
    assert!(desk.marks().await.into_values().all(|mark| mark == Some((invoice, 10_000))));
    desk.ask(Method::DELETE, &format!("/invoices/{id}"), &Value::Null).await;
    assert_eq!(desk.unbilled().await, 130 * 10_000);
    assert!(desk.marks().await.into_values().all(|mark| mark.is_none()));
    let id = desk.generate("2026-07").await.remove(0).1.unwrap();
    assert_eq!(desk.invoice(&id).await.total.minor, 130 * 10_000);
}

/// An hour a month is carried over since 2020: 77 until May 2026, when more than that was worked; one
/// more of June and one of July are left.
#[tokio::test]
async fn time_is_carried_over_from_years_without_work_and_these_cost_nothing_to_read() {
    let (wire, store) = Wire::new().await;
    let desk = Box::pin(Desk::on(World::on(store, clearmargin_billing::routes()))).await;
    let agreement = desk.hourly(1).await;
    let ctx = desk.ctx();
    let old = ctx.tenant().get::<Agreement>(agreement).await.unwrap().unwrap();
    let allowance = Allowance::Monthly { minutes: 60, roll_over: Some(RollOver::default()) };
    let terms = AgreementTerms::new(agreement, desk.client, Frequency::Monthly);
    let mut change = ctx.tenant().change(ctx.audit("test.made", desk.org, Value::Null));
    change.insert(&AgreementTerms { allowance: Some(allowance), ..terms }).unwrap();
    change.update(&old, &Agreement { start: date(2020, 1, 1), ..old.value.clone() }).unwrap();
    change.commit().await.unwrap();
    let covered = |number, day, minutes: i64| TimeEntry {
        status: BillingStatus::UnderContract,
        worked: WorkedTime { seconds: 60 * minutes },
        day,
        ..desk.hour(number)
    };
    let may = covered(1, date(2026, 5, 5), 77 * 60 + 30);
    desk.worked(&[may, covered(2, DAY, 180)]).await;
    wire.count(None);
    let shown = desk.shown_to().await;
    assert!(wire.sent() < 30, "{} requests", wire.sent());
    assert_eq!(shown[0]["hours"]["includedMinutes"].to_string(), "120");
    assert_eq!(shown[0]["total"].to_string(), "100.00");
}
