//! What each client's profitability is made of.

use axum::http::Method;
use clearmargin_domain::id::ClientId;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{office::Office, wire::exact};

const PATH: &str = "/insights/profitability-genome";

fn sum<'a>(values: impl Iterator<Item = &'a Value>) -> Decimal {
    values.map(exact).sum()
}

/// Seven clients with two years of invoices, each larger than the one before.
async fn portfolio(office: &Office) -> Vec<ClientId> {
    let mut clients = Vec::new();
    for client in 1..=7 {
        let id = office.client(client).await;
        let base = i64::try_from(client).unwrap() * 50_003;
        let months: Vec<i64> = (0..26).map(|month| base + month * 1_001).collect();
        office.charged(id, &months).await;
        clients.push(id);
    }
    clients
}

#[tokio::test]
async fn scores_and_gaps_are_made_of_parts_that_add_up() {
    let office = Office::new().await;
    let clients = portfolio(&office).await;
    office.analysed().await;
    let all = office.get(PATH).await;
    assert_eq!((&all["reason"], &all["client"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&all["period"]["from"], &all["period"]["to"]),
        (&json!("2025-07"), &json!("2026-06"))
    );
    let rows = all["clients"].as_array().unwrap();
    assert_eq!(rows.len(), 7);
    // Twelve clients make segments.
    assert_eq!(
        (&all["segments"], &all["segmentsMissing"]["why"]),
        (&Value::Null, &json!("clients"))
    );
    for client in clients {
        let genome = office.get(&format!("{PATH}?clientId={client}")).await["client"].take();
        let score = &genome["score"];
        let points = score["parts"].as_array().unwrap().iter().map(|part| &part["points"]);
        assert_eq!(sum(points), exact(&score["score"]));
        let gap = &genome["gap"];
        let parts = gap["parts"].as_array().unwrap().iter().map(|part| &part["amount"]);
        assert_eq!(sum(parts), exact(&gap["difference"]));
        assert_eq!(exact(&gap["to"]) - exact(&gap["from"]), exact(&gap["difference"]));
        assert_eq!((&gap["peerCount"], &genome["months"]), (&json!(6), &json!(12)));
        let margin = &genome["change"]["margin"];
        let parts = margin["parts"].as_array().unwrap().iter().map(|part| &part["amount"]);
        assert_eq!(sum(parts), exact(&margin["difference"]));
        let row = rows.iter().find(|row| row["clientId"] == genome["clientId"]).unwrap();
        assert_eq!((&row["score"], &row["name"]), (&score["score"], &genome["name"]));
    }
}

#[tokio::test]
async fn what_is_not_known_says_why_and_is_never_zero() {
    let office = Office::new().await;
    let client = office.client(1).await;
    let path = format!("{PATH}?clientId={client}");
    let before = office.get(&path).await;
    assert_eq!((&before["reason"], &before["client"]), (&json!("not_analysed"), &Value::Null));
    office.charged(client, &[50_000; 2]).await;
    office.analysed().await;
    let genome = office.get(&path).await["client"].take();
    assert_eq!((&genome["gap"], &genome["gapMissing"]["why"]), (&Value::Null, &json!("clients")));
    assert_eq!(genome["changeMissing"]["why"], "months");
    let signature = genome["signature"].as_array().unwrap();
    assert_eq!(signature.len(), 22);
    for reading in signature {
        assert!(reading["value"].is_null() != reading["valueMissing"].is_null(), "{reading}");
    }
    let tickets = signature.iter().find(|it| it["dimension"] == "hoursPerTicket").unwrap();
    assert_eq!(tickets["value"], Value::Null);
    // One that came after the analysis is not known yet; one that is not there is told of in the query.
    let young = office.client(2).await;
    assert_eq!(office.get(&format!("{PATH}?clientId={young}")).await["reason"], "not_analysed");
    let nobody = ClientId::new(office.world.now(), 99);
    let answer = office.ask(Method::GET, &format!("{PATH}?clientId={nobody}")).await;
    assert_eq!(answer.status, 422);
}
