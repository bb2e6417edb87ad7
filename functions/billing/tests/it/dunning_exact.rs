//! However often, by how many at once and until wherever reminders are made: each invoice gets each
//! of them once.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::http::Method;
use clearmargin_app::{App, dunning, jobs, outbox};
use clearmargin_domain::job::Job;
use futures_util::future::join_all;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    desk::Desk,
    dunning::{PATH, id_of, wanted},
    recurring_schedule::Leak,
    sending::BILLS,
    wire::{Cut, Wire},
    world::World,
};

const TODAY: Date = date(2026, 7, 1);

/// Gives a desk a policy, somebody to remind, and invoices that have been due for ten days.
async fn owing(desk: &Desk, invoices: usize) -> Vec<String> {
    desk.contact(1, Some(BILLS), "Billing", false).await;
    desk.done(Method::PUT, PATH, &wanted(&[0, 7])).await;
    let mut paths = Vec::new();
    for _ in 0..invoices {
        paths.push(desk.due(100, "2026-06-21").await);
    }
    desk.world.settle().await;
    paths
}

fn step(desk: &Desk, step: u32) -> clearmargin_domain::job::Envelope {
    desk.order(Job::RemindOfInvoices { day: TODAY, step })
}

/// How many mails there were with each subject.
async fn mails(desk: &Desk) -> BTreeMap<String, usize> {
    let mut mails = BTreeMap::new();
    for (subject, _) in desk.world.mails_to(BILLS).await {
        *mails.entry(subject).or_default() += 1;
    }
    mails
}

