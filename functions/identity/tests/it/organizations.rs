//! Organisations.

use axum::http::Method;
use clearmargin_app::schedule::{self, Due};
use clearmargin_domain::{access::Role, id::OrgId};
use serde_json::{Value, json};

use crate::{
    sessions::{signed_in, token},
    users::joined,
    world::{Answer, World},
};

fn path(signed: &Value) -> String {
    format!("/api/organizations/{}", signed["user"]["organizationId"].as_str().unwrap())
}

fn settings() -> Value {
    json!({
        "name": "TechWave", "domain": "TechWave.com", "timeZone": "america/new_york",
        "fiscalYearStartMonth": 7,
        "businessHours": [
            {"day": "monday", "from": "08:30", "to": "12:00"},
            {"day": "monday", "from": "13:00", "to": "17:00"},
        ],
        "holidays": [{"date": "2026-12-25", "name": "Christmas Day"}],
    })
}

async fn put(world: &World, by: &Value, body: &Value) -> Answer {
    world.ask(Method::PUT, &path(by), token(by), Some(body)).await
}

#[tokio::test]
async fn settings_are_changed_by_administrators_and_seen_by_all() {
    let (world, ada) = signed_in().await;
    let viewer = joined(&world, &ada, "vi@example.com", Role::Viewer).await;
    let changed = put(&world, &ada, &settings()).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let seen = world.get(&path(&viewer), Some(token(&viewer))).await.json()["data"].clone();
    assert_eq!(seen, changed.json()["data"]);
    for (name, value) in [
        ("domain", json!("techwave.com")),
        ("timeZone", json!("America/New_York")),
        ("businessHours", settings()["businessHours"].clone()),
        ("currency", json!("USD")),
        ("plan", json!("trial")),
        ("purgeAt", Value::Null),
    ] {
        assert_eq!(seen[name], value, "{name}");
    }
    assert_eq!(put(&world, &viewer, &settings()).await.problem().0, 403);
}

#[tokio::test]
async fn impossible_settings_are_refused_by_their_field() {
    let (world, ada) = signed_in().await;
    let twice = json!([{"date": "2026-12-25", "name": "A"}, {"date": "2026-12-25", "name": "B"}]);
    let overlap = json!([
        {"day": "monday", "from": "08:30", "to": "12:00"},
        {"day": "monday", "from": "11:00", "to": "17:00"},
    ]);
    for (field, value) in [
        ("name", json!("")),
        ("domain", json!("nothing")),
        ("timeZone", json!("Mars/Olympus")),
        ("fiscalYearStartMonth", json!(0)),
        ("fiscalYearStartMonth", json!(13)),
        ("businessHours", overlap),
        ("holidays", twice),
        ("currency", json!("EUR")),
    ] {
        let mut body = settings();
        body[field] = value.clone();
        assert_eq!(put(&world, &ada, &body).await.refused().0, field, "{value}");
    }
}

#[tokio::test]
async fn a_token_is_for_one_organisation_and_another_one_is_not_there() {
    let (world, ada) = signed_in().await;
    let body = json!({"name": "Second", "currency": "CAD"});
    let made = world.ask(Method::POST, "/api/organizations", token(&ada), Some(&body)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let second = made.json()["data"]["id"].as_str().unwrap().to_owned();
    let elsewhere = format!("/api/organizations/{second}");
    assert_eq!(world.get(&elsewhere, Some(token(&ada))).await.problem().0, 404);
    let body = json!({"organizationId": second});
    let path = "/api/auth/switch-organization";
    let there =
        world.ask(Method::POST, path, token(&ada), Some(&body)).await.json()["data"].clone();
    assert_eq!(there["user"]["role"], "owner");
    assert_eq!(world.get(&elsewhere, Some(token(&there))).await.status, 200);
    assert_eq!(
        world.get(&crate::organizations::path(&ada), Some(token(&there))).await.problem().0,
        404
    );
}

#[tokio::test]
async fn a_deleted_organisation_can_be_kept_for_thirty_days_and_then_nothing_of_it_is_left() {
    let (world, ada) = signed_in().await;
    let admin = joined(&world, &ada, "al@example.com", Role::Admin).await;
    let eve = world.owner("eve@example.com").await;
    let delete = |by: &Value, name: &str| {
        let (world, path, token) =
            (&world, format!("{}?name={name}", path(by)), token(by).to_owned());
        async move { world.ask(Method::DELETE, &path, &token, None).await }
    };
    assert_eq!(delete(&admin, "TechWave%20MSP").await.problem().0, 403);
    assert_eq!(delete(&ada, "TechWave").await.refused().0, "query.name");
    let deleted = delete(&ada, "TechWave%20MSP").await;
    assert_eq!(deleted.status, 202, "{deleted:?}");
    assert!(deleted.json()["data"]["purgeAt"].is_string());
    let restore = format!("{}/restore", path(&ada));
    assert_eq!(world.ask(Method::POST, &restore, token(&ada), None).await.status, 200);
    assert_eq!(
        world.ask(Method::POST, &restore, token(&ada), None).await.problem().1,
        "not_deleted"
    );
    let org: OrgId = ada["user"]["organizationId"].as_str().unwrap().parse().unwrap();
    let analysed = format!("{org}/analysis/run/revenue.json");
    world.app.archive.put(&analysed, b"{}".to_vec()).await.unwrap();
    delete(&ada, "TechWave%20MSP").await;
    world.settle().await;
    assert!(world.archived("/export/").iter().any(|key| key.ends_with("organization-00.ndjson")));
    world.clock.advance(29 * 86_400);
    purge(&world).await;
    assert_eq!(world.app.store.directory().organizations().await.unwrap().len(), 2);
    world.clock.advance(86_400);
    purge(&world).await;
    let left = world.app.store.directory().organizations().await.unwrap();
    assert_eq!(left, [eve.org]);
    for folder in ["export", "analysis"] {
        assert_eq!(world.archived(&format!("{org}/{folder}/")), [""; 0]);
    }
    let body = json!({"email": "ada@example.com", "password": "correct horse"});
    assert_eq!(world.post("/api/auth/login", None, &body).await.problem().0, 401);
    let again = crate::registration("ada@example.com");
    assert_eq!(world.post("/api/auth/register", None, &again).await.status, 201);
}

async fn purge(world: &World) {
    schedule::run(&world.app, Due::Purge, "test").await.unwrap();
    world.settle().await;
}
