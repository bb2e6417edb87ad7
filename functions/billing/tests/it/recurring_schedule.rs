//! Recurring invoices that nobody asks for: once for every month, on its day, through a chain of
//! steps that may be killed anywhere.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::http::Method;
use clearmargin_app::{
    App, Precondition, Queue, QueueError, invoices, jobs, outbox, recurring, schedule,
};
use clearmargin_domain::{
    agreement::{AgreementKind, PricingUnit},
    id::OutboxId,
    identity::Organization,
    invoice::{DocumentState, Invoice},
    job::{Envelope, Job},
    recurring::{Billed, RecurringRun},
};
use clearmargin_store::List;
use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::desk::Desk;

const PATH: &str = "/invoices/recurring/schedule";

impl Desk {
    async fn look(&self) {
        schedule::run(&self.world.app, schedule::Due::Recurring, "schedule").await.unwrap();
        self.world.settle().await;
    }

    pub(crate) fn at(&self, now: &str) {
        let now: Timestamp = now.parse().unwrap();
        let passed = now.duration_since(self.world.now()).as_millis();
        self.world.clock.pass(i64::try_from(passed).unwrap());
    }

    pub(crate) async fn zone(&self, zone: &str) {
        let ctx = self.ctx();
        let old = ctx.tenant().get::<Organization>(self.org).await.unwrap().unwrap();
        let new = Organization { time_zone: zone.parse().unwrap(), ..old.value.clone() };
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, Value::Null));
        change.update(&old, &new).unwrap();
        change.commit().await.unwrap();
    }

    async fn run_of(&self, month: &str) -> Value {
        self.get(&format!("/invoices/recurring/run?month={month}")).await["run"].take()
    }

    async fn invoices(&self, month: &str) -> Vec<Invoice> {
        let list = List::Billed(month.parse().unwrap());
        let billed = self.ctx().tenant().every::<Billed>(list).await.unwrap();
        let ids: Vec<_> = billed.iter().map(|billed| billed.invoice).collect();
        let found = self.ctx().tenant().get_many::<Invoice>(&ids).await.unwrap();
        found.into_iter().map(|invoice| invoice.value).collect()
    }
}

/// A queue that loses what it is given.
pub(crate) struct Leak;

#[async_trait]
impl Queue for Leak {
    async fn send(&self, _: &[Envelope], _: Duration) -> Result<(), QueueError> {
        Ok(())
    }

    async fn ping(&self) -> Result<(), QueueError> {
        Ok(())
    }
}

fn wanted(day: u8, issue: bool) -> Value {
    json!({"enabled": true, "day": day, "issue": issue})
}