/// Each of so many invoices got that step once.
fn once(invoices: usize, step: i16) -> BTreeMap<String, usize> {
    (1..=invoices).map(|number| (format!("INV-{number:06} step {step}"), 1)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_remind_of_each_invoice_once() {
    let desk = Desk::new().await;
    let paths = owing(&desk, 4).await;
    join_all((0..20).map(|_| desk.look_for_debts())).await;
    let app = &desk.world.app;
    let order = step(&desk, 0);
    for answer in join_all((0..10).map(|_| jobs::run(app, &order))).await {
        answer.unwrap();
    }
    // Every mail is ordered; each of them is handed over by many at once.
    let orders: Vec<_> = paths
        .iter()
        .map(|path| desk.order(Job::SendReminder { invoice: id_of(path), reminder: 0 }))
        .collect();
    let orders = orders.iter().cycle().take(40);
    for answer in join_all(orders.map(|order| jobs::run(app, order))).await {
        answer.unwrap();
    }
    assert_eq!(mails(&desk).await, once(4, 7));
    for path in &paths {
        let dunned = desk.dunned(path).await;
        assert_eq!(dunned.reminders.len(), 1);
        assert!(dunned.reminders[0].handed_over_at.is_some());
    }
    let run = dunning::run_of(&desk.ctx(), TODAY).await.unwrap().unwrap();
    assert_eq!((run.step, run.counts.looked_at, run.counts.ordered), (1, 4, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_while_reminders_are_made_is_not_reminded_of() {
    let desk = Desk::new().await;
    let paths = owing(&desk, 10).await;
    desk.look_for_debts().await;
    let (app, order, body) =
        (&desk.world.app, step(&desk, 0), json!({"amount": 100, "currency": "USD"}));
    let pay = paths.iter().map(|path| desk.pay_all(path, &body));
    let (stepped, ()) =
        futures_util::future::join(jobs::run(app, &order), async { drop(join_all(pay).await) })
            .await;
    stepped.unwrap();
    // All is paid by now: whatever was ordered is withdrawn.
    assert_eq!(mails(&desk).await, BTreeMap::new());
    for path in &paths {
        let reminders = desk.dunned(path).await.reminders;
        assert!(reminders.len() <= 1 && reminders.iter().all(|it| it.withdrawn.is_some()));
    }
}

#[tokio::test]
async fn a_run_whose_message_was_lost_is_woken() {
    let desk = Desk::new().await;
    owing(&desk, 1).await;
    desk.look_for_debts().await;
    let leaking = App { queue: Arc::new(Leak), ..desk.world.app.clone() };
    let waiting = desk.world.app.store.outbox().waiting(desk.org).await.unwrap();
    outbox::relay(&leaking, waiting).await.unwrap();
    for (now, sent) in [("2026-07-01T12:30:00Z", 0), ("2026-07-01T13:30:00Z", 1)] {
        desk.at(now);
        desk.look_for_debts().await;
        assert_eq!(desk.mailed(BILLS).await, sent, "{now}");
    }
}

#[tokio::test]
async fn many_invoices_are_reminded_of_in_steps_however_often_those_are_killed() {
    let desk = Desk::new().await;
    owing(&desk, 52).await;
    desk.look_for_debts().await;
    let mut lives = 0_u32;
    for number in 0..3 {
        let order = step(&desk, number);
        loop {
            lives += 1;
            // Each life is longer than the one before: the last one ends by itself.
            let life = Duration::from_millis(20) * 2_u32.pow(lives.min(12));
            let work = Box::pin(jobs::run(&desk.world.app, &order));
            if let Ok(outcome) = tokio::time::timeout(life, work).await
                && outcome.unwrap() == jobs::Outcome::Done
            {
                break;
            }
        }
    }
    assert!(lives > 4, "{lives}");
    assert_eq!(mails(&desk).await, once(52, 7));
    let run = desk.get("/invoices/dunning/run?day=2026-07-01").await["run"].take();
    let counts = ["lookedAt", "ordered", "failed"].map(|name| run[name].as_u64().unwrap());
    assert_eq!(counts, [52, 52, 0]);
    assert!(run["finishedAt"].is_string());
}

/// The day's reminders from the look to the last mail.
async fn whole_day(desk: &Desk) {
    desk.look_for_debts().await;
    desk.world.settle().await;
}

/// What a queue hands out again that never heard that it was done.
async fn again(desk: &Desk, paths: &[String]) {
    whole_day(desk).await;
    let sent = paths.iter().map(|path| Job::SendReminder { invoice: id_of(path), reminder: 0 });
    let steps = (0..2).map(|step| Job::RemindOfInvoices { day: TODAY, step });
    for job in steps.chain(sent) {
        let outcome = Box::pin(jobs::run(&desk.world.app, &desk.order(job))).await.unwrap();
        assert_eq!(outcome, jobs::Outcome::Done);
        desk.world.settle().await;
    }
}

async fn cut_off() -> (Desk, Wire, Vec<String>) {
    let (wire, store) = Wire::new().await;
    let desk = Box::pin(Desk::on(World::on(store, clearmargin_billing::routes()))).await;
    let paths = owing(&desk, 2).await;
    (desk, wire, paths)
}

/// Dies at every request to the table that a day's reminders make, before the request arrives or
/// before its answer does; another process goes on. The one thing that the table cannot undo is a mail
/// that was handed over before that could be noted: it goes out again. How often that was.
async fn dies_anywhere(cut: impl Fn(usize) -> Cut) -> usize {
    let (calm, wire, _) = cut_off().await;
    wire.count(None);
    whole_day(&calm).await;
    let requests = wire.sent();
    assert_eq!(mails(&calm).await, once(2, 7));
    let mut twice = 0;
    for cut in (0..requests).map(cut) {
        let (desk, wire, paths) = cut_off().await;
        wire.count(Some(cut));
        let died = wire.until_cut(Box::pin(whole_day(&desk))).await;
        assert!(died.is_none(), "{cut:?} of {requests}");
        wire.count(None);
        // Past the time that a worker is left alone, and a run.
        desk.at("2026-07-01T14:00:00Z");
        let next = desk.another_process();
        Box::pin(again(&next, &paths)).await;
        for path in &paths {
            let [reminder] = next.dunned(path).await.reminders.try_into().unwrap();
            assert!(reminder.handed_over_at.is_some() && reminder.withdrawn.is_none(), "{cut:?}");
        }
        let mails = mails(&next).await;
        assert_eq!(mails.len(), 2, "{cut:?} of {requests}: {mails:?}");
        let more = mails.values().sum::<usize>() - 2;
        assert!(more <= 1, "{cut:?} of {requests}: {mails:?}");
        twice += more;
        let run = dunning::run_of(&next.ctx(), TODAY).await.unwrap().unwrap();
        assert_eq!((run.counts.looked_at, run.counts.ordered), (2, 2), "{cut:?}");
        assert!(run.finished_at.is_some(), "{cut:?}");
    }
    twice
}

#[tokio::test]
async fn a_day_may_die_before_any_request_and_each_invoice_is_reminded_of_once() {
    // Of each mail: before what is read for its note, and before the note.
    assert_eq!(Box::pin(dies_anywhere(Cut::Before)).await, 2 * 2);
}

#[tokio::test]
async fn a_day_may_die_after_any_request_and_each_invoice_is_reminded_of_once() {
    // Of each mail: after what is read for its note.
    assert_eq!(Box::pin(dies_anywhere(Cut::After)).await, 2);
}

impl Desk {
    /// Pays what is open.
    async fn pay_all(&self, path: &str, body: &Value) {
        self.done(Method::PUT, &format!("{path}/payment"), body).await;
    }
}
