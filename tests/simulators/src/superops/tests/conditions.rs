//! Filters and their operators.

use serde_json::{Value, json};

use super::app::App;

#[expect(clippy::needless_pass_by_value, reason = "callers write the value in place")]
fn leaf(attribute: &str, operator: &str, value: Value) -> Value {
    json!({ "attribute": attribute, "operator": operator, "value": value })
}

/// Compares what the server admits with what a plain filter over the seed admits.
async fn same(app: &App, condition: Value, admits: impl Fn(&Value) -> bool) {
    let mut expected: Vec<&str> = app
        .seed
        .tickets
        .iter()
        .filter(|ticket| admits(ticket))
        .map(|ticket| ticket["ticketId"].as_str().unwrap())
        .take(100)
        .collect();
    let mut found = app.tickets(condition.clone()).await;
    expected.sort_unstable();
    found.sort_unstable();
    assert!(!expected.is_empty(), "nothing to find for {condition}");
    assert_eq!(found, expected, "{condition}");
}

fn text<'a>(ticket: &'a Value, field: &str) -> &'a str {
    ticket[field].as_str().unwrap_or_default()
}

#[tokio::test]
async fn texts_can_be_compared_in_every_way() {
    let app = App::new();
    same(&app, leaf("priority", "is", json!("High")), |t| t["priority"] == "High").await;
    same(&app, leaf("priority", "isNot", json!("High")), |t| t["priority"] != "High").await;
    same(&app, leaf("cause", "isEmpty", json!(null)), |t| t["cause"].is_null()).await;
    same(&app, leaf("sla", "isNotEmpty", json!(null)), |t| !t["sla"].is_null()).await;
    let network = |t: &Value| text(t, "category").starts_with("Net");
    same(&app, leaf("category", "startsWith", json!("Net")), network).await;
    let phone = |t: &Value| text(t, "category").ends_with("ony");
    same(&app, leaf("category", "endsWith", json!("ony")), phone).await;
    let vpn = |t: &Value| text(t, "subject").contains("VPN");
    same(&app, leaf("subject", "contains", json!("VPN")), vpn).await;
    same(&app, leaf("subject", "notContains", json!("VPN")), |t| !vpn(t)).await;
    let some = |t: &Value| ["Low", "High"].contains(&text(t, "priority"));
    same(&app, leaf("priority", "includes", json!(["Low", "High"])), some).await;
    same(&app, leaf("priority", "notIncludes", json!(["Low", "High"])), |t| !some(t)).await;
}

#[tokio::test]
async fn numbers_booleans_and_paths_work() {
    let app = App::new();
    let spent = |t: &Value| crate::money::cents(&t["worklogTimespent"]).unwrap();
    same(&app, leaf("worklogTimespent", "greaterThan", json!(4)), |t| spent(t) > 400).await;
    same(&app, leaf("worklogTimespent", "lessThanOrEqual", json!("0.75")), |t| spent(t) <= 75)
        .await;
    let late = |t: &Value| t["resolutionViolated"] == true;
    same(&app, leaf("resolutionViolated", "is", json!(true)), late).await;
    let technician = app.seed.technicians[0].clone();
    let id = technician["userId"].clone();
    same(&app, leaf("technician.userId", "is", id.clone()), |t| t["technician"]["userId"] == id)
        .await;
    let name = &app.seed.clients[0]["name"];
    same(&app, leaf("client.name", "is", name.clone()), |t| t["client"]["name"] == *name).await;
}

#[tokio::test]
async fn dates_are_before_after_on_and_between() {
    let app = App::new();
    let at = |t: &Value| text(t, "updatedTime").to_owned();
    let middle = "2026-08-01T12:00:00";
    same(&app, leaf("updatedTime", "after", json!(middle)), |t| at(t).as_str() > middle).await;
    same(&app, leaf("updatedTime", "before", json!(middle)), |t| at(t).as_str() < middle).await;
    let day = app.seed.tickets[40]["updatedTime"].as_str().unwrap()[..10].to_owned();
    same(&app, leaf("updatedTime", "on", json!(day)), |t| at(t).starts_with(&day)).await;
    let range = leaf("updatedTime", "between", json!(["2026-08-01", "2026-08-31"]));
    same(&app, range, |t| at(t).starts_with("2026-08-")).await;
    let this = leaf("updatedTime", "on", json!("placeholder.this.month"));
    assert!(!app.tickets(this).await.is_empty());
    let last = leaf("updatedTime", "inLast", json!({ "unit": "DAY", "quantity": 7 }));
    assert!(!app.tickets(last).await.is_empty());
}

#[tokio::test]
async fn groups_nest() {
    let app = App::new();
    let condition = json!({ "joinOperator": "AND", "operands": [
        leaf("updatedTime", "after", json!("2026-06-15T00:00:00")),
        { "joinOperator": "OR", "operands": [
            leaf("priority", "is", json!("High")),
            leaf("category", "is", json!("Network")),
        ] },
    ] });
    same(&app, condition, |t| {
        let either = t["priority"] == "High" || t["category"] == "Network";
        text(t, "updatedTime") > "2026-06-15T00:00:00" && either
    })
    .await;
}

#[tokio::test]
async fn conditions_that_do_not_fit_are_refused() {
    let app = App::new();
    let query = "query($in: ListInfoInput!) { getTicketList(input: $in) { tickets { ticketId } } }";
    for condition in [
        leaf("colour", "is", json!("red")),
        leaf("subject.text", "is", json!("x")),
        leaf("subject", "after", json!("2026-01-01T00:00:00")),
        leaf("updatedTime", "contains", json!("2026")),
        leaf("updatedTime", "after", json!("yesterday")),
        leaf("priority", "includes", json!("Low")),
        leaf("resolutionViolated", "is", json!("perhaps")),
        leaf("subject", "resembles", json!("x")),
        json!({ "joinOperator": "XOR", "operands": [] }),
    ] {
        let code = app.code(query, json!({ "in": { "condition": condition } })).await;
        assert_eq!(code, "type_validation_failed", "{condition}");
    }
    let code = app.code(query, json!({ "in": { "condition": { "operator": "is" } } })).await;
    assert_eq!(code, "mandatory_validation_failed");
}
