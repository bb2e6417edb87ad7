//! API keys.

use axum::http::Method;
use clearmargin_domain::access::Role;
use serde_json::{Value, json};

use crate::{
    sessions::{signed_in, token},
    users::joined,
    world::{Answer, World},
};

fn path(signed: &Value) -> String {
    let org = signed["user"]["organizationId"].as_str().unwrap();
    format!("/api/organizations/{org}/api-keys")
}

async fn create(world: &World, by: &Value, scopes: &[&str]) -> Answer {
    let body = json!({"name": "Zapier", "scopes": scopes, "expiresAt": "2026-08-01T00:00:00Z"});
    world.ask(Method::POST, &path(by), token(by), Some(&body)).await
}

#[tokio::test]
async fn a_key_does_what_it_is_for_until_it_ends() {
    let (world, ada) = signed_in().await;
    let made = create(&world, &ada, &["users.read"]).await;
    assert_eq!(made.status, 201, "{made:?}");
    let key = made.json()["data"]["key"].as_str().unwrap().to_owned();
    assert_eq!(world.get("/api/users", Some(&key)).await.status, 200);
    for other in ["/api/users/me", "/api/auth/sessions", path(&ada).as_str()] {
        assert_eq!(world.get(other, Some(&key)).await.problem().0, 403, "{other}");
    }
    let list = world.get(&path(&ada), Some(token(&ada))).await;
    assert!(!list.text.contains(&key[56..]), "the key is shown once");
    world.clock.advance(40 * 86_400);
    assert_eq!(world.get("/api/users", Some(&key)).await.problem().0, 401);
}

#[tokio::test]
async fn a_revoked_key_stops_within_a_minute() {
    let (world, ada) = signed_in().await;
    let made = create(&world, &ada, &["users.read"]).await.json()["data"].clone();
    let key = made["key"].as_str().unwrap();
    assert_eq!(world.get("/api/users", Some(key)).await.status, 200);
    let one = format!("{}/{}", path(&ada), made["id"].as_str().unwrap());
    for _ in 0..2 {
        assert_eq!(world.ask(Method::DELETE, &one, token(&ada), None).await.status, 204);
    }
    world.clock.advance(60);
    assert_eq!(world.get("/api/users", Some(key)).await.problem().0, 401);
}

#[tokio::test]
async fn nobody_makes_a_key_that_does_more_than_they_or_than_keys_may() {
    let (world, ada) = signed_in().await;
    let viewer = joined(&world, &ada, "vi@example.com", Role::Viewer).await;
    assert_eq!(create(&world, &viewer, &["clients.read"]).await.problem().0, 403);
    for scopes in [&["apiKeys.manage"][..], &["users.write"], &["account.manage"], &[], &["x"]] {
        let path = create(&world, &ada, scopes).await.refused().0;
        assert!(path.starts_with("scopes"), "{path}");
    }
}

#[tokio::test]
async fn what_is_no_key_is_nobody() {
    let (world, ada) = signed_in().await;
    let made = create(&world, &ada, &["users.read"]).await.json()["data"].clone();
    let key = made["key"].as_str().unwrap();
    let guessed = format!("{}{}", &key[..key.len() - 64], "0".repeat(64));
    for text in ["cmk_", "cmk_x", &guessed, &key[..key.len() - 1]] {
        assert_eq!(
            world.get("/api/users", Some(text)).await.problem(),
            (401, "invalid_token".to_owned())
        );
    }
    assert_eq!(world.get("/api/users", Some(key)).await.status, 200);
}

#[tokio::test]
async fn a_repeated_request_makes_no_second_key_and_does_not_show_the_first_again() {
    let (world, ada) = signed_in().await;
    let body = json!({"name": "Zapier", "scopes": ["users.read"]}).to_string();
    let headers = [("idempotency-key", "once")];
    let first = world.post_with(&path(&ada), Some(token(&ada)), &headers, &body).await;
    let second = world.post_with(&path(&ada), Some(token(&ada)), &headers, &body).await;
    let (first, second) = (first.json()["data"].clone(), second.json()["data"].clone());
    assert_eq!((&first["id"], &second["key"]), (&second["id"], &Value::Null));
    let list = world.get(&path(&ada), Some(token(&ada))).await.json();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
}
