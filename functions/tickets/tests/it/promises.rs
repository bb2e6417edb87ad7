//! What is promised of tickets, and who notices when it is broken.

use axum::http::Method;
use clearmargin_app::schedule::{self, Due};
use serde_json::{Value, json};

use crate::desk::{Desk, path_of};

/// Round the clock: answers in an hour, resolutions in four; half the time for critical tickets.
fn policy() -> Value {
    json!({
        "name": "Gold", "hours": "round_the_clock", "targets": [
            {"priority": null, "responseMinutes": 60, "resolutionMinutes": 240},
            {"priority": "Critical", "responseMinutes": 30, "resolutionMinutes": 120}
        ]
    })
}

async fn look(desk: &Desk) {
    Box::pin(schedule::run(&desk.world.app, Due::Sla, "test")).await.unwrap();
}

async fn states(desk: &Desk, path: &str) -> [Value; 2] {
    let mut sla = desk.get(path).await["sla"].take();
    ["response", "resolution"].map(|promise| sla[promise]["state"].take())
}

#[tokio::test]
async fn a_promise_goes_from_on_track_to_at_risk_to_breached_while_nobody_does_anything() {
    let desk = Desk::new().await;
    desk.post("/sla-policies", &policy()).await;
    let path = desk.open("The printer is on fire", "Low").await;
    assert_eq!(states(&desk, &path).await, ["on_track", "on_track"]);
    desk.pass(45).await;
    look(&desk).await;
    assert_eq!(states(&desk, &path).await, ["at_risk", "on_track"]);
    desk.pass(16).await;
    look(&desk).await;
    assert_eq!(states(&desk, &path).await, ["breached", "on_track"]);
    desk.post(&format!("{path}/comments"), &json!({"text": "We are on our way."})).await;
    desk.pass(150).await;
    look(&desk).await;
    assert_eq!(states(&desk, &path).await, ["breached", "at_risk"]);
    desk.go(&path, "resolved").await;
    assert_eq!(states(&desk, &path).await, ["breached", "met"]);
    let ticket = desk.get(&path).await;
    assert_eq!(ticket["firstResponse"]["inTime"], false);
    assert_eq!(ticket["resolution"]["inTime"], true);
}

#[tokio::test]
async fn the_schedule_writes_only_what_time_has_changed() {
    let desk = Desk::new().await;
    desk.post("/sla-policies", &policy()).await;
    let slow = desk.open("The mouse is slow", "Low").await;
    let urgent = desk.open("The printer is on fire", "Critical").await;
    let version = async |path: &str| {
        let url = format!("/api/tickets{path}");
        desk.world.get(&url, Some(&desk.token())).await.header("etag").to_owned()
    };
    let before = [version(&slow).await, version(&urgent).await];
    look(&desk).await;
    assert_eq!([version(&slow).await, version(&urgent).await], before);
    desk.pass(25).await;
    look(&desk).await;
    assert_eq!(version(&slow).await, before[0]);
    assert_ne!(version(&urgent).await, before[1]);
}

#[tokio::test]
async fn the_clocks_stand_still_while_the_customer_has_to_answer() {
    let desk = Desk::new().await;
    desk.post("/sla-policies", &policy()).await;
    let path = desk.open("The printer is on fire", "Low").await;
    desk.pass(30).await;
    desk.go(&path, "waiting_on_customer").await;
    desk.pass(10_000).await;
    look(&desk).await;
    let waiting = desk.get(&path).await;
    assert_eq!(waiting["sla"]["resolution"]["paused"], true);
    assert_eq!(waiting["sla"]["resolution"]["due"], Value::Null);
    assert_eq!(states(&desk, &path).await, ["on_track", "on_track"]);
    desk.go(&path, "in_progress").await;
    desk.pass(15).await;
    look(&desk).await;
    assert_eq!(states(&desk, &path).await, ["at_risk", "on_track"]);
}

#[tokio::test]
async fn the_monitor_shows_broken_promises_first_then_what_is_next() {
    let desk = Desk::new().await;
    desk.post("/sla-policies", &policy()).await;
    let broken = desk.open("The server is down", "Low").await;
    desk.pass(400).await;
    look(&desk).await;
    let later = desk.open("The mouse is slow", "Low").await;
    let sooner = desk.open("The printer is on fire", "Critical").await;
    let waiting = desk.open("The customer is away", "Low").await;
    desk.go(&waiting, "waiting_on_customer").await;
    let done = desk.open("It was nothing", "Low").await;
    desk.go(&done, "resolved").await;
    let listed = desk.get("/sla-monitor").await;
    let listed: Vec<_> = listed.as_array().unwrap().iter().map(path_of).collect();
    assert_eq!(listed, [broken, sooner, later, waiting]);
    let risky = desk.get("?sla=breached").await;
    assert_eq!(risky.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn open_tickets_follow_a_policy_that_changes_and_done_ones_stay_as_they_were() {
    let desk = Desk::new().await;
    let first = desk.post("/sla-policies", &policy()).await;
    let open = desk.open("The printer is on fire", "Low").await;
    let done = desk.open("The mouse is slow", "Low").await;
    desk.pass(50).await;
    desk.go(&done, "resolved").await;
    let strict = json!({
        "name": "Platinum", "hours": "round_the_clock",
        "targets": [{"priority": null, "responseMinutes": 20, "resolutionMinutes": 40}]
    });
    desk.put(&format!("/sla-policies{}", path_of(&first)), &strict).await;
    desk.world.settle().await;
    assert_eq!(states(&desk, &open).await, ["breached", "breached"]);
    assert_eq!(states(&desk, &done).await, ["met", "met"]);
    let policy = format!("/sla-policies{}", path_of(&first));
    let gone = desk.ask(Method::DELETE, &policy, &Value::Null).await;
    assert_eq!(gone.status.as_u16(), 204);
    desk.world.settle().await;
    assert_eq!(desk.get(&open).await["sla"], Value::Null);
}

#[tokio::test]
async fn a_clients_own_policy_stands_in_place_of_the_organisations() {
    let desk = Desk::new().await;
    desk.post("/sla-policies", &policy()).await;
    let own = json!({
        "name": "Acme", "clientId": desk.clients[0].to_string(), "hours": "round_the_clock",
        "targets": [{"priority": null, "responseMinutes": 5, "resolutionMinutes": 10}]
    });
    let own = desk.post("/sla-policies", &own).await;
    let path = desk.open("The printer is on fire", "Critical").await;
    assert_eq!(desk.get(&path).await["sla"]["policyId"], own["id"]);
    let other = json!({"subject": "Theirs", "clientId": desk.clients[1].to_string()});
    assert_ne!(desk.post("", &other).await["sla"]["policyId"], own["id"]);
}

#[tokio::test]
async fn a_policy_that_makes_no_sense_is_refused_by_its_field() {
    let desk = Desk::new().await;
    for (field, value) in [
        ("targets", json!([])),
        ("targets[0].responseMinutes", json!([{"responseMinutes": 0, "resolutionMinutes": 1}])),
        ("weeklyHours", json!("weekly")),
        ("timeZone", json!("Mars/Olympus")),
        ("atRiskPercent", json!(100)),
        ("clientId", json!("cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")),
    ] {
        let mut body = policy();
        let place = if field == "weeklyHours" { "hours" } else { field };
        body[place.split('[').next().unwrap()] = value;
        let refused = desk.ask(Method::POST, "/sla-policies", &body).await;
        assert_eq!(refused.refused().0, field);
    }
}
