//! Passwords that are changed or were forgotten, and addresses that are proved.

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    sessions::{signed_in, token},
    world::World,
};

const FORGOT: &str = "/api/auth/forgot-password";
const RESET: &str = "/api/auth/reset-password";

async fn login(world: &World, password: &str) -> u16 {
    let body = json!({"email": "ada@example.com", "password": password});
    world.post("/api/auth/login", None, &body).await.status.as_u16()
}

async fn reset(world: &World, token: &str, password: &str) -> (u16, Value) {
    let answer = world.post(RESET, None, &json!({"token": token, "password": password})).await;
    (answer.status.as_u16(), answer.json()["errors"][0]["path"].clone())
}

#[tokio::test]
async fn who_forgot_a_password_chooses_another_with_the_link_of_the_mail() {
    let (world, first) = signed_in().await;
    let answer = world.post(FORGOT, None, &json!({"email": "Ada@Example.com"})).await;
    assert_eq!(answer.status, 204);
    let link = world.mailed_token("ada@example.com").await;
    assert_eq!(reset(&world, &link, "password123").await, (422, json!("password")));
    assert_eq!(reset(&world, &link, "battery staple").await.0, 204);
    assert_eq!(
        (login(&world, "correct horse").await, login(&world, "battery staple").await),
        (401, 200)
    );
    assert_eq!(reset(&world, &link, "another staple").await, (422, json!("token")), "counts once");
    let body = json!({"refreshToken": first["refreshToken"]});
    assert_eq!(world.post("/api/auth/refresh", None, &body).await.problem().0, 401);
    world.clock.advance(60);
    assert_eq!(world.get("/api/users/me", Some(token(&first))).await.problem().0, 401);
}

#[tokio::test]
async fn a_link_counts_for_half_an_hour_and_a_later_one_replaces_it() {
    let (world, _) = signed_in().await;
    let body = json!({"email": "ada@example.com"});
    world.post(FORGOT, None, &body).await;
    let early = world.mailed_token("ada@example.com").await;
    world.post(FORGOT, None, &body).await;
    let late = world.mailed_token("ada@example.com").await;
    assert_eq!(reset(&world, &early, "battery staple").await.0, 422);
    world.clock.advance(1_800);
    assert_eq!(reset(&world, &late, "battery staple").await.0, 422);
    for text in ["", "cma_", "x"] {
        assert_eq!(reset(&world, text, "battery staple").await, (422, json!("token")));
    }
    assert_eq!(login(&world, "correct horse").await, 200);
}

#[tokio::test]
async fn asking_for_a_link_says_nothing_about_whether_an_address_is_known() {
    let (world, _) = signed_in().await;
    let before = world.mail_count().await;
    let known = world.post(FORGOT, None, &json!({"email": "ada@example.com"})).await;
    let unknown = world.post(FORGOT, None, &json!({"email": "eve@example.com"})).await;
    assert_eq!((known.status, &known.text), (unknown.status, &unknown.text));
    assert_eq!(world.mail_count().await, before + 1);
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions_and_not_this_one() {
    let (world, first) = signed_in().await;
    let body = json!({"email": "ada@example.com", "password": "correct horse"});
    let second = world.post("/api/auth/login", None, &body).await.json()["data"].clone();
    let path = format!("/api/users/{}/change-password", first["user"]["id"].as_str().unwrap());
    let change = |current: &str, new: &str| {
        let body = json!({"currentPassword": current, "newPassword": new});
        let (world, path, token) = (&world, path.clone(), token(&first).to_owned());
        async move { world.ask(Method::POST, &path, &token, Some(&body)).await }
    };
    let wrong = change("correct mule", "battery staple").await;
    assert_eq!(wrong.refused(), ("currentPassword".to_owned(), "invalid".to_owned()));
    let weak = change("correct horse", "12345678").await;
    assert_eq!(weak.refused().0, "newPassword");
    assert_eq!(change("correct horse", "battery staple").await.status, 204);
    world.clock.advance(60);
    assert_eq!(world.get("/api/users/me", Some(token(&first))).await.status, 200);
    assert_eq!(world.get("/api/users/me", Some(token(&second))).await.problem().0, 401);
    let eve = world.owner("eve@example.com").await;
    let body = json!({"currentPassword": "battery staple", "newPassword": "eves own words"});
    let foreign = world.ask(Method::POST, &path, eve.access_token.expose(), Some(&body)).await;
    assert_eq!(foreign.problem().0, 404);
}

async fn verified(world: &World, signed: &Value) -> Value {
    let me = world.get("/api/users/me", Some(token(signed))).await;
    me.json()["data"]["emailVerified"].clone()
}

#[tokio::test]
async fn an_address_is_proved_by_the_link_of_the_mail() {
    let (world, first) = signed_in().await;
    assert_eq!(verified(&world, &first).await, json!(false));
    let early = world.mailed_token("ada@example.com").await;
    let again = "/api/auth/resend-verification";
    assert_eq!(world.ask(Method::POST, again, token(&first), None).await.status, 204);
    let late = world.mailed_token("ada@example.com").await;
    let verify = |text: String| {
        let world = &world;
        async move {
            let body = json!({"token": text});
            world.post("/api/auth/verify-email", None, &body).await.status.as_u16()
        }
    };
    assert_eq!(
        (verify(early).await, verify(late.clone()).await, verify(late).await),
        (422, 204, 422)
    );
    assert_eq!(verified(&world, &first).await, json!(true));
    let known = world.ask(Method::POST, again, token(&first), None).await;
    assert_eq!(known.problem(), (409, "already_verified".to_owned()));
}
