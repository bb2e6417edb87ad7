//! What a rate would move is what it moves, and closed months stay as they are.

use std::{collections::BTreeMap, time::Duration};

use clearmargin_app::{
    App,
    jobs::{self, Outcome},
};
use clearmargin_domain::{
    cost_rate::CostRate,
    id::OutboxId,
    job::{Envelope, Job},
    money::Money,
    period::Month,
    technician::Technician,
};
use reqwest::StatusCode;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::bench::Bench;

const PERIOD: &str = "from=2026-07&to=2026-11";

fn number(value: &Value) -> Decimal {
    value.to_string().parse().unwrap()
}

fn rate(more: &Value, hourly: u32, from: &str) -> Value {
    let mut body = json!({"hourlyCost": hourly, "currency": "USD", "effectiveFrom": from});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn set(bench: &Bench, token: &str, body: &Value) {
    let answer = bench.post("/api/cost-rates", token, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    bench.server.settle().await.unwrap();
}

async fn clients(bench: &Bench, token: &str) -> Vec<String> {
    let clients = bench.get("/api/clients?limit=100", token).await.data();
    clients.as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

/// What work cost, by client and month, as the API tells it.
async fn labour(bench: &Bench, token: &str) -> BTreeMap<(String, String), Decimal> {
    let mut costs = BTreeMap::new();
    for client in clients(bench, token).await {
        let path = format!("/api/clients/{client}/profitability?{PERIOD}");
        let answer = bench.get(&path, token).await.data();
        for month in answer["months"].as_array().unwrap() {
            let key = (client.clone(), month["month"].as_str().unwrap().to_owned());
            costs.insert(key, number(&month["labourCost"]));
        }
    }
    costs
}

/// What a preview says moves, by client and month.
fn previewed(answer: &Value) -> BTreeMap<(String, String), Decimal> {
    let rows = answer["rows"].as_array().unwrap().iter();
    let rows = rows.filter(|row| row["clientId"].is_string());
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    rows.map(|row| ((text(row, "clientId"), text(row, "month")), number(&row["difference"])))
        .filter(|(_, moved)| !moved.is_zero())
        .collect()
}

/// Asks what a rate would move, sets it, and compares.
async fn moves_what_it_said(bench: &Bench, token: &str, body: &Value) -> Value {
    let preview = bench.post("/api/cost-rates/preview", token, body).await.data();
    let before = labour(bench, token).await;
    assert_eq!(labour(bench, token).await, before, "a preview changes nothing");
    set(bench, token, body).await;
    let after = labour(bench, token).await;
    let moved = after.into_iter().map(|(key, cost)| {
        let was = before.get(&key).copied().unwrap_or_default();
        (key, cost - was)
    });
    let moved: BTreeMap<_, _> = moved.filter(|(_, moved)| !moved.is_zero()).collect();
    assert_eq!(moved, previewed(&preview), "{body}");
    let again = bench.post("/api/cost-rates/preview", token, body).await.data();
    assert_eq!((&again["total"]["entries"], &again["rows"]), (&json!(0), &json!([])));
    preview
}

async fn technicians(bench: &Bench, token: &str) -> Vec<Value> {
    bench.get("/api/technicians", token).await.data().as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_moves_what_its_preview_said_to_the_cent() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let people = technicians(&bench, &token).await;
    let role = people.iter().find_map(|it| it["role"].as_str()).unwrap().to_uppercase();
    let default = moves_what_it_said(&bench, &token, &rate(&json!({}), 40, "2026-01-01")).await;
    assert!(default["total"]["newlyCostedEntries"].as_u64().unwrap() > 100, "{default}");
    assert_eq!(default["total"]["newlyCostedEntries"], default["total"]["entries"]);
    let of_role = rate(&json!({"role": role}), 53, "2026-09-10");
    let by_role = moves_what_it_said(&bench, &token, &of_role).await;
    assert!(by_role["total"]["entries"].as_u64().unwrap() > 0, "{by_role}");
    assert_eq!(by_role["total"]["newlyCostedEntries"], 0);
    let own = json!({"technicianId": people[0]["id"]});
    moves_what_it_said(&bench, &token, &rate(&own, 37, "2026-08-15")).await;
    // A rate before another one applies up to it; one of the same day takes its place.
    moves_what_it_said(&bench, &token, &rate(&json!({}), 31, "2026-08-20")).await;
    moves_what_it_said(&bench, &token, &rate(&json!({}), 29, "2026-08-20")).await;
    assert_eq!(bench.drift().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_is_for_one_role_or_one_technician() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let people = technicians(&bench, &token).await;
    let both = json!({"technicianId": people[0]["id"], "role": "Engineer"});
    for more in [both, json!({"role": " "}), json!({"role": "x".repeat(101)})] {
        for path in ["/api/cost-rates", "/api/cost-rates/preview"] {
            let answer = bench.post(path, &token, &rate(&more, 40, "2026-01-01")).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{more}");
            assert_eq!(answer.body["errors"][0]["path"], "role", "{more}");
        }
    }
    set(&bench, &token, &rate(&json!({"role": " Engineer "}), 40, "2026-01-01")).await;
    set(&bench, &token, &rate(&json!({"role": "engineer"}), 41, "2026-01-01")).await;
    let rates = bench.get("/api/cost-rates", &token).await.data();
    assert_eq!(rates.as_array().unwrap().len(), 1, "{rates}");
    assert_eq!(
        (&rates[0]["role"], number(&rates[0]["hourlyCost"])),
        (&json!("engineer"), 41.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_month_refuses_rates_and_does_not_move() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    set(&bench, &token, &rate(&json!({}), 40, "2026-01-01")).await;
    assert_eq!(bench.get("/api/books", &token).await.data()["closedThrough"], Value::Null);
    let close = json!({"through": "2026-09"});
    let closed = bench.post("/api/books/close", &token, &close).await.data();
    assert_eq!(closed["closedThrough"], "2026-09");
    let before = (labour(&bench, &token).await, bench.state_hash().await);
    for day in ["2026-09-30", "2026-09-01", "2026-02-01"] {
        for path in ["/api/cost-rates", "/api/cost-rates/preview"] {
            let answer = bench.post(path, &token, &rate(&json!({}), 77, day)).await;
            assert_eq!(answer.status, StatusCode::CONFLICT, "{answer:?}");
            assert_eq!(answer.body["code"], "closed_period");
        }
    }
    bench.server.settle().await.unwrap();
    assert_eq!((labour(&bench, &token).await, bench.state_hash().await), before);
    // The first open day is free, and moves nothing before it.
    moves_what_it_said(&bench, &token, &rate(&json!({}), 77, "2026-10-01")).await;
    let after = labour(&bench, &token).await;
    let of_closed = |costs: &BTreeMap<(String, String), Decimal>| {
        costs.iter().filter(|((_, month), _)| month.as_str() <= "2026-09").map(|it| *it.1).collect()
    };
    let (was, is): (Vec<_>, Vec<_>) = (of_closed(&before.0), of_closed(&after));
    assert_eq!(was, is);
    // Opened again, it takes rates again.
    let reopen = json!({"from": "2026-09", "reason": "A late bill."});
    let books = bench.post("/api/books/reopen", &token, &reopen).await.data();
    assert_eq!(books["closedThrough"], "2026-08");
    moves_what_it_said(&bench, &token, &rate(&json!({}), 55, "2026-09-15")).await;
    let trail = bench.get("/api/audit?limit=100", &token).await.data();
    let reopened = trail.as_array().unwrap().iter().find(|row| row["action"] == "books.reopened");
    assert_eq!(reopened.unwrap()["detail"]["reason"], "A late bill.");
}

#[tokio::test(flavor = "multi_thread")]
async fn books_close_over_months_that_are_over_and_open_where_they_are_closed() {
    let bench = Bench::start().await;
    let token = bench.register("admin@techwave.com").await;
    let close = async |through: &str| {
        bench.post("/api/books/close", &token, &json!({"through": through})).await
    };
    let early = close("2999-01").await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(early.body["errors"][0]["path"], "through");
    let reopen = json!({"from": "2026-01", "reason": "x"});
    let open = bench.post("/api/books/reopen", &token, &reopen).await;
    assert_eq!((open.status, &open.body["code"]), (StatusCode::CONFLICT, &json!("not_closed")));
    close("2026-02").await.data();
    let again = close("2026-01").await;
    assert_eq!(
        (again.status, &again.body["code"]),
        (StatusCode::CONFLICT, &json!("already_closed"))
    );
    let silent = json!({"from": "2026-01", "reason": "  "});
    let silent = bench.post("/api/books/reopen", &token, &silent).await;
    assert_eq!(silent.body["errors"][0]["path"], "reason");
}

/// What each time entry of a month cost.
async fn entries(bench: &Bench, token: &str, month: &str) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for client in clients(bench, token).await {
        let mut cursor = String::new();
        loop {
            let path = format!(
                "/api/clients/{client}/profitability/rows?component=labour&month={month}\
                 &limit=100{cursor}"
            );
            let answer = bench.get(&path, token).await.body;
            for row in answer["data"].as_array().unwrap() {
                found.insert(row["id"].as_str().unwrap().to_owned(), row["amount"].clone());
            }
            match answer["page"]["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_is_closed_while_a_rate_is_set_does_not_move_afterwards() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    for round in 0..12_u32 {
        let close = json!({"through": "2026-09"});
        let raced = rate(&json!({}), 40 + round, "2026-09-01");
        let set = bench.post("/api/cost-rates", &token, &raced);
        let closing = bench.post("/api/books/close", &token, &close);
        // At once, or while the order to cost time anew is on its way.
        let (set, closed) =
            if round % 2 == 0 { tokio::join!(set, closing) } else { (set.await, closing.await) };
        assert!(closed.status.is_success() || closed.status == StatusCode::CONFLICT, "{closed:?}");
        assert!(set.status.is_success() || set.status == StatusCode::CONFLICT, "{set:?}");
        if !closed.status.is_success() {
            bench.post("/api/books/close", &token, &close).await.data();
        }
        let as_closed = entries(&bench, &token, "2026-09").await;
        assert!(as_closed.len() > 20);
        bench.server.settle().await.unwrap();
        assert_eq!(entries(&bench, &token, "2026-09").await, as_closed, "{round}");
        let reopen = json!({"from": "2026-09", "reason": "The next round."});
        bench.post("/api/books/reopen", &token, &reopen).await.data();
    }
    assert_eq!(bench.drift().await, 0);
}

/// Carries out a message as a worker does, until it is done.
async fn work(app: &App, job: Job) {
    let org_id = app.store.directory().organizations().await.unwrap()[0];
    let now = app.clock.now();
    let (id, request_id) = (OutboxId::new(now, 1), "late".to_owned());
    let version = Envelope::VERSION;
    let message = Envelope { id, version, org_id, occurred_at: now, request_id, job };
    while let Outcome::Later(_) = jobs::run(app, &message).await.unwrap() {}
}

/// Raises the only rate, and gives the order that setting it would have given: as if it had been
/// set right before a close, and its order were late.
async fn raised(app: &App, by: i64) -> Job {
    let org = app.store.directory().organizations().await.unwrap()[0];
    let ctx = app.for_system(org, "test");
    let known = ctx.tenant().all::<CostRate>().await.unwrap().remove(0);
    let hourly = Money { minor: known.hourly.minor + by, ..known.hourly };
    let mut change = ctx.tenant().change(ctx.audit("test", known.id, Value::Null));
    change.update(&known, &CostRate { hourly, ..known.value.clone() }).unwrap();
    change.commit().await.unwrap();
    let from = known.effective_from;
    Job::Recost { rate: known.id, from, month: Month::of(from) }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_to_cost_time_anew_that_comes_after_the_close_leaves_closed_months() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    set(&bench, &token, &rate(&json!({}), 40, "2026-08-01")).await;
    let before = labour(&bench, &token).await;
    bench.post("/api/books/close", &token, &json!({"through": "2026-09"})).await.data();
    let app = &bench.server.app;
    let order = raised(app, 4_000).await;
    work(app, order).await;
    bench.server.settle().await.unwrap();
    let after = labour(&bench, &token).await;
    for ((client, month), cost) in before {
        let times = if month.as_str() <= "2026-09" { 1 } else { 2 };
        let found = after[&(client, month.clone())];
        assert_eq!(found, cost * Decimal::from(times), "{month}");
    }
    let october = after.iter().filter(|((_, month), _)| month == "2026-10").map(|it| it.1);
    assert!(october.sum::<Decimal>() > Decimal::ZERO);
    assert_eq!(bench.drift().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_is_closed_while_its_time_is_costed_anew_does_not_move_afterwards() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    set(&bench, &token, &rate(&json!({}), 40, "2026-09-01")).await;
    for round in 0..10_u64 {
        let app = bench.server.app.clone();
        let order = raised(&app, 100).await;
        let working = tokio::spawn(async move { work(&app, order).await });
        tokio::time::sleep(Duration::from_millis(8 * round)).await;
        bench.post("/api/books/close", &token, &json!({"through": "2026-09"})).await.data();
        let as_closed = entries(&bench, &token, "2026-09").await;
        working.await.unwrap();
        bench.server.settle().await.unwrap();
        assert_eq!(entries(&bench, &token, "2026-09").await, as_closed, "{round}");
        let reopen = json!({"from": "2026-09", "reason": "The next round."});
        bench.post("/api/books/reopen", &token, &reopen).await.data();
    }
    assert_eq!(bench.drift().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_technicians_new_role_costs_open_time_anew_and_closed_time_not() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let people = technicians(&bench, &token).await;
    let role = people.iter().find_map(|it| it["role"].as_str()).unwrap();
    // As if the source had told no roles before.
    let store = &bench.server.app.store;
    let org = store.directory().organizations().await.unwrap()[0];
    let ctx = bench.server.app.for_system(org, "test");
    for known in ctx.tenant().all::<Technician>().await.unwrap() {
        let mut change = ctx.tenant().change(ctx.audit("test", known.id, Value::Null));
        change.update(&known, &Technician { role: None, ..known.value.clone() }).unwrap();
        change.commit().await.unwrap();
    }
    set(&bench, &token, &rate(&json!({}), 40, "2026-01-01")).await;
    set(&bench, &token, &rate(&json!({"role": role}), 60, "2026-01-01")).await;
    let before = labour(&bench, &token).await;
    bench.post("/api/books/close", &token, &json!({"through": "2026-08"})).await.data();
    for _ in 0..2 {
        bench.start_sync(&token, "full").await;
        bench.synced(&token).await;
    }
    let after = labour(&bench, &token).await;
    let month = |costs: &BTreeMap<(String, String), Decimal>, wanted: &str| -> Decimal {
        costs.iter().filter(|((_, month), _)| month == wanted).map(|it| it.1).sum()
    };
    assert!(month(&before, "2026-08") > Decimal::ZERO);
    assert_eq!(month(&after, "2026-08"), month(&before, "2026-08"));
    for open in ["2026-09", "2026-10"] {
        assert!(month(&after, open) > month(&before, open), "{open}");
    }
    assert_eq!(bench.drift().await, 0);
    // Opened again, the month is costed with the roles by the next rate that applies to it.
    let reopen = json!({"from": "2026-08", "reason": "Roles were missing."});
    bench.post("/api/books/reopen", &token, &reopen).await.data();
    set(&bench, &token, &rate(&json!({"role": role}), 60, "2026-08-01")).await;
    assert!(month(&labour(&bench, &token).await, "2026-08") > month(&before, "2026-08"));
}
