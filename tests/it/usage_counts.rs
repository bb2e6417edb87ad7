//! Counts of what clients have: taken in whole or not at all, and the same however often.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::bench::{Answer, Bench};

async fn upload(bench: &Bench, token: &str, csv: &str) -> Answer {
    bench.post("/api/usage-counts", token, &json!({"csv": csv})).await
}

async fn counts(bench: &Bench, token: &str, client: &Value, query: &str) -> Vec<Value> {
    let client = client["id"].as_str().unwrap();
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/usage-counts?clientId={client}&limit=2{query}{cursor}");
        let mut answer = bench.get(&path, token).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        found.append(answer.body["data"].as_array_mut().unwrap());
        match answer.body["page"]["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_taken_in_once_however_often_it_is_sent() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let clients = bench.get("/api/clients", &token).await.data();
    let (one, two) = (&clients[0], &clients[1]);
    let (id, other) = (one["id"].as_str().unwrap(), two["id"].as_str().unwrap());
    let csv = format!(
        "client,kind,product,day,assigned,total\n\
         {id},endpoints,,2026-09-30,,40\n\
         {id},endpoints,,2026-10-31,,42\n\
         {id},licences,Business Premium,2026-10-31,38,45\n\
         {other},users,,2026-10-31,12,\n"
    );
    let first = upload(&bench, &token, &csv).await.data();
    assert_eq!(first, json!({"added": 4, "changed": 0, "unchanged": 0}));
    let before = bench.table_hash().await;
    let again = upload(&bench, &token, &csv).await.data();
    assert_eq!(again, json!({"added": 0, "changed": 0, "unchanged": 4}));
    assert_eq!(bench.table_hash().await, before);
    let corrected = csv.replace(",,42", ",,43");
    let corrected = upload(&bench, &token, &corrected).await.data();
    assert_eq!(corrected, json!({"added": 0, "changed": 1, "unchanged": 3}));
    // The synchronisation counted devices today.
    let until = "&to=2026-10-31";
    let all = counts(&bench, &token, one, until).await;
    assert_eq!(all.len(), 3);
    let days: Vec<_> = all.iter().map(|it| it["day"].as_str().unwrap()).collect();
    assert!(days.is_sorted(), "{days:?}");
    let endpoints = counts(&bench, &token, one, &format!("&kind=endpoints{until}")).await;
    let totals: Vec<_> = endpoints.iter().map(|it| &it["total"]).collect();
    assert_eq!(totals, [&json!(40), &json!(43)]);
    assert_eq!(endpoints[0]["assigned"], Value::Null);
    let october = counts(&bench, &token, one, "&from=2026-10-01&to=2026-10-31").await;
    assert_eq!(october.len(), 2);
    let path = format!("/api/usage-counts/latest?clientId={id}");
    let latest = bench.get(&path, &token).await.data();
    assert_eq!(
        (&latest[0]["kind"], &latest[0]["source"]),
        (&json!("endpoints"), &json!("superops"))
    );
    assert_eq!((&latest[1]["total"], &latest[1]["source"]), (&json!(45), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_with_an_error_is_refused_whole_and_every_error_is_told_by_its_line() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let clients = bench.get("/api/clients", &token).await.data();
    let id = clients[0]["id"].as_str().unwrap();
    let before = bench.state_hash().await;
    let csv = format!(
        "client,kind,day,total\n{id},endpoints,2026-10-31,1\nNobody,endpoints,2026-10-31,1\n\
         {id},dogs,2026-02-30,1\n{id},users,2026-10-31,-1\n"
    );
    let refused = upload(&bench, &token, &csv).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let errors = refused.body["errors"].as_array().unwrap();
    let paths: Vec<_> = errors.iter().map(|it| it["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["csv[3].client", "csv[4].kind", "csv[4].day", "csv[5].total"]);
    for csv in ["", "client,kind,day,total\n", "a,b\n1,2\n"] {
        let refused = upload(&bench, &token, csv).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{csv}");
    }
    assert_eq!(bench.state_hash().await, before);
    // Another organisation's clients are nobody's here.
    let stranger = bench.register("someone@elsewhere.com").await;
    let foreign = format!("client,kind,day,total\n{id},endpoints,2026-10-31,1\n");
    let refused = upload(&bench, &stranger, &foreign).await;
    assert_eq!(refused.body["errors"][0]["path"], "csv[2].client");
    let path = format!("/api/usage-counts?clientId={id}");
    let refused = bench.get(&path, &stranger).await;
    assert_eq!(refused.body["errors"][0]["path"], "query.clientId");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_many_rows_is_written_in_parts_and_whole() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let clients = bench.get("/api/clients", &token).await.data();
    let id = clients[0]["id"].as_str().unwrap();
    let rows = (0..250).map(|n| format!("{id},licences,Product {n},2026-10-31,{n}\n"));
    let csv: String =
        ["client,kind,product,day,total\n".to_owned()].into_iter().chain(rows).collect();
    let sent = upload(&bench, &token, &csv).await.data();
    assert_eq!(sent["added"], 250);
    let again = upload(&bench, &token, &csv).await.data();
    assert_eq!(again["unchanged"], 250);
    let path = format!("/api/usage-counts/latest?clientId={id}");
    let latest = bench.get(&path, &token).await.data();
    let products = latest.as_array().unwrap().iter().filter(|it| it["kind"] == "licences");
    assert_eq!(products.count(), 250);
}
