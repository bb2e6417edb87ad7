//! A ticket from its opening to its end.

use axum::http::{Method, StatusCode};
use clearmargin_domain::{id::TicketId, ticket::TicketDescription};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::desk::{Desk, path_of};

#[tokio::test]
async fn a_ticket_is_opened_worked_on_answered_and_resolved() {
    let desk = Desk::new().await;
    let path = desk.open("The printer is on fire", "High").await;
    let opened = desk.get(&path).await;
    assert_eq!((&opened["status"], &opened["number"]), (&json!("new"), &json!("T-1")));
    assert_eq!((&opened["source"], &opened["sla"]), (&Value::Null, &Value::Null));
    desk.pass(10).await;
    let who = desk.technicians[0].to_string();
    desk.post(&format!("{path}/assign"), &json!({"technicianId": who})).await;
    desk.pass(1).await;
    desk.go(&path, "in_progress").await;
    desk.post(&format!("{path}/comments"), &json!({"text": "Bring water.", "internal": true}))
        .await;
    desk.pass(5).await;
    desk.post(&format!("{path}/comments"), &json!({"text": "We are on our way."})).await;
    desk.pass(30).await;
    desk.go(&path, "resolved").await;
    let done = desk.get(&path).await;
    assert_eq!(done["firstResponse"]["businessMinutes"], 16);
    assert_eq!(done["resolution"]["businessMinutes"], 46);
    assert_eq!(done["technicianId"], who);
    let said = desk.get(&format!("{path}/comments")).await;
    let texts: Vec<_> = said.as_array().unwrap().iter().map(|it| it["text"].clone()).collect();
    assert_eq!(texts, ["Bring water.", "We are on our way."]);
    let history = desk.get(&format!("{path}/history")).await;
    let fields: Vec<Vec<&str>> = history.as_array().unwrap().iter().map(changed).collect();
    assert_eq!(fields, [&[][..], &["technician"], &["status"], &["status"]]);
}

