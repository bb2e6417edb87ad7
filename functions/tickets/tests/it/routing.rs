//! Who gets tickets that nobody is named for.

use axum::http::Method;
use serde_json::{Value, json};

use crate::desk::{Desk, path_of};

async fn opened(desk: &Desk, subject: &str) -> Value {
    desk.post("", &json!({"subject": subject})).await["technicianId"].take()
}

#[tokio::test]
async fn tickets_go_round_among_those_who_are_named() {
    let desk = Desk::new().await;
    let [first, second, _] = desk.technicians.map(|id| id.to_string());
    let rule = json!({
        "name": "All", "technicianIds": [first, second], "method": "round_robin"
    });
    desk.post("/routing", &rule).await;
    let mut got = Vec::new();
    for _ in 0..4 {
        got.push(opened(&desk, "The printer is on fire").await);
    }
    assert_eq!(got, [&first, &second, &first, &second].map(|id| json!(id)));
    let named = json!({"subject": "Mine", "technicianId": desk.technicians[2].to_string()});
    assert_eq!(desk.post("", &named).await["technicianId"], named["technicianId"]);
    assert_eq!(opened(&desk, "Next").await, json!(first), "nobody's turn was used up");
}

#[tokio::test]
async fn whoever_has_the_fewest_open_tickets_gets_the_next() {
    let desk = Desk::new().await;
    let [first, second, third] = desk.technicians.map(|id| id.to_string());
    for (who, count) in [(&first, 2), (&second, 1), (&third, 3)] {
        for _ in 0..count {
            desk.post("", &json!({"subject": "Work", "technicianId": who})).await;
        }
    }
    let done = json!({"subject": "Work", "technicianId": first});
    let done = path_of(&desk.post("", &done).await);
    desk.go(&done, "resolved").await;
    desk.world.settle().await;
    let rule = json!({
        "name": "All", "technicianIds": [first, second, third], "method": "least_loaded"
    });
    desk.post("/routing", &rule).await;
    assert_eq!(opened(&desk, "Next").await, json!(second));
}

#[tokio::test]
async fn a_rule_is_for_what_it_says_and_finds_people_by_their_skill() {
    let desk = Desk::new().await;
    let [first, second, _] = desk.technicians.map(|id| id.to_string());
    let printers = json!({
        "name": "Printers", "position": 1, "conditions": {"subject": "printer"},
        "skill": "Printers", "method": "round_robin"
    });
    let rest = json!({
        "name": "Rest", "position": 2, "technicianIds": [first], "method": "round_robin"
    });
    let rest = desk.post("/routing", &rest).await;
    desk.post("/routing", &printers).await;
    let skill = format!("/routing/skills/{second}");
    desk.put(&skill, &json!({"skills": ["printers"]})).await;
    assert_eq!(opened(&desk, "The PRINTER is on fire").await, json!(second));
    assert_eq!(opened(&desk, "The mouse is slow").await, json!(first));
    desk.put(&skill, &json!({"skills": []})).await;
    assert_eq!(opened(&desk, "The printer again").await, json!(first));
    let gone = desk.ask(Method::DELETE, &format!("/routing{}", path_of(&rest)), &Value::Null).await;
    assert_eq!(gone.status.as_u16(), 204);
    assert_eq!(opened(&desk, "The mouse again").await, Value::Null);
}

#[tokio::test]
async fn a_rule_that_names_nobody_or_too_much_is_refused() {
    let desk = Desk::new().await;
    let rule = json!({"name": "All", "technicianIds": [], "method": "round_robin"});
    assert_eq!(desk.ask(Method::POST, "/routing", &rule).await.refused().0, "technicianIds");
    let both = json!({
        "name": "All", "technicianIds": [desk.technicians[0].to_string()], "skill": "ink",
        "method": "round_robin"
    });
    assert_eq!(desk.ask(Method::POST, "/routing", &both).await.refused().0, "skill");
    let words: Vec<_> = (0..51).map(|number| format!("P{number}")).collect();
    let many = json!({
        "name": "All", "skill": "ink", "conditions": {"priorities": words}, "method": "round_robin"
    });
    let refused = desk.ask(Method::POST, "/routing", &many).await;
    assert_eq!(refused.refused().0, "conditions.priorities");
}
