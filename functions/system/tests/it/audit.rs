//! The audit trail as its readers see it.

use axum::{body::Body, http::Method};
use clearmargin_app::audit;
use serde_json::{Value, json};

use crate::{
    seals::change,
    world::{Answer, World, request},
};

/// A world with 120 changes behind its registration, and the owner's token.
async fn world() -> (World, String) {
    let world = World::new(clearmargin_system::routes()).await;
    let signed = world.owner("ada@example.com").await;
    change(&world, signed.org, 120).await;
    (world, signed.access_token.expose().to_owned())
}

async fn export(world: &World, path: &str, token: &str, accept: &str) -> Answer {
    let headers = [("accept", accept)];
    world.send(request(Method::GET, path, Some(token), &headers, Body::empty())).await
}

#[tokio::test]
async fn every_change_is_listed_once_newest_first_with_its_block() {
    let (world, token) = world().await;
    let org = world.app.store.directory().organizations().await.unwrap()[0];
    let (mut rows, mut path): (Vec<Value>, _) = (Vec::new(), "/api/audit?limit=50".to_owned());
    audit::seal_waiting(&world.app, org).await.unwrap();
    loop {
        let page = world.get(&path, Some(&token)).await.json();
        rows.extend(page["data"].as_array().unwrap().clone());
        let Some(next) = page["page"]["nextCursor"].as_str() else { break };
        path = format!("/api/audit?limit=50&cursor={next}");
    }
    assert_eq!(rows.len(), 121);
    assert!(rows.is_sorted_by(|a, b| a["id"].as_str() > b["id"].as_str()));
    let mut newest = rows[0].clone();
    newest["id"].take();
    newest["subject"].take();
    newest["detail"].take();
    assert_eq!(
        newest,
        json!({
            "id": null, "version": 1, "at": "2026-07-01T12:00:00Z",
            "actor": {"kind": "system", "id": null}, "action": "test.changed", "subject": null,
            "requestId": "request", "detail": null, "sealedIn": newest["sealedIn"],
        })
    );
    assert!(rows.iter().all(|row| row["sealedIn"].is_u64()));
    let head = world.get("/api/audit/head", Some(&token)).await.json();
    assert_eq!((&head["data"]["block"], &head["data"]["rows"]), (&json!(2), &json!(121)));
}

#[tokio::test]
async fn filters_find_what_they_name_and_nothing_else() {
    let (world, token) = world().await;
    for (query, count) in [
        ("action=test.", 100),
        ("action=test.changed", 100),
        ("action=test", 0),
        ("subject=thing%207", 1),
        ("actor=system&from=2026-07-01&to=2026-07-01", 100),
        ("to=2026-06-30", 0),
        ("from=2026-07-02", 0),
    ] {
        let page = world.get(&format!("/api/audit?limit=100&{query}"), Some(&token)).await;
        assert_eq!(page.json()["data"].as_array().unwrap().len(), count, "{query}");
    }
    for query in ["from=2026-13-01", "from=2026-07-02&to=2026-07-01", "cursor=x", "who=me"] {
        let page = world.get(&format!("/api/audit?{query}"), Some(&token)).await;
        assert_eq!(page.problem(), (422, "invalid".to_owned()), "{query}");
    }
}

#[tokio::test]
async fn an_export_is_of_a_bounded_time_and_holds_every_row() {
    let (world, token) = world().await;
    let path = "/api/audit?from=2026-07-01&to=2026-07-31";
    let lines = export(&world, path, &token, "application/x-ndjson").await;
    assert_eq!(lines.header("content-type"), "application/x-ndjson");
    assert_eq!((lines.text.lines().count(), lines.header("link")), (121, ""));
    let first: Value = serde_json::from_str(lines.text.lines().next().unwrap()).unwrap();
    assert_eq!((&first["action"], &first["sealedIn"]), (&json!("test.changed"), &Value::Null));
    let table = export(&world, path, &token, "text/csv").await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    assert!(table.text.starts_with("id,at,actorKind,"), "{}", table.text);
    assert_eq!(table.text.lines().count(), 122);
    for path in
        ["/api/audit", "/api/audit?from=2026-07-01", "/api/audit?from=2026-07-01&to=2026-08-01"]
    {
        let refused = export(&world, path, &token, "text/csv").await;
        assert_eq!(refused.problem(), (422, "invalid".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn another_organisation_sees_nothing_of_it() {
    let (world, _) = world().await;
    let stranger = world.owner("eve@example.com").await.access_token;
    let stranger = stranger.expose();
    let page = world.get("/api/audit?limit=100", Some(stranger)).await.json();
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
    let head = world.get("/api/audit/head", Some(stranger)).await.json();
    assert_eq!(head["data"]["sealedAt"], Value::Null);
}