fn changed(event: &Value) -> Vec<&str> {
    let changes = event["changes"].as_array().unwrap();
    changes.iter().map(|it| it["field"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_illegal_move_is_a_conflict_and_changes_nothing() {
    let desk = Desk::new().await;
    let path = desk.open("The printer is on fire", "High").await;
    desk.go(&path, "closed").await;
    let before = desk.get(&path).await;
    for to in ["new", "on_hold", "waiting_on_customer", "resolved"] {
        let move_to = json!({"status": to});
        let refused = desk.ask(Method::PUT, &format!("{path}/status"), &move_to).await;
        assert_eq!(refused.problem(), (409, "illegal_move".to_owned()), "{to}");
    }
    assert_eq!(desk.get(&path).await, before);
    assert_eq!(desk.go(&path, "in_progress").await["reopened"], 1);
}

#[tokio::test]
async fn numbers_are_given_once_and_none_is_left_out_however_many_open_tickets_at_once() {
    let desk = Desk::new().await;
    let body = json!({"subject": "The printer is on fire"});
    let opened = join_all((0..6).map(|_| desk.post("", &body))).await;
    let mut numbers: Vec<_> = opened.iter().map(|it| it["number"].as_str().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["T-1", "T-2", "T-3", "T-4", "T-5", "T-6"]);
}

#[tokio::test]
async fn opening_the_same_ticket_twice_under_one_key_opens_one() {
    let desk = Desk::new().await;
    let body = json!({"subject": "The printer is on fire"}).to_string();
    let key = [("idempotency-key", "once")];
    let mut answers = Vec::new();
    for _ in 0..2 {
        answers.push(desk.world.post_with("/api/tickets", Some(&desk.token()), &key, &body).await);
    }
    assert_eq!(answers[0].json()["data"]["id"], answers[1].json()["data"]["id"]);
    assert_eq!(desk.get("").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn all_about_a_ticket_is_shown_with_it_alone_and_goes_with_it() {
    let desk = Desk::new().await;
    let body =
        json!({"subject": "The printer is on fire", "description": "Smoke on the third floor."});
    let opened = desk.post("", &body).await;
    assert_eq!(opened["description"], "Smoke on the third floor.");
    let path = path_of(&opened);
    assert_eq!(desk.get(&path).await["description"], "Smoke on the third floor.");
    assert_eq!(desk.get("").await[0].get("description"), None);
    let edit = async |description: Value| {
        let body = json!({"subject": "The printer is on fire", "description": description});
        let answer = desk.ask(Method::PUT, &path, &body).await;
        (answer.json()["data"].clone(), answer.header("etag").to_owned())
    };
    desk.pass(1).await;
    let (edited, version) = edit(json!("Ashes.")).await;
    assert_eq!(edited["description"], "Ashes.");
    assert_ne!(edited["updatedAt"], opened["updatedAt"]);
    // The same words once more are no change.
    assert_eq!(edit(json!("Ashes.")).await, (edited, version));
    assert_eq!(edit(Value::Null).await.0["description"], Value::Null);
    let history = desk.get(&format!("{path}/history")).await;
    let fields: Vec<Vec<&str>> = history.as_array().unwrap().iter().map(changed).collect();
    assert_eq!(fields, [&[][..], &["description"], &["description"]]);
    assert!(!history.to_string().contains("Ashes"), "{history}");
    edit(json!("Ashes.")).await;
    let gone = desk.ask(Method::DELETE, &path, &Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let id = opened["id"].as_str().unwrap().parse::<TicketId>().unwrap();
    let ctx = desk.ctx();
    assert_eq!(ctx.tenant().get::<TicketDescription>(id).await.unwrap(), None);
}

#[tokio::test]
async fn a_template_says_what_is_left_out() {
    let desk = Desk::new().await;
    let who = desk.technicians[1].to_string();
    let template = json!({
        "name": "New employee", "subject": "Set up a work place", "category": "Onboarding",
        "priority": "Low", "tags": ["hr"], "technicianId": who
    });
    let template = desk.post("/templates", &template).await;
    let body = json!({"templateId": template["id"], "priority": "High"});
    let ticket = desk.post("", &body).await;
    assert_eq!(ticket["subject"], "Set up a work place");
    assert_eq!((&ticket["priority"], &ticket["tags"]), (&json!("High"), &json!(["hr"])));
    assert_eq!(ticket["technicianId"], who);
    let nothing = desk.ask(Method::POST, "", &json!({"priority": "High"})).await;
    assert_eq!(nothing.refused(), ("subject".to_owned(), "invalid".to_owned()));
}

#[tokio::test]
async fn what_does_not_exist_is_refused_by_its_field() {
    let desk = Desk::new().await;
    let nobody = "01J8Z0G4ZQ3V6Q1T9K2N7M5B4C";
    for (field, prefix) in
        [("clientId", "cli"), ("technicianId", "tec"), ("siteId", "sit"), ("templateId", "tpl")]
    {
        let body = json!({"subject": "It burns", field: format!("{prefix}_{nobody}")});
        let refused = desk.ask(Method::POST, "", &body).await;
        assert_eq!(refused.refused().0, field);
    }
    for (field, value) in [
        ("subject", json!(" ")),
        ("subject", json!("two\nlines")),
        ("tags", json!(["a\nb"])),
        ("description", json!("a\u{0}b")),
        ("priority", json!("x".repeat(101))),
    ] {
        let mut body = json!({"subject": "It burns"});
        body[field] = value.clone();
        let refused = desk.ask(Method::POST, "", &body).await.refused().0;
        assert!(refused.starts_with(field), "{refused}: {value}");
    }
}

#[tokio::test]
async fn an_edit_of_something_that_changed_meanwhile_is_refused() {
    let desk = Desk::new().await;
    let path = desk.open("The printer is on fire", "High").await;
    let url = format!("/api/tickets{path}");
    let seen = desk.world.get(&url, Some(&desk.token())).await.header("etag").to_owned();
    desk.go(&path, "in_progress").await;
    let edit = json!({"subject": "The printer is out"}).to_string();
    let headers = [("content-type", "application/json"), ("if-match", seen.as_str())];
    let request =
        crate::world::request(Method::PUT, &url, Some(&desk.token()), &headers, edit.into());
    assert_eq!(desk.world.send(request).await.problem().0, 412);
}

#[tokio::test]
async fn lists_are_filtered_by_all_that_is_said() {
    let desk = Desk::new().await;
    let high = desk.open("The printer is on fire", "High").await;
    let low = desk.open("The mouse is slow", "Low").await;
    desk.go(&low, "resolved").await;
    desk.pass(1).await;
    let tagged = json!({"subject": "Everything is slow", "tags": ["VIP"]});
    let tagged = path_of(&desk.post("", &tagged).await);
    desk.world.settle().await;
    let found = async |query: &str| {
        let list = desk.get(&format!("?{query}")).await;
        list.as_array().unwrap().iter().map(path_of).collect::<Vec<_>>()
    };
    assert_eq!(found("limit=10").await, [&tagged, &low, &high].map(Clone::clone));
    assert_eq!(found("priority=High").await, [high.as_str()]);
    assert_eq!(found("status=resolved").await, [low.as_str()]);
    assert_eq!(found("open=true&q=SLOW").await, [tagged.as_str()]);
    assert_eq!(found("tag=vip").await, [tagged.as_str()]);
    assert_eq!(found("number=t-2").await, [low.as_str()]);
    let client = desk.clients[0];
    assert_eq!(found(&format!("clientId={client}")).await, [&low, &high].map(Clone::clone));
    assert_eq!(found("status=closed&open=true").await, Vec::<String>::new());
}

#[tokio::test]
async fn only_a_ticket_made_here_without_time_can_be_removed() {
    let desk = Desk::new().await;
    let path = desk.open("The printer is on fire", "High").await;
    desk.post(&format!("{path}/comments"), &json!({"text": "We are on our way."})).await;
    desk.world.settle().await;
    let gone = desk.ask(Method::DELETE, &path, &Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(desk.ask(Method::GET, &path, &Value::Null).await.problem().0, 404);
    let worked = desk.open("The mouse is slow", "Low").await;
    let who = desk.technicians[0].to_string();
    let time = json!({"technicianId": who, "minutes": 15, "billable": true});
    desk.post(&format!("{worked}/time"), &time).await;
    let refused = desk.ask(Method::DELETE, &worked, &Value::Null).await;
    assert_eq!(refused.problem(), (409, "has_time".to_owned()));
}

#[tokio::test]
async fn an_escalation_has_a_reason_and_counts() {
    let desk = Desk::new().await;
    let path = desk.open("The printer is on fire", "High").await;
    let escalate = format!("{path}/escalate");
    desk.post(&escalate, &json!({"reason": "The owner called."})).await;
    let body = json!({"reason": "She called again.", "priority": "Critical"});
    let ticket = desk.post(&escalate, &body).await;
    assert_eq!(ticket["escalation"]["level"], 2);
    assert_eq!(ticket["escalation"]["reason"], "She called again.");
    assert_eq!(ticket["priority"], "Critical");
    desk.go(&path, "resolved").await;
    let late = desk.ask(Method::POST, &escalate, &json!({"reason": "Too late."})).await;
    assert_eq!(late.problem(), (409, "not_open".to_owned()));
}
