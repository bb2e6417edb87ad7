//! What is refused, clearly and without a trace.

use reqwest::StatusCode;
use serde_json::json;

use crate::bench::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn impossible_periods_and_ids_of_other_kinds_are_refused() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let clients = bench.get("/api/clients", &token).await.data();
    let id = clients[0]["id"].as_str().unwrap();
    for (query, path) in [
        ("from=2026-13&to=2026-10", "query.from"),
        ("from=2026-10&to=2026-01", "query.from"),
        ("from=2001-01&to=2026-10", "query.from"),
        ("form=2026-01", "query.form"),
    ] {
        let answer = bench.get(&format!("/api/clients/{id}/profitability?{query}"), &token).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query} {answer:?}");
        assert_eq!(answer.body["errors"][0]["path"], path, "{query}");
    }
    for id in ["tec_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C", "cli_1", "x", &id.to_lowercase()] {
        let answer = bench.get(&format!("/api/clients/{id}"), &token).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
    }
    let answer = bench.get("/api/clients?cursor=abc.def", &token).await;
    assert_eq!(answer.body["errors"][0]["path"], "query.cursor");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_of_a_source_are_refused_and_nothing_is_connected() {
    let bench = Bench::start().await;
    let token = bench.register("admin@techwave.com").await;
    let before = bench.state_hash().await;
    for body in [
        json!({"subdomain": "techwave", "apiToken": "wrong"}),
        json!({"subdomain": "no such/account", "apiToken": "x"}),
        json!({"subdomain": "techwave"}),
        json!({"subdomain": "techwave", "apiToken": "x", "more": 1}),
    ] {
        let answer = bench.post("/api/integrations/superops/connect", &token, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body} {answer:?}");
    }
    let path = "/api/integrations/quickbooks/callback?state=guess&code=x&realmId=1";
    assert_eq!(bench.get(path, "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let status = bench.get("/api/integrations/superops/status", &token).await;
    assert_eq!(status.status, StatusCode::NOT_FOUND);
    assert_eq!(bench.state_hash().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_is_refused_whole_when_a_part_of_it_is_wrong() {
    let bench = Bench::start().await;
    let token = bench.register("admin@techwave.com").await;
    let good = json!({"hourlyCost": 42.5, "currency": "USD", "effectiveFrom": "2026-01-01"});
    for (field, value) in [
        ("hourlyCost", json!(42.505)),
        ("hourlyCost", json!(-1)),
        ("currency", json!("EUR")),
        ("currency", json!("usd")),
        ("effectiveFrom", json!("2026-02-30")),
        ("effectiveFrom", json!("0001-01-01")),
        ("technicianId", json!("cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let answer = bench.post("/api/cost-rates", &token, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body} {answer:?}");
        assert_eq!(answer.body["errors"][0]["path"], field, "{answer:?}");
    }
    assert_eq!(bench.get("/api/cost-rates", &token).await.data(), json!([]));
    bench.post("/api/cost-rates", &token, &good).await.data();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_refuses_the_credentials_ends_the_run_until_it_is_connected_anew() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let before = bench.state_hash().await;
    bench.disturb(1_000, &["expiredToken"]).await;
    bench.start_sync(&token, "full").await;
    for source in ["superops", "quickbooks"] {
        let status =
            bench.status_once(source, &token, |status| status["run"]["status"] == "failed");
        let status = status.await;
        assert_eq!(status["status"], "needs_reconnect", "{status}");
        assert_eq!(status["run"]["error"], "the source system refuses the credentials");
        let path = format!("/api/integrations/{source}/sync");
        let refused = bench.post(&path, &token, &json!({"mode": "full"})).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert_eq!(refused.body["code"], "reconnect_needed", "{refused:?}");
    }
    assert_eq!(bench.state_hash().await, before);
    bench.disturb(0, &[]).await;
    bench.connect(&token).await;
    bench.start_sync(&token, "full").await;
    bench.synced(&token).await;
    assert_eq!(bench.state_hash().await, before);
}
