//! Recorded exchanges with the real API, sent again to a company that holds the same objects.

use std::collections::BTreeMap;

use axum::http::Method;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::Options;
use super::app::{Answer, App};

/// What the recorded paths carry in place of the company's id.
const REALM: &str = "-COMPANY_ID-";

struct Exchange {
    method: Method,
    path: String,
    request: Value,
    status: u16,
    answer: Value,
}

fn recorded(text: &str) -> Vec<Exchange> {
    let exchanges: Vec<Value> = serde_json::from_str(text).unwrap();
    exchanges.iter().map(exchange).collect()
}

fn exchange(recorded: &Value) -> Exchange {
    let request = &recorded["request"];
    let (_, path) = request["uri"].as_str().unwrap().split_once(REALM).unwrap();
    Exchange {
        method: request["method"].as_str().unwrap().parse().unwrap(),
        path: path.to_owned(),
        request: request["body"].clone(),
        status: recorded["response"]["status"].as_u64().unwrap().try_into().unwrap(),
        answer: recorded["response"]["body"].clone(),
    }
}

macro_rules! recording {
    ($name:literal) => {
        recorded(include_str!(concat!("recorded/", $name, ".json")))
    };
}

/// Without times, with numbers by value and text by content.
fn comparable(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| {
                !["time", "CreateTime", "LastUpdatedTime"].contains(&name.as_str())
            });
            Value::Object(kept.map(|(name, value)| (name.clone(), comparable(value))).collect())
        }
        Value::Array(elements) => elements.iter().map(comparable).collect(),
        Value::Number(number) => {
            let number: Decimal = number.to_string().parse().unwrap();
            Value::String(format!("number {}", number.normalize()))
        }
        other => other.clone(),
    }
}

/// A company in the state that the recorded `objects` show.
async fn company(objects: &[(&str, Vec<Value>)]) -> App {
    let mut entities: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (entity, objects) in objects {
        entities.entry((*entity).to_owned()).or_default().extend(objects.iter().cloned());
    }
    let options = Options { change_data_days: 10_000, ..Options::default() };
    App::at("2020-09-29T05:58:07.300-07:00", REALM, entities, options).await
}

async fn send(app: &App, exchange: &Exchange) -> Answer {
    let body =
        if exchange.request.is_null() { String::new() } else { exchange.request.to_string() };
    app.call(exchange.method.clone(), &exchange.path, "application/json;charset=UTF-8", &body).await
}

/// Sends an exchange again and compares status and body.
async fn replay(app: &App, exchange: &Exchange) {
    let answer = send(app, exchange).await;
    assert_eq!(answer.status, exchange.status, "{}: {}", exchange.path, answer.body);
    assert_eq!(comparable(&answer.body), comparable(&exchange.answer), "{}", exchange.path);
}

async fn replay_all(app: &App, exchanges: &[Exchange]) {
    for exchange in exchanges {
        replay(app, exchange).await;
    }
}

/// All rows of an entity in the answers of some queries.
fn rows(exchanges: &[Exchange], entity: &str) -> Vec<Value> {
    let lists =
        exchanges.iter().filter_map(|exchange| exchange.answer["QueryResponse"][entity].as_array());
    lists.flatten().cloned().collect()
}

fn named(id: &str, name: &str, more: &Value) -> Value {
    let mut object = json!({
        "Id": id, "SyncToken": "0", "Name": name, "FullyQualifiedName": name,
        "MetaData": { "LastUpdatedTime": "2015-10-01T16:48:43-07:00" },
    });
    object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object
}

fn customers() -> Vec<Value> {
    rows(&recording!("all-customers"), "Customer")
}

#[tokio::test]
async fn lists_come_in_the_recorded_order_and_shape() {
    let exchanges = recording!("all-customers");
    replay_all(&company(&[("Customer", customers())]).await, &exchanges).await;
    let exchanges = recording!("all-sales_receipts");
    let app = company(&[("SalesReceipt", rows(&exchanges, "SalesReceipt"))]).await;
    replay_all(&app, &exchanges).await;
}

