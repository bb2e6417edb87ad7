//! How much of the billable work is on invoices.

use axum::http::Method;
use clearmargin_domain::{
    id::{InvoiceId, TechnicianId, TimeEntryId},
    labour::WorkedTime,
    money::{Currency, Money},
    source::{Origin, Source},
    time_entry::{BillingStatus, TimeEntry, TimeInvoiced},
};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::desk::Desk;

impl Desk {
    /// Hours of work at 100 dollars, as a source says what became of them; entered here without.
    async fn worked_on(
        &self,
        number: u128,
        day: &str,
        hours: i64,
        status: BillingStatus,
        here: bool,
    ) {
        let origin = Origin {
            source: Source::SuperOps,
            kind: "WorklogEntry".to_owned(),
            external_id: number.to_string(),
            revision: None,
        };
        let entry = TimeEntry {
            id: TimeEntryId::new(self.world.now(), number),
            ticket: None,
            client: Some(self.client),
            technician: TechnicianId::new(self.world.now(), 1),
            service: None,
            day: day.parse().unwrap(),
            worked: WorkedTime { seconds: hours * 3_600 },
            billable: true,
            after_hours: false,
            status,
            hourly_price: (number != 9).then(|| Money::new(10_000, Currency::USD)),
            charge: None,
            invoiced: None,
            labour_cost: None,
            started_at: None,
            note: None,
            origin: (!here).then_some(origin),
        };
        let ctx = self.ctx();
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, Value::Null));
        change.insert(&entry).unwrap();
        change.commit().await.unwrap();
    }

    /// Puts work on an invoice of the first of July, for so much.
    async fn puts_on_an_invoice(&self, number: u128, minor: i64) {
        let ctx = self.ctx();
        let id = TimeEntryId::new(self.world.now(), number);
        let entry = ctx.tenant().get::<TimeEntry>(id).await.unwrap().unwrap();
        let invoice = InvoiceId::new(self.world.now(), 1);
        let invoiced = Some(TimeInvoiced { invoice, day: date(2026, 7, 1), minor });
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, Value::Null));
        change.update(&entry, &TimeEntry { invoiced, ..entry.value.clone() }).unwrap();
        change.commit().await.unwrap();
    }

    async fn efficiency(&self, query: &str) -> Value {
        self.world.settle().await;
        self.get(&format!("/analytics/billing-efficiency?{query}")).await
    }
}

fn told(row: &Value, names: &[&str]) -> String {
    names.iter().map(|name| row[name].to_string()).collect::<Vec<_>>().join(" ")
}

const TIME: [&str; 4] =
    ["billableMinutes", "billedMinutes", "writtenOffMinutes", "billedSomewhereMinutes"];
const AGES: [&str; 4] = [
    "unbilled0To30Minutes",
    "unbilled31To60Minutes",
    "unbilled61To90Minutes",
    "unbilledOver90Minutes",
];
const RATIOS: [&str; 5] =
    ["timeRatio", "worthRatio", "moneyRatio", "writeOffRatio", "averageDaysToInvoice"];

#[tokio::test]
async fn work_is_told_by_what_became_of_it_and_by_its_age() {
    use BillingStatus::{Approved, Ignored, Invoiced, Pending, UnderContract};
    let desk = Desk::new().await;
    // Seen from the first of July: 1, 30, 31, 91 and 92 days old.
    desk.worked_on(1, "2026-06-30", 1, Approved, false).await;
    desk.worked_on(2, "2026-06-01", 2, Pending, false).await;
    desk.worked_on(3, "2026-05-31", 4, Approved, false).await;
    desk.worked_on(4, "2026-04-01", 8, Approved, false).await;
    desk.worked_on(5, "2026-06-02", 5, Invoiced, false).await;
    desk.worked_on(6, "2026-06-03", 1, Ignored, false).await;
    desk.worked_on(7, "2026-06-04", 9, UnderContract, false).await;
    desk.worked_on(8, "2026-06-05", 7, Pending, true).await;
    desk.worked_on(9, "2026-06-06", 1, Invoiced, false).await;
    let found = desk.efficiency("from=2026-04&to=2026-06").await;
    let (june, total) = (&found["months"][2], &found["total"]);
    assert_eq!((&june["month"], &found["day"]), (&json!("2026-06"), &json!("2026-07-01")));
    assert_eq!(told(june, &TIME), "600 360 60 360");
    assert_eq!(told(total, &TIME), "1320 360 60 360");
    assert_eq!(told(total, &AGES), "180 240 0 480");
    assert_eq!(total["unbilledOver90Amount"].to_string(), "800.00");
    // Of 10 hours of June 6 are billed, of 900 dollars 500; nobody says for how much, nor when.
    assert_eq!(told(june, &RATIOS), "0.6 0.5556 null 0.2 null");
    assert_eq!(told(june, &["unknownMinutes", "unknownAmount"]), "420 700.00");
    assert_eq!(told(june, &["unpricedMinutes", "billedAmount"]), "60 500.00");
    let report = desk.ctx().tenant().drift().await.unwrap().unwrap();
    assert_eq!(report.drifted(), 0, "{report:?}");
}

#[tokio::test]
async fn work_on_invoices_of_ours_is_told_with_what_they_charge_and_how_soon() {
    let desk = Desk::new().await;
    desk.worked_on(1, "2026-06-30", 1, BillingStatus::Approved, false).await;
    desk.worked_on(2, "2026-06-21", 3, BillingStatus::Approved, true).await;
    desk.puts_on_an_invoice(1, 10_000).await;
    desk.puts_on_an_invoice(2, 20_000).await;
    let june = desk.efficiency("from=2026-06&to=2026-06").await["total"].take();
    assert_eq!(told(&june, &TIME), "240 240 0 0");
    // 300 of 400 dollars, after 1 and 10 days.
    assert_eq!(told(&june, &RATIOS), "1 0.75 0.75 0 5.5");
    let other = desk.worked_on(3, "2026-06-30", 1, BillingStatus::Invoiced, false);
    other.await;
    let june = desk.efficiency("from=2026-06&to=2026-06").await["total"].take();
    // Nobody says for how much the other hour was billed.
    assert_eq!(told(&june, &RATIOS), "1 0.8 null 0 5.5");
    assert_eq!(desk.ctx().tenant().drift().await.unwrap().unwrap().drifted(), 0);
}

#[tokio::test]
async fn of_no_work_there_is_no_ratio_and_others_see_nothing() {
    let desk = Desk::new().await;
    desk.worked_on(1, "2026-06-30", 1, BillingStatus::Invoiced, false).await;
    let before = desk.efficiency("from=2026-05&to=2026-05").await;
    assert_eq!(told(&before["total"], &RATIOS), "null null null null null");
    assert_eq!(told(&before["total"], &TIME), "0 0 0 0");
    let path = "/analytics/billing-efficiency?from=2026-06&to=2026-05";
    assert_eq!(desk.ask(Method::GET, path, &Value::Null).await.refused().0, "query.from");
    let eve = desk.world.owner("eve@example.com").await;
    let path = "/api/analytics/billing-efficiency?to=2026-07";
    let answer = desk.world.get(path, Some(eve.access_token.expose())).await;
    assert_eq!(answer.json()["data"]["total"]["billableMinutes"].to_string(), "0");
}
