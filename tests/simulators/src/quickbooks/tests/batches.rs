//! Batches.

use serde_json::{Value, json};

use super::app::App;
use super::books::{company, invoice};

fn create(number: usize) -> Value {
    json!({ "bId": number.to_string(), "operation": "create", "Customer": { "DisplayName": format!("C{number}") } })
}

fn batch(items: &[Value]) -> Value {
    json!({ "BatchItemRequest": items })
}

#[tokio::test]
async fn an_item_that_fails_undoes_no_other() {
    let app = App::new(company()).await;
    let broken = json!({ "bId": "x", "operation": "create", "Invoice": {} });
    let items = vec![create(1), broken, create(1), create(2)];
    let answer = app.post("/batch", &batch(&items)).await.ok();
    let answers = answer["BatchItemResponse"].as_array().unwrap();
    let ids: Vec<_> = answers.iter().map(|item| item["bId"].as_str().unwrap()).collect();
    assert_eq!(ids, ["1", "x", "1", "2"]);
    assert_eq!(answers[1]["Fault"]["Error"][0]["code"], "2020");
    assert_eq!(answers[2]["Fault"]["Error"][0]["code"], "6240");
    assert_eq!(answers[3]["Customer"]["DisplayName"], "C2");
    assert_eq!(app.rows("SELECT * FROM Customer").await.len(), 5);
}

#[tokio::test]
async fn items_update_delete_void_and_ask() {
    let app = App::new(company()).await;
    for amount in [1, 2] {
        app.save("Invoice", &invoice("1", json!(amount))).await;
    }
    let which = |id: &str| json!({ "Id": id, "SyncToken": "0" });
    let items = vec![
        json!({ "bId": "1", "operation": "delete", "Invoice": which("1") }),
        json!({ "bId": "2", "operation": "update", "optionsData": "void", "Invoice": which("2") }),
        json!({ "bId": "3", "Query": "select * from Invoice" }),
        json!({ "bId": "4", "operation": "update", "Customer": { "DisplayName": "x" } }),
        json!({ "bId": "5", "Query": "select nothing" }),
        json!({ "bId": "6", "operation": "frobnicate", "Customer": which("1") }),
    ];
    let answer = app.post("/batch", &batch(&items)).await.ok();
    let answers = &answer["BatchItemResponse"];
    assert_eq!(answers[0]["Invoice"]["status"], "Deleted");
    assert_eq!(answers[1]["Invoice"]["PrivateNote"], "Voided");
    assert_eq!(answers[2]["QueryResponse"]["maxResults"], 1);
    let codes = [3, 4, 5].map(|item| answers[item]["Fault"]["Error"][0]["code"].as_str().unwrap());
    assert_eq!(codes, ["2020", "4000", "500"]);
}

#[tokio::test]
async fn a_batch_holds_thirty_items() {
    let app = App::new(company()).await;
    app.post("/batch", &batch(&(0..31).map(create).collect::<Vec<_>>())).await.refused("6000");
    assert_eq!(app.rows("SELECT * FROM Customer").await.len(), 3);
    app.post("/batch", &batch(&(0..30).map(create).collect::<Vec<_>>())).await.ok();
    app.post("/batch", &json!({})).await.refused("2020");
}

#[tokio::test]
async fn a_repeated_batch_is_not_run_again() {
    let app = App::new(company()).await;
    let first = app.post("/batch?requestid=b", &batch(&[create(1)])).await.ok();
    assert_eq!(app.post("/batch?requestid=b", &batch(&[create(1)])).await.ok(), first);
}