#[tokio::test]
async fn pages_are_cut_as_recorded() {
    let exchanges = recording!("all-vendors_by_5");
    let app = company(&[("Vendor", rows(&exchanges, "Vendor"))]).await;
    assert!(exchanges.len() > 6);
    replay_all(&app, &exchanges).await;
}

#[tokio::test]
async fn counting_in_lists_and_past_the_end_answers_as_recorded() {
    let exchanges = recording!("all-alt_select");
    let app = company(&[("Customer", rows(&exchanges, "Customer"))]).await;
    replay_all(&app, &exchanges).await;
}

#[tokio::test]
async fn inactive_rows_are_shown_when_asked_for() {
    let exchanges = recording!("all-employees_including_active");
    let app = company(&[("Employee", rows(&exchanges, "Employee"))]).await;
    replay_all(&app, &exchanges).await;
    assert_eq!(app.ids("SELECT * FROM Employee").await, ["54"]);
    let exchanges = recording!("get-inactive_vendors");
    let app = company(&[("Vendor", rows(&exchanges, "Vendor"))]).await;
    replay_all(&app, &exchanges).await;
}

#[tokio::test]
async fn quotes_and_ampersands_survive_as_recorded() {
    let exchanges = recording!("get-display_name");
    let app = company(&[("Customer", rows(&exchanges, "Customer"))]).await;
    replay_all(&app, &exchanges).await;
    let exchanges = recording!("misc-ampersand");
    let app = company(&[("Vendor", rows(&exchanges, "Vendor"))]).await;
    replay_all(&app, &exchanges).await;
}

#[tokio::test]
async fn one_object_is_read_as_recorded() {
    let exchanges = recording!("get-id");
    let app = company(&[("Customer", vec![exchanges[0].answer["Customer"].clone()])]).await;
    replay_all(&app, &exchanges).await;
}

#[tokio::test]
async fn a_bare_customer_is_completed_as_recorded() {
    let exchange = &recording!("create-customer")[0];
    let others = customers().into_iter().filter(|customer| customer["Id"] != "70").collect();
    let app = company(&[("Customer", others)]).await;
    let mut expected = exchange.answer.clone();
    // The tax code comes from the settings of that company.
    expected["Customer"].as_object_mut().unwrap().remove("DefaultTaxCodeRef");
    let answer = send(&app, exchange).await.ok();
    assert_eq!(comparable(&answer), comparable(&expected));
    assert_eq!(answer["Customer"]["MetaData"]["LastUpdatedTime"], "2020-09-29T05:58:07-07:00");
}

#[tokio::test]
async fn a_bare_invoice_is_completed_as_recorded() {
    let exchange = &recording!("create-invoice")[0];
    let mut earlier = recording!("void-invoice")[0].answer["Invoice"].clone();
    earlier["Id"] = json!("265");
    earlier["DocNumber"] = json!("1042");
    let item = named("1", "Services", &json!({ "Type": "Service" }));
    let app =
        company(&[("Customer", customers()), ("Item", vec![item]), ("Invoice", vec![earlier])])
            .await;
    let mut expected = exchange.answer.clone();
    // The custom field is defined in the settings of that company.
    expected["Invoice"]["CustomField"] = json!([]);
    assert_eq!(comparable(&send(&app, exchange).await.ok()), comparable(&expected));
}

#[tokio::test]
async fn an_invoice_is_deleted_and_voided_as_recorded() {
    for exchanges in [recording!("delete-invoice"), recording!("void-invoice")] {
        let invoice = exchanges[0].answer["Invoice"].clone();
        let app = company(&[("Customer", customers()), ("Invoice", vec![invoice])]).await;
        replay_all(&app, &exchanges).await;
    }
}

#[tokio::test]
async fn full_updates_answer_as_recorded() {
    let exchanges = recording!("update-customer");
    let app = company(&[("Customer", vec![exchanges[0].answer["Customer"].clone()])]).await;
    let before = app.read("Customer", "68").await;
    let after = send(&app, &exchanges[1]).await.ok();
    let mut expected = exchanges[1].answer.clone();
    // The recorded company gives every customer its default tax code again.
    assert_eq!(before["DefaultTaxCodeRef"], expected["Customer"]["DefaultTaxCodeRef"]);
    expected["Customer"].as_object_mut().unwrap().remove("DefaultTaxCodeRef");
    assert_eq!(comparable(&after), comparable(&expected));
}

