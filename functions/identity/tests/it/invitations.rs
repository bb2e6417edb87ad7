//! Invitations.

use axum::http::Method;
use clearmargin_domain::access::Role;
use serde_json::{Value, json};

use crate::{
    sessions::{signed_in, token},
    users::joined,
    world::{Answer, World},
};

const INVITATIONS: &str = "/api/invitations";

async fn invite(world: &World, by: &Value, email: &str) -> Answer {
    let body = json!({"email": email, "role": "finance"});
    world.ask(Method::POST, INVITATIONS, token(by), Some(&body)).await
}

async fn accept(world: &World, link: &str, more: Value) -> Answer {
    let mut body = json!({"token": link, "password": "correct horse"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.post("/api/auth/accept-invitation", None, &body).await
}

fn grace() -> Value {
    json!({"firstName": "Grace", "lastName": "Hopper"})
}

#[tokio::test]
async fn somebody_invited_joins_with_the_role_of_the_invitation() {
    let (world, ada) = signed_in().await;
    let invited = invite(&world, &ada, "grace@example.com").await;
    assert_eq!(invited.json()["data"]["status"], "pending");
    assert!(!invited.text.contains("cmi_"), "the link is in the mail alone");
    let link = world.mailed_token("grace@example.com").await;
    assert_eq!(accept(&world, &link, json!({})).await.refused().0, "firstName");
    let joined = accept(&world, &link, grace()).await;
    let user = joined.json()["data"]["user"].clone();
    assert_eq!((joined.status.as_u16(), &user["role"]), (201, &json!("finance")));
    assert_eq!(user["organizationId"], ada["user"]["organizationId"]);
    assert_eq!(accept(&world, &link, grace()).await.refused().0, "token", "counts once");
    let again = invite(&world, &ada, "grace@example.com").await;
    assert_eq!(again.problem(), (409, "already_a_member".to_owned()));
}

#[tokio::test]
async fn nobody_chooses_the_own_role_or_brings_another_s_invitation() {
    let (world, ada) = signed_in().await;
    invite(&world, &ada, "grace@example.com").await;
    let link = world.mailed_token("grace@example.com").await;
    let mut more = grace();
    more["role"] = json!("owner");
    assert_eq!(
        accept(&world, &link, more).await.refused(),
        ("role".to_owned(), "unknown".to_owned())
    );
    let forged = format!("{}{}", &link[..link.len() - 64], "0".repeat(64));
    for text in ["", "cmi_", &forged] {
        assert_eq!(accept(&world, text, grace()).await.refused().0, "token");
    }
}

#[tokio::test]
async fn an_invitation_is_sent_again_revoked_and_runs_out() {
    let (world, ada) = signed_in().await;
    let id = invite(&world, &ada, "grace@example.com").await.json()["data"]["id"].clone();
    let path = format!("{INVITATIONS}/{}", id.as_str().unwrap());
    let early = world.mailed_token("grace@example.com").await;
    assert_eq!(invite(&world, &ada, "grace@example.com").await.problem().1, "already_invited");
    let again = world.ask(Method::POST, &format!("{path}/resend"), token(&ada), None).await;
    assert_eq!(again.status, 200);
    let late = world.mailed_token("grace@example.com").await;
    assert_eq!(accept(&world, &early, grace()).await.refused().0, "token");
    let eve = world.owner("eve@example.com").await;
    let foreign = world.ask(Method::DELETE, &path, eve.access_token.expose(), None).await;
    assert_eq!(foreign.problem().0, 404);
    assert_eq!(world.ask(Method::DELETE, &path, token(&ada), None).await.status, 204);
    assert_eq!(accept(&world, &late, grace()).await.refused().0, "token");
    assert_eq!(
        world.ask(Method::DELETE, &path, token(&ada), None).await.problem().1,
        "not_pending"
    );
    assert_eq!(invite(&world, &ada, "grace@example.com").await.json()["data"]["id"], id);
    let third = world.mailed_token("grace@example.com").await;
    world.clock.advance(7 * 86_400);
    assert_eq!(accept(&world, &third, grace()).await.refused().0, "token");
}

#[tokio::test]
async fn who_has_an_account_joins_with_its_password_and_switches() {
    let (world, ada) = signed_in().await;
    let eve = world.owner("eve@example.com").await;
    let body = json!({"email": "ada@example.com", "role": "viewer"});
    world.ask(Method::POST, INVITATIONS, eve.access_token.expose(), Some(&body)).await;
    let link = world.mailed_token("ada@example.com").await;
    let wrong = accept(&world, &link, json!({"password": "wrong horse"})).await;
    assert_eq!(wrong.problem(), (401, "bad_credentials".to_owned()));
    let there = accept(&world, &link, json!({})).await.json()["data"].clone();
    assert_eq!(there["user"]["id"], ada["user"]["id"]);
    let list = world.get("/api/organizations", Some(token(&ada))).await.json()["data"].clone();
    let seen = |place: usize| (list[place]["role"].clone(), list[place]["current"].clone());
    assert_eq!(
        (seen(0), seen(1)),
        ((json!("owner"), json!(true)), (json!("viewer"), json!(false)))
    );
    let path = "/api/auth/switch-organization";
    let body = json!({"organizationId": list[1]["id"]});
    let switched = world.ask(Method::POST, path, token(&ada), Some(&body)).await;
    assert_eq!(switched.json()["data"]["user"]["role"], "viewer");
    let stranger = world.owner("mallory@example.com").await;
    let foreign = world.ask(Method::POST, path, stranger.access_token.expose(), Some(&body)).await;
    assert_eq!(foreign.problem().0, 404);
}

#[tokio::test]
async fn who_left_can_be_invited_again() {
    let (world, ada) = signed_in().await;
    let grace = joined(&world, &ada, "grace@example.com", Role::Finance).await;
    let (org, user) = (&ada["user"]["organizationId"], &grace["user"]["id"]);
    let (org, user) = (org.as_str().unwrap(), user.as_str().unwrap());
    let path = format!("/api/organizations/{org}/members/{user}");
    assert_eq!(world.ask(Method::DELETE, &path, token(&grace), None).await.status, 204);
    assert_eq!(world.ask(Method::DELETE, &path, token(&ada), None).await.problem().0, 404);
    let body = json!({"email": "grace@example.com", "password": "correct horse"});
    assert_eq!(world.post("/api/auth/login", None, &body).await.problem().0, 401);
    let back = joined(&world, &ada, "grace@example.com", Role::Viewer).await;
    assert_eq!(
        (&back["user"]["id"], &back["user"]["role"]),
        (&grace["user"]["id"], &json!("viewer"))
    );
    let last = format!("/api/organizations/{org}/members/{}", ada["user"]["id"].as_str().unwrap());
    let stays = world.ask(Method::DELETE, &last, token(&ada), None).await;
    assert_eq!(stays.problem().1, "last_owner");
}
