//! Another tenant sees nothing and changes nothing.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::bench::Bench;

async fn entries(bench: &Bench, path: &str, token: &str) -> Vec<Value> {
    bench.get(path, token).await.data().as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenant_gets_404_on_every_id_and_empty_lists() {
    let bench = Bench::start().await;
    let owner = bench.techwave().await;
    let stranger = bench.register("someone@elsewhere.com").await;
    let run = bench.get("/api/integrations/quickbooks/status", &owner).await.data();
    let run = run["run"]["id"].as_str().unwrap();
    let mut paths = vec![
        (Method::GET, format!("/api/integrations/quickbooks/runs/{run}/failures"), Value::Null),
        (Method::GET, "/api/integrations/quickbooks/status".to_owned(), Value::Null),
        (Method::POST, "/api/integrations/quickbooks/sync".to_owned(), json!({"mode": "full"})),
    ];
    for client in entries(&bench, "/api/clients?limit=100", &owner).await {
        let id = client["id"].as_str().unwrap();
        let rows = "rows?component=revenue&month=2026-10";
        for tail in ["", "/profitability", &format!("/profitability/{rows}")] {
            paths.push((Method::GET, format!("/api/clients/{id}{tail}"), Value::Null));
        }
    }
    for found in entries(&bench, "/api/integrations/matches?limit=100", &owner).await {
        let path = format!("/api/integrations/matches/{}/decision", found["id"].as_str().unwrap());
        paths.push((Method::POST, path, json!({"sameClient": true})));
    }
    let before = bench.state_hash().await;
    assert!(paths.len() > 20);
    for (method, path, body) in paths {
        let answer = bench.ask(method.clone(), &path, &stranger, &body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path} {answer:?}");
    }
    for list in ["/api/clients", "/api/technicians", "/api/cost-rates", "/api/integrations/matches"]
    {
        assert!(entries(&bench, list, &stranger).await.is_empty(), "{list}");
    }
    let path = "/api/ai/analytics/profitability-scores?from=2025-11&to=2026-10";
    let ranking = bench.get(path, &stranger).await.data();
    assert_eq!(ranking["clients"], json!([]));
    assert_eq!(bench.state_hash().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_technician_of_another_tenant_cannot_be_given_a_rate() {
    let bench = Bench::start().await;
    let owner = bench.techwave().await;
    let stranger = bench.register("someone@elsewhere.com").await;
    let technicians = entries(&bench, "/api/technicians", &owner).await;
    let body = json!({
        "technicianId": technicians[0]["id"], "hourlyCost": 40, "currency": "USD",
        "effectiveFrom": "2026-01-01",
    });
    let answer = bench.post("/api/cost-rates", &stranger, &body).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.body["errors"][0]["path"], "technicianId");
}