#[tokio::test]
async fn the_lines_of_an_updated_receipt_count_on_as_recorded() {
    let exchanges = recording!("update-sales_receipt");
    let item = named("4", "Design", &json!({ "Type": "Service" }));
    let receipt = exchanges[0].answer["SalesReceipt"].clone();
    let app = company(&[("Item", vec![item]), ("SalesReceipt", vec![receipt])]).await;
    let after = send(&app, &exchanges[1]).await.ok();
    let mut expected = exchanges[1].answer.clone();
    for setting in ["CustomField", "DepositToAccountRef"] {
        // Both are put back by the settings of that company.
        expected["SalesReceipt"].as_object_mut().unwrap().remove(setting);
    }
    let mut shown = after.clone();
    for added in ["CustomField", "LinkedTxn"] {
        shown["SalesReceipt"].as_object_mut().unwrap().remove(added);
    }
    assert_eq!(comparable(&shown), comparable(&expected));
}

#[tokio::test]
async fn deactivating_twice_answers_as_recorded() {
    for (entity, exchanges) in [
        ("Account", recording!("deactivate-account")),
        ("Employee", recording!("deactivate-employee")),
    ] {
        let app = company(&[(entity, vec![exchanges[0].answer[entity].clone()])]).await;
        replay_all(&app, &exchanges).await;
    }
}

#[tokio::test]
async fn a_mixed_batch_answers_as_recorded() {
    let exchange = &recording!("batch-basic")[0];
    let receipts = rows(&recording!("all-sales_receipts"), "SalesReceipt");
    let vendor = json!({
        "Id": "70", "SyncToken": "0", "DisplayName": "Earlier",
        "MetaData": { "LastUpdatedTime": "2015-10-01T16:48:43-07:00" },
    });
    let app = company(&[("SalesReceipt", receipts), ("Vendor", vec![vendor])]).await;
    replay(&app, exchange).await;
}

#[tokio::test]
async fn changes_are_told_as_recorded() {
    let exchange = &recording!("cdc-basic")[0];
    let estimates =
        exchange.answer["CDCResponse"][0]["QueryResponse"][0]["Estimate"].as_array().unwrap();
    let app = company(&[("Estimate", estimates.clone())]).await;
    replay(&app, exchange).await;
}

#[tokio::test]
async fn an_empty_profit_and_loss_differs_from_the_recorded_one_in_title_case_alone() {
    let exchange = &recording!("reports-profit_and_loss")[0];
    let mut expected = exchange.answer.clone();
    expected["Columns"]["Column"][1]["ColTitle"] = json!("Total");
    let mut answer = send(&company(&[]).await, exchange).await.ok();
    answer["Header"]["Time"] = expected["Header"]["Time"].clone();
    assert_eq!(comparable(&answer), comparable(&expected));
}

#[tokio::test]
async fn faults_are_worded_as_recorded() {
    let app = company(&[("Customer", customers())]).await;
    replay(&app, &recording!("error-400")[1]).await;
    replay(&app, &recording!("error-validation")[0]).await;
    replay(&app, &recording!("error-500")[0]).await;
    replay(&app, &recording!("error-500")[1]).await;
    let exchange = &recording!("error-400_json")[0];
    let detail = send(&app, exchange).await.refused("2010").detail().to_owned();
    let expected = exchange.answer["Fault"]["Error"][0]["Detail"].as_str().unwrap();
    let (common, _) = expected.split_once(" (83 known").unwrap();
    assert!(detail.starts_with(common), "{detail}");
}

#[tokio::test]
async fn an_expired_token_is_refused_as_recorded() {
    let exchange = &recording!("error-401")[0];
    let mut app = company(&[]).await;
    "unknown".clone_into(&mut app.access);
    let answer = send(&app, exchange).await;
    assert_eq!(
        answer.headers["www-authenticate"],
        "Bearer realm=\"Intuit\", error=\"invalid_token\""
    );
    assert_eq!(answer.status, exchange.status);
    assert_eq!(comparable(&answer.body), comparable(&exchange.answer));
    assert_eq!(answer.body["time"], json!(1_601_384_287_300_i64));
}
