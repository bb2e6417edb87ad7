//! Sessions: refresh tokens that count once, and the ways a session ends.

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::{
    registration,
    world::{Answer, World},
};

const REFRESH: &str = "/api/auth/refresh";
const ME: &str = "/api/users/me";

/// A world with somebody in it; the answer of the registration.
pub(crate) async fn signed_in() -> (World, Value) {
    let world = World::new(clearmargin_identity::routes()).await;
    let answer = world.post("/api/auth/register", None, &registration("ada@example.com")).await;
    // The mail that asks to prove the address.
    world.settle().await;
    (world, answer.json()["data"].clone())
}

pub(crate) fn token(signed: &Value) -> &str {
    signed["accessToken"].as_str().unwrap()
}

async fn login(world: &World) -> Value {
    let body = json!({"email": "ada@example.com", "password": "correct horse"});
    world.post("/api/auth/login", None, &body).await.json()["data"].clone()
}

async fn refresh(world: &World, signed: &Value) -> Answer {
    world.post(REFRESH, None, &json!({"refreshToken": signed["refreshToken"]})).await
}

async fn is_in(world: &World, signed: &Value) -> bool {
    world.get(ME, Some(token(signed))).await.status == 200
}

#[tokio::test]
async fn a_refresh_token_gets_new_tokens_once() {
    let (world, first) = signed_in().await;
    world.clock.advance(1_000);
    assert!(!is_in(&world, &first).await, "the access token has expired");
    let second = refresh(&world, &first).await;
    assert_eq!(second.status, 200, "{second:?}");
    let second = second.json()["data"].clone();
    assert_eq!(second["user"], first["user"]);
    assert!(is_in(&world, &second).await);
    world.clock.advance(1);
    let third = refresh(&world, &second).await.json()["data"].clone();
    assert!(is_in(&world, &third).await);
}

#[tokio::test]
async fn a_refresh_token_that_comes_again_ends_the_session() {
    let (world, first) = signed_in().await;
    let other = login(&world).await;
    world.clock.advance(1);
    let second = refresh(&world, &first).await.json()["data"].clone();
    world.clock.advance(1);
    let again = refresh(&world, &first).await;
    assert_eq!(again.problem(), (401, "bad_refresh_token".to_owned()));
    let stolen = refresh(&world, &second).await;
    assert_eq!(stolen.problem(), (401, "bad_refresh_token".to_owned()));
    world.clock.advance(60);
    assert!(!is_in(&world, &second).await, "the access token stops within a minute");
    assert_eq!(refresh(&world, &other).await.status, 200, "another session goes on");
}

#[tokio::test]
async fn of_fifty_refreshes_at_the_same_time_one_gets_tokens_and_they_are_good() {
    let (world, first) = signed_in().await;
    world.clock.advance(1);
    let answers = join_all((0..50).map(|_| refresh(&world, &first))).await;
    let (good, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(good.len(), 1);
    for answer in lost {
        assert_eq!(answer.problem(), (409, "refreshed_meanwhile".to_owned()));
    }
    let second = good[0].json()["data"].clone();
    assert!(is_in(&world, &second).await);
    world.clock.advance(1);
    assert_eq!(refresh(&world, &second).await.status, 200);
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused_and_ends_nothing() {
    let (world, first) = signed_in().await;
    let real = first["refreshToken"].as_str().unwrap();
    let forged = format!("{}{}", &real[..real.len() - 64], "0".repeat(64));
    for text in ["", "x", "cmr_", &real[1..], token(&first), &forged.replace("cmr_0", "cmr_1")] {
        let answer = world.post(REFRESH, None, &json!({"refreshToken": text})).await;
        assert_eq!(answer.problem(), (401, "bad_refresh_token".to_owned()), "{text}");
    }
    assert_eq!(refresh(&world, &first).await.status, 200);
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_for_thirty_days() {
    let (world, first) = signed_in().await;
    world.clock.advance(29 * 86_400);
    let second = refresh(&world, &first).await.json()["data"].clone();
    world.clock.advance(29 * 86_400);
    let third = refresh(&world, &second).await.json()["data"].clone();
    world.clock.advance(30 * 86_400);
    assert_eq!(refresh(&world, &third).await.problem().0, 401);
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once_and_its_access_token_within_a_minute() {
    let (world, first) = signed_in().await;
    let second = login(&world).await;
    assert!(is_in(&world, &first).await);
    let out = world.ask(Method::POST, "/api/auth/logout", token(&first), None).await;
    assert_eq!((out.status.as_u16(), out.text.as_str()), (204, ""));
    assert_eq!(refresh(&world, &first).await.problem().0, 401);
    world.clock.advance(60);
    assert!(!is_in(&world, &first).await);
    assert!(is_in(&world, &second).await);
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let (world, first) = signed_in().await;
    let second = login(&world).await;
    let path = "/api/auth/logout-everywhere";
    assert_eq!(world.ask(Method::POST, path, token(&first), None).await.status, 204);
    for signed in [&first, &second] {
        assert_eq!(refresh(&world, signed).await.problem().0, 401);
    }
    world.clock.advance(60);
    assert!(!is_in(&world, &first).await && !is_in(&world, &second).await);
    assert!(is_in(&world, &login(&world).await).await);
}

#[tokio::test]
async fn somebody_sees_the_own_sessions_and_ends_one() {
    let (world, first) = signed_in().await;
    world.clock.advance(10);
    let second = login(&world).await;
    let list = world.get("/api/auth/sessions", Some(token(&second))).await.json()["data"].clone();
    let current: Vec<_> = list.as_array().unwrap().iter().map(|it| &it["current"]).collect();
    assert_eq!(current, [&json!(true), &json!(false)]);
    let id = list[1]["id"].as_str().unwrap();
    let path = format!("/api/auth/sessions/{id}");
    assert_eq!(world.ask(Method::DELETE, &path, token(&second), None).await.status, 204);
    assert_eq!(world.ask(Method::DELETE, &path, token(&second), None).await.problem().0, 404);
    assert_eq!(refresh(&world, &first).await.problem().0, 401);
    let eve = world.owner("eve@example.com").await;
    let own = list[0]["id"].as_str().unwrap();
    let path = format!("/api/auth/sessions/{own}");
    let foreign = world.ask(Method::DELETE, &path, eve.access_token.expose(), None).await;
    assert_eq!(foreign.problem().0, 404);
    assert!(is_in(&world, &second).await);
}
