//! One change of many tickets.

use std::{collections::BTreeSet, time::Duration};

use axum::http::Method;
use clearmargin_app::jobs;
use clearmargin_domain::{
    id::TicketId,
    job::{Envelope, Job},
    ticket::{Ticket, TicketEvent, TicketStatus},
};
use clearmargin_store::{List, Walk};
use serde_json::{Value, json};

use crate::desk::Desk;

const MANY: usize = 997;

/// Tickets in the table, written as they are: opening so many one by one would take long.
async fn tickets(desk: &Desk, count: usize) -> Vec<TicketId> {
    let path = desk.open("The printer is on fire", "High").await;
    let first: TicketId = path[1..].parse().unwrap();
    let ctx = desk.ctx();
    let template = ctx.tenant().get::<Ticket>(first).await.unwrap().unwrap().value;
    let mut ids = vec![first];
    let numbers: Vec<_> = (1..count).collect();
    for batch in numbers.chunks(40) {
        let mut change = ctx.tenant().change(ctx.audit("test.made", desk.org, Value::Null));
        for number in batch {
            let id = TicketId::new(ctx.now, 1_000_000 + u128::try_from(*number).unwrap());
            let number = format!("X-{number}");
            change.insert(&Ticket { id, number, ..template.clone() }).unwrap();
            ids.push(id);
        }
        change.commit().await.unwrap();
    }
    desk.world.settle().await;
    ids
}

/// 997 tickets that can be put on hold, one that is closed, and two that there are not.
async fn with_three_bad_ones(desk: &Desk) -> Vec<TicketId> {
    let mut ids = tickets(desk, MANY).await;
    let closed = desk.open("It is over", "Low").await;
    desk.go(&closed, "closed").await;
    ids.insert(500, closed[1..].parse().unwrap());
    ids.insert(3, TicketId::new(desk.world.now(), 77));
    ids.push(TicketId::new(desk.world.now(), 78));
    ids
}

fn on_hold(ids: &[TicketId]) -> Value {
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    json!({"ticketIds": ids, "action": {"kind": "status", "status": "on_hold"}})
}

/// Every ticket that could be is on hold, and its history says so once; the three are named.
async fn check(desk: &Desk, ids: &[TicketId], report: &Value) {
    assert_eq!((&report["status"], &report["total"]), (&json!("done"), &json!(ids.len())));
    assert_eq!((&report["succeeded"], &report["failed"]), (&json!(MANY), &json!(3)));
    let failures = report["failures"].as_array().unwrap();
    let named: BTreeSet<_> = failures.iter().map(|it| it["ticketId"].as_str().unwrap()).collect();
    let bad = [ids[3], ids[501], ids[ids.len() - 1]].map(|id| id.to_string());
    assert_eq!(named, bad.iter().map(String::as_str).collect());
    let ctx = desk.ctx();
    let mut seen = 0;
    let mut walk = Some(Walk::default());
    while let Some(here) = walk {
        let (tickets, next) = ctx.tenant().walk::<Ticket>(&here, 200).await.unwrap();
        seen += tickets.iter().filter(|it| it.status == TicketStatus::OnHold).count();
        walk = next;
    }
    assert_eq!(seen, MANY);
    for id in ids.iter().filter(|id| !bad.contains(&id.to_string())).step_by(97) {
        let events = List::TicketEvents(*id);
        let events = ctx.tenant().list::<TicketEvent>(events, 10, "test", None).await.unwrap();
        let moves = events.items.iter().filter(|event| !event.changes.is_empty()).count();
        assert_eq!(moves, 1, "{id}");
    }
}

#[tokio::test]
async fn of_a_thousand_tickets_997_are_changed_and_three_are_named() {
    let desk = Desk::new().await;
    let ids = with_three_bad_ones(&desk).await;
    let begun = desk.post("/bulk", &on_hold(&ids)).await;
    assert_eq!(begun["status"], "running");
    desk.world.settle().await;
    let path = format!("/bulk/{}", begun["id"].as_str().unwrap());
    check(&desk, &ids, &desk.get(&path).await).await;
}

#[tokio::test]
async fn a_change_that_is_killed_again_and_again_ends_the_same() {
    let desk = Desk::new().await;
    let ids = with_three_bad_ones(&desk).await;
    let begun = desk.post("/bulk", &on_hold(&ids)).await;
    let ctx = desk.ctx();
    let run = begun["id"].as_str().unwrap().parse().unwrap();
    let id = clearmargin_domain::id::OutboxId::derived(&["bulk"]);
    let message = Envelope {
        id,
        version: Envelope::VERSION,
        org_id: desk.org,
        occurred_at: ctx.now,
        request_id: "test".to_owned(),
        job: Job::ChangeTickets { run },
    };
    let mut lives = 0;
    // Each life is longer than the one before: the last one ends by itself.
    loop {
        lives += 1;
        let life = Duration::from_millis(3 * lives);
        let work = Box::pin(jobs::run(&desk.world.app, &message));
        if let Ok(outcome) = tokio::time::timeout(life, work).await
            && outcome.unwrap() == jobs::Outcome::Done
        {
            break;
        }
    }
    assert!(lives > 10, "{lives}");
    desk.world.settle().await;
    check(&desk, &ids, &desk.get(&format!("/bulk/{run}")).await).await;
}

#[tokio::test]
async fn up_to_a_hundred_tickets_are_changed_when_the_answer_comes() {
    let desk = Desk::new().await;
    let ids = tickets(&desk, 40).await;
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    let body = json!({"ticketIds": ids, "action": {"kind": "tag", "tag": "storm"}});
    let report = desk.post("/bulk", &body).await;
    assert_eq!((&report["status"], &report["succeeded"]), (&json!("done"), &json!(40)));
    let tagged = desk.get("?tag=storm&limit=100").await;
    assert_eq!(tagged.as_array().unwrap().len(), 40);
    let again = desk.post("/bulk", &body).await;
    assert_eq!((&again["succeeded"], &again["failed"]), (&json!(40), &json!(0)));
}

#[tokio::test]
async fn a_filter_means_all_that_it_finds() {
    let desk = Desk::new().await;
    for priority in ["High", "Low", "High"] {
        desk.open("The printer is on fire", priority).await;
    }
    let body = json!({"filter": {"priority": "High"}, "action": {"kind": "close"}});
    let report = desk.post("/bulk", &body).await;
    assert_eq!((&report["total"], &report["succeeded"]), (&json!(2), &json!(2)));
    assert_eq!(desk.get("?open=true").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn neither_nothing_nor_too_many_nor_two_ways_to_say_which() {
    let desk = Desk::new().await;
    let id = TicketId::new(desk.world.now(), 1).to_string();
    let close = json!({"kind": "close"});
    let many: Vec<_> =
        (0..=1_000).map(|number| TicketId::new(desk.world.now(), number).to_string()).collect();
    for body in [
        json!({"action": close}),
        json!({"ticketIds": [], "action": close}),
        json!({"ticketIds": [id], "filter": {}, "action": close}),
        json!({"ticketIds": many, "action": close}),
    ] {
        let refused = desk.ask(Method::POST, "/bulk", &body).await;
        assert_eq!(refused.refused().0, "ticketIds");
    }
}