#[tokio::test]
async fn a_month_is_made_once_on_its_day_on_the_organisations_clocks() {
    let desk = Desk::new().await;
    desk.zone("America/New_York").await;
    desk.flat(1).await;
    let none = desk.get(PATH).await;
    assert_eq!((&none["enabled"], &none["nextMonth"]), (&json!(false), &Value::Null));
    desk.look().await;
    let set = desk.done(Method::PUT, PATH, &wanted(8, false)).await;
    assert_eq!((&set["nextMonth"], &set["nextDay"]), (&json!("2026-07"), &json!("2026-07-08")));
    // It is the eighth in Greenwich, and in New York one minute before.
    desk.at("2026-07-08T03:59:00Z");
    desk.look().await;
    assert_eq!(desk.invoices("2026-07").await.len(), 0);
    desk.at("2026-07-08T04:00:00Z");
    for _ in 0..3 {
        desk.look().await;
    }
    let drafts = desk.invoices("2026-07").await;
    assert_eq!((drafts.len(), drafts[0].state), (1, DocumentState::Draft));
    // The token is past by now: as the system sees it.
    let ctx = desk.ctx();
    let run = recurring::scheduled_run(&ctx, "2026-07".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((run.counts.drafted, run.counts.issued, run.step), (1, 0, 1));
    assert!(run.finished_at.is_some());
    assert_eq!(recurring::schedule(&ctx).await.unwrap().next.to_string(), "2026-08");
    // Thrown away, it is not made again: the month was begun.
    invoices::remove(&ctx, drafts[0].id, &Precondition::None).await.unwrap();
    desk.at("2026-08-07T23:00:00Z");
    desk.look().await;
    assert_eq!(desk.invoices("2026-07").await.len() + desk.invoices("2026-08").await.len(), 0);
    desk.at("2026-08-20T00:00:00Z");
    desk.look().await;
    assert_eq!(desk.invoices("2026-08").await.len(), 1);
    let none = recurring::scheduled_run(&desk.ctx(), "2026-09".parse().unwrap()).await;
    assert_eq!(none.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_looks_at_once_begin_it_once_and_issue_every_invoice_once() {
    let desk = Desk::new().await;
    for number in 1..=4 {
        desk.flat(number).await;
    }
    desk.done(Method::PUT, PATH, &wanted(1, true)).await;
    let looks = (0..20).map(|_| async {
        schedule::run(&desk.world.app, schedule::Due::Recurring, "schedule").await.unwrap();
    });
    join_all(looks).await;
    desk.world.settle().await;
    let invoices = desk.invoices("2026-07").await;
    let mut numbers: Vec<_> = invoices.iter().filter_map(|it| it.number.clone()).collect();
    numbers.sort();
    assert_eq!(numbers, ["INV-000001", "INV-000002", "INV-000003", "INV-000004"]);
    assert_eq!(desk.drafts().await.len(), 4);
    let run = desk.run_of("2026-07").await;
    let counts = ["agreements", "drafted", "issued", "leftOutCount"].map(|name| run[name].clone());
    assert_eq!(counts, [json!(4), json!(4), json!(4), json!(0)]);
}

#[tokio::test]
async fn what_is_left_out_is_told_with_its_reason() {
    let desk = Desk::new().await;
    let uncounted = desk.agree(1, AgreementKind::Usage, PricingUnit::User).await;
    desk.agree(2, AgreementKind::TimeAndMaterial, PricingUnit::Hour).await;
    let by_hand = desk.flat(3).await;
    desk.flat(4).await;
    let body = json!({"month": "2026-07", "agreementIds": [by_hand.agreement]});
    desk.post("/invoices/recurring", &body).await;
    desk.done(Method::PUT, PATH, &wanted(1, true)).await;
    clearmargin_app::books::close(&desk.ctx(), "2026-06".parse().unwrap()).await.unwrap();
    desk.look().await;
    let run = desk.run_of("2026-07").await;
    let counts = ["agreements", "drafted", "issued", "alreadyThere", "nothing", "leftOutCount"]
        .map(|name| run[name].as_u64().unwrap());
    assert_eq!(counts, [4, 1, 1, 1, 1, 1]);
    let told = json!([{
        "agreementId": uncounted.agreement, "outcome": "incomplete",
        "message": "there is no count of users in the month or the one before",
    }]);
    assert_eq!(run["leftOut"], told);
    // What somebody drafted by hand is not issued behind their back.
    let states: Vec<_> = desk.drafts().await.iter().map(|it| it.number.is_some()).collect();
    assert_eq!(states.iter().filter(|issued| **issued).count(), 1);
}

#[tokio::test]
async fn many_agreements_are_billed_in_steps_however_often_those_are_killed() {
    let desk = Desk::new().await;
    for number in 1..=52 {
        desk.flat(number).await;
    }
    desk.done(Method::PUT, PATH, &wanted(1, true)).await;
    schedule::run(&desk.world.app, schedule::Due::Recurring, "schedule").await.unwrap();
    let ctx = desk.ctx();
    let message = |step| Envelope {
        id: OutboxId::derived(&["recurring"]),
        version: Envelope::VERSION,
        org_id: desk.org,
        occurred_at: ctx.now,
        request_id: "test".to_owned(),
        job: Job::BillRecurring { month: "2026-07".parse().unwrap(), step },
    };
    let mut lives = 0_u32;
    for step in 0..2 {
        let message = message(step);
        loop {
            lives += 1;
            // Each life is longer than the one before: the last one ends by itself.
            let life = Duration::from_millis(20) * 2_u32.pow(lives.min(12));
            let work = Box::pin(jobs::run(&desk.world.app, &message));
            if let Ok(outcome) = tokio::time::timeout(life, work).await
                && outcome.unwrap() == jobs::Outcome::Done
            {
                break;
            }
        }
    }
    assert!(lives > 4, "{lives}");
    desk.world.settle().await;
    let invoices = desk.invoices("2026-07").await;
    assert_eq!((invoices.len(), desk.drafts().await.len()), (52, 52));
    assert!(invoices.iter().all(|invoice| invoice.state == DocumentState::Issued));
    let run = desk.run_of("2026-07").await;
    let counts = ["agreements", "drafted", "issued", "alreadyThere"].map(|name| run[name].clone());
    assert_eq!(counts, [json!(52), json!(52), json!(52), json!(0)]);
    let stored = ctx.tenant().get::<RecurringRun>("2026-07".parse().unwrap()).await.unwrap();
    assert_eq!(stored.unwrap().step, 2);
}

#[tokio::test]
async fn a_run_whose_message_was_lost_is_woken() {
    let desk = Desk::new().await;
    desk.flat(1).await;
    desk.done(Method::PUT, PATH, &wanted(1, false)).await;
    schedule::run(&desk.world.app, schedule::Due::Recurring, "schedule").await.unwrap();
    let leaking = App { queue: Arc::new(Leak), ..desk.world.app.clone() };
    let waiting = desk.world.app.store.outbox().waiting(desk.org).await.unwrap();
    outbox::relay(&leaking, waiting).await.unwrap();
    desk.at("2026-07-01T12:30:00Z");
    desk.look().await;
    assert_eq!(desk.invoices("2026-07").await.len(), 0);
    desk.at("2026-07-01T13:30:00Z");
    desk.look().await;
    assert_eq!(desk.invoices("2026-07").await.len(), 1);
}

#[tokio::test]
async fn one_organisations_trouble_is_not_anothers_and_nobody_sees_anothers_schedule() {
    let desk = Desk::new().await;
    desk.flat(1).await;
    desk.done(Method::PUT, PATH, &wanted(1, false)).await;
    let other = desk.world.owner("eve@example.com").await;
    let token = other.access_token.expose().to_owned();
    let path = format!("/api{PATH}");
    let seen = desk.world.ask(Method::GET, &path, &token, None).await;
    assert_eq!(seen.json()["data"]["enabled"], false);
    desk.look().await;
    assert_eq!(desk.invoices("2026-07").await.len(), 1);
    let run = "/api/invoices/recurring/run?month=2026-07";
    let seen = desk.world.ask(Method::GET, run, &token, None).await.json();
    assert_eq!(seen["data"], json!({"month": "2026-07", "run": null}));
}

#[tokio::test]
async fn a_schedule_is_changed_by_who_has_seen_it_and_has_a_day_that_every_month_has() {
    let desk = Desk::new().await;
    for day in [0, 29] {
        let refused = desk.ask(Method::PUT, PATH, &wanted(day, false)).await.refused();
        assert_eq!(refused.0, "day");
    }
    let seen = desk.ask(Method::GET, PATH, &Value::Null).await.header("etag").to_owned();
    let (third, fourth) = (wanted(3, false), wanted(4, false));
    assert!(desk.ask_if(Method::PUT, PATH, &seen, &third).await.status.is_success());
    assert_eq!(desk.ask_if(Method::PUT, PATH, &seen, &fourth).await.problem().0, 412);
}
