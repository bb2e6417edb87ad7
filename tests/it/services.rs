//! The catalogue: found, priced, edited here and read again from where it comes from.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::bench::Bench;

async fn put(bench: &Bench, token: &str, path: &str, body: &Value) -> crate::bench::Answer {
    bench.ask(Method::PUT, path, token, body).await
}

async fn all(bench: &Bench, token: &str, query: &str) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/services?limit=3{query}{cursor}");
        let mut answer = bench.get(&path, token).await;
        found.append(answer.body["data"].as_array_mut().unwrap());
        match answer.body["page"]["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

fn names(services: &[Value]) -> Vec<String> {
    services.iter().map(|it| it["name"].as_str().unwrap().to_lowercase()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_listed_by_name_in_pages_that_lose_and_repeat_nothing() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let services = all(&bench, &token, "").await;
    assert!(services.len() > 6, "{}", services.len());
    assert!(names(&services).is_sorted());
    let mut ids: Vec<_> = services.iter().map(|it| it["id"].to_string()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), services.len());
    let products = all(&bench, &token, "&offering=product").await;
    let work = all(&bench, &token, "&offering=service").await;
    assert_eq!(products.len() + work.len(), services.len());
    assert!(work.iter().all(|it| it["offering"] == "service") && !work.is_empty());
    let first = names(&services)[0].to_uppercase();
    let found = all(&bench, &token, &format!("&q={}", first.replace(' ', "%20"))).await;
    assert!(names(&found).contains(&first.to_lowercase()));
    // A cursor belongs to its filters.
    let page = bench.get("/api/services?limit=1", &token).await.body;
    let cursor = page["page"]["nextCursor"].as_str().unwrap();
    let other = bench.get(&format!("/api/services?active=true&cursor={cursor}"), &token).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_made_priced_and_archived() {
    let bench = Bench::start().await;
    let token = bench.register("admin@techwave.com").await;
    let body = json!({
        "name": "Managed workstation", "offering": "service",
        "price": {"unitPrice": 75, "currency": "USD", "effectiveFrom": "2026-01-01"},
    });
    let made = bench.post("/api/services", &token, &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    let made = made.data();
    assert_eq!(made["unitPrice"].to_string(), "75.00");
    let path = format!("/api/services/{}", made["id"].as_str().unwrap());
    let price = |amount: u32, day: &str| json!({"unitPrice": amount, "unitCost": 31.5, "currency": "USD", "effectiveFrom": day});
    let pricing = format!("{path}/pricing");
    put(&bench, &token, &pricing, &price(80, "2026-06-01")).await.data();
    let priced = put(&bench, &token, &pricing, &price(99, "2099-01-01")).await.data();
    assert_eq!(
        (priced["unitPrice"].to_string(), priced["unitCost"].to_string()),
        ("80.00".into(), "31.50".into())
    );
    assert_eq!(priced["prices"].as_array().unwrap().len(), 3);
    bench.post("/api/books/close", &token, &json!({"through": "2026-06"})).await.data();
    let before = bench.get(&path, &token).await.data();
    for day in ["2026-06-30", "2026-06-01", "2020-01-01"] {
        let refused = put(&bench, &token, &pricing, &price(1, day)).await;
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (StatusCode::CONFLICT, &json!("closed_period"))
        );
    }
    assert_eq!(bench.get(&path, &token).await.data(), before);
    let euro = json!({"unitPrice": 1, "currency": "EUR", "effectiveFrom": "2026-07-01"});
    let refused = put(&bench, &token, &pricing, &euro).await;
    assert_eq!(refused.body["errors"][0]["path"], "currency");
    let gone = bench.ask(Method::DELETE, &path, &token, &Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(bench.get(&path, &token).await.data()["active"], false);
    assert_eq!(all(&bench, &token, "&active=true").await, [] as [Value; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_here_outlives_reading_the_source_again() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let service = all(&bench, &token, "&active=true").await.remove(0);
    let path = format!("/api/services/{}", service["id"].as_str().unwrap());
    let body = json!({"name": "Renamed here", "offering": service["offering"], "active": true});
    let edited = put(&bench, &token, &path, &body).await.data();
    assert_eq!((&edited["name"], &edited["edited"]), (&json!("Renamed here"), &json!(true)));
    let before = bench.state_hash().await;
    for _ in 0..2 {
        bench.start_sync(&token, "full").await;
        for total in bench.synced(&token).await {
            assert_eq!(total["updated"], 0, "{total}");
        }
    }
    assert_eq!(bench.state_hash().await, before);
    let body = json!({"name": service["name"], "offering": service["offering"], "active": true});
    assert_eq!(put(&bench, &token, &path, &body).await.data(), service);
}
