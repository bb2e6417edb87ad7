//! The people of an organisation.

use axum::http::Method;
use clearmargin_domain::access::Role;
use serde_json::{Value, json};

use crate::{
    sessions::{signed_in, token},
    world::{Answer, World},
};

/// Somebody who joined with that role.
pub(crate) async fn joined(world: &World, owner: &Value, email: &str, role: Role) -> Value {
    let body = json!({"email": email, "role": role});
    let path = "/api/invitations";
    let invited = world.ask(Method::POST, path, token(owner), Some(&body)).await;
    assert_eq!(invited.status, 201, "{invited:?}");
    let link = world.mailed_token(email).await;
    let body = json!({
        "token": link, "password": "correct horse", "firstName": "Grace", "lastName": "Hopper",
    });
    let answer = world.post("/api/auth/accept-invitation", None, &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["data"].clone()
}

fn path(signed: &Value) -> String {
    format!("/api/users/{}", signed["user"]["id"].as_str().unwrap())
}

async fn put(world: &World, by: &Value, of: &Value, more: Value) -> Answer {
    let mut body = json!({"firstName": "Grace", "lastName": "Hopper"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.ask(Method::PUT, &path(of), token(by), Some(&body)).await
}

#[tokio::test]
async fn administrators_see_everybody_and_others_see_colleagues_one_by_one() {
    let (world, ada) = signed_in().await;
    let viewer = joined(&world, &ada, "vi@example.com", Role::Viewer).await;
    let list = world.get("/api/users?limit=1", Some(token(&ada))).await.json();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    let next = list["page"]["nextCursor"].as_str().unwrap();
    let rest = world.get(&format!("/api/users?limit=1&cursor={next}"), Some(token(&ada))).await;
    assert_eq!(rest.json()["data"].as_array().unwrap().len(), 1);
    assert_eq!(world.get("/api/users", Some(token(&viewer))).await.problem().0, 403);
    let colleague = world.get(&path(&ada), Some(token(&viewer))).await;
    assert_eq!(colleague.json()["data"]["email"], "ada@example.com");
    let eve = world.owner("eve@example.com").await;
    let foreign = world.get(&path(&ada), Some(eve.access_token.expose())).await;
    assert_eq!(foreign.problem().0, 404);
}

#[tokio::test]
async fn everybody_changes_the_own_name_and_nobody_the_own_role() {
    let (world, ada) = signed_in().await;
    let viewer = joined(&world, &ada, "vi@example.com", Role::Viewer).await;
    let named =
        put(&world, &viewer, &viewer, json!({"firstName": "Vi", "avatarFileId": "fil_1"})).await;
    assert_eq!(named.status, 200, "{named:?}");
    let data = &named.json()["data"];
    assert_eq!((&data["firstName"], &data["avatarFileId"]), (&json!("Vi"), &json!("fil_1")));
    for more in [json!({"role": "owner"}), json!({"isActive": true}), json!({"role": "viewer"})] {
        assert_eq!(put(&world, &viewer, &viewer, more).await.problem().0, 403);
    }
    assert_eq!(put(&world, &viewer, &ada, json!({})).await.problem().0, 403);
    let bad = put(&world, &viewer, &viewer, json!({"avatarFileId": "../x"})).await;
    assert_eq!(bad.refused().0, "avatarFileId");
}

#[tokio::test]
async fn a_new_role_counts_within_a_minute_with_the_old_token() {
    let (world, ada) = signed_in().await;
    let grace = joined(&world, &ada, "grace@example.com", Role::Viewer).await;
    assert_eq!(world.get("/api/users", Some(token(&grace))).await.problem().0, 403);
    let changed = put(&world, &ada, &grace, json!({"role": "admin"})).await;
    assert_eq!(changed.json()["data"]["role"], "admin");
    world.clock.advance(60);
    assert_eq!(world.get("/api/users", Some(token(&grace))).await.status, 200);
    put(&world, &ada, &grace, json!({"role": "operations"})).await;
    world.clock.advance(60);
    assert_eq!(world.get("/api/users", Some(token(&grace))).await.problem().0, 403);
}

#[tokio::test]
async fn somebody_deactivated_is_out_within_a_minute_and_stays_in_the_list() {
    let (world, ada) = signed_in().await;
    let grace = joined(&world, &ada, "grace@example.com", Role::Finance).await;
    assert_eq!(world.get("/api/users/me", Some(token(&grace))).await.status, 200);
    for _ in 0..2 {
        let gone = world.ask(Method::DELETE, &path(&grace), token(&ada), None).await;
        assert_eq!(gone.status, 204);
    }
    world.clock.advance(60);
    assert_eq!(world.get("/api/users/me", Some(token(&grace))).await.problem().0, 401);
    let body = json!({"email": "grace@example.com", "password": "correct horse"});
    assert_eq!(world.post("/api/auth/login", None, &body).await.problem().1, "bad_credentials");
    let body = json!({"refreshToken": grace["refreshToken"]});
    assert_eq!(world.post("/api/auth/refresh", None, &body).await.problem().0, 401);
    let there = world.get(&path(&grace), Some(token(&ada))).await;
    assert_eq!(there.json()["data"]["isActive"], false);
}

#[tokio::test]
async fn nobody_hands_out_more_than_they_have() {
    let (world, ada) = signed_in().await;
    let admin = joined(&world, &ada, "al@example.com", Role::Admin).await;
    let viewer = joined(&world, &ada, "vi@example.com", Role::Viewer).await;
    assert_eq!(put(&world, &admin, &viewer, json!({"role": "owner"})).await.problem().0, 403);
    assert_eq!(put(&world, &admin, &ada, json!({"role": "viewer"})).await.problem().0, 403);
    let gone = world.ask(Method::DELETE, &path(&ada), token(&admin), None).await;
    assert_eq!(gone.problem().0, 403);
    let body = json!({"email": "x@example.com", "role": "owner"});
    let invited = world.ask(Method::POST, "/api/invitations", token(&admin), Some(&body)).await;
    assert_eq!(invited.problem().0, 403);
    assert_eq!(put(&world, &admin, &viewer, json!({"role": "admin"})).await.status, 200);
}

#[tokio::test]
async fn the_last_owner_stays_also_when_two_go_at_the_same_time() {
    let (world, ada) = signed_in().await;
    assert_eq!(put(&world, &ada, &ada, json!({"role": "admin"})).await.problem().1, "last_owner");
    let gone = world.ask(Method::DELETE, &path(&ada), token(&ada), None).await;
    assert_eq!(gone.problem().1, "last_owner");
    let grace = joined(&world, &ada, "grace@example.com", Role::Owner).await;
    let both = futures_util::join!(
        put(&world, &ada, &grace, json!({"role": "viewer"})),
        put(&world, &grace, &ada, json!({"role": "viewer"})),
    );
    let went = [both.0.status.as_u16(), both.1.status.as_u16()];
    assert_eq!(went.iter().filter(|status| **status == 200).count(), 1, "{both:?}");
}
