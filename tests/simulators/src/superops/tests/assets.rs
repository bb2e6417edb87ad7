//! Devices: pages, filters, and what a live system refuses.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::app::App;
use crate::superops::{attribute::plain, schema};

const ASSETS: &str = "query($in: ListInfoInput!) { getAssetList(input: $in) {
    assets { assetId name client status lastReportedTime } listInfo { hasMore totalCount } } }";

async fn page(app: &App, list_info: Value) -> (Vec<Value>, Value) {
    let data = app.data(ASSETS, json!({ "in": list_info })).await;
    let list = &data["getAssetList"];
    (list["assets"].as_array().unwrap().clone(), list["listInfo"].clone())
}

fn ids(rows: &[Value]) -> Vec<Value> {
    rows.iter().map(|row| row["assetId"].clone()).collect()
}

#[tokio::test]
async fn pages_cover_all_devices_and_only_the_last_has_no_more() {
    let app = App::new();
    let total = app.seed.assets.len();
    let (mut seen, mut number) = (Vec::new(), 1);
    loop {
        let (rows, info) = page(&app, json!({ "page": number, "pageSize": 50 })).await;
        assert_eq!(info["totalCount"], total);
        seen.extend(ids(&rows));
        if info["hasMore"].is_null() {
            break;
        }
        assert_eq!((rows.len(), &info["hasMore"]), (50, &json!(true)));
        number += 1;
    }
    assert!(number > 2, "{total} devices");
    assert_eq!(seen, ids(&app.seed.assets));
}

#[tokio::test]
async fn a_client_may_be_asked_for_and_a_device_by_its_id() {
    let app = App::new();
    let client = &app.seed.clients[0]["accountId"];
    let condition = json!({ "attribute": "client.accountId", "operator": "is", "value": client });
    let (rows, _) = page(&app, json!({ "condition": condition })).await;
    let assets = app.seed.assets.iter();
    let expected = assets.filter(|asset| plain(&asset["client"]["accountId"]) == plain(client));
    assert_eq!(rows.len(), expected.count());
    let query = "query($id: ID!) { getAsset(input: { assetId: $id }) { name client } }";
    let data = app.data(query, json!({ "id": rows[0]["assetId"] })).await;
    assert_eq!(data["getAsset"]["name"], rows[0]["name"]);
}

#[tokio::test]
async fn the_time_of_the_last_sign_of_life_is_no_order() {
    let app = App::new();
    let sort = json!([{ "attribute": "lastCommunicatedTime", "order": "DESC" }]);
    let code = app.code(ASSETS, json!({ "in": { "sort": sort } })).await;
    assert_eq!(code, "type_validation_failed");
}

#[tokio::test]
async fn a_device_has_every_field_of_its_type() {
    let app = App::new();
    let device = app.seed.assets[0].as_object().unwrap();
    let schema = schema::load().unwrap();
    let fields = schema.get_object("Asset").unwrap().fields.keys();
    let fields: BTreeSet<&str> = fields.map(apollo_compiler::Name::as_str).collect();
    assert_eq!(device.keys().map(String::as_str).collect::<BTreeSet<_>>(), fields);
}
