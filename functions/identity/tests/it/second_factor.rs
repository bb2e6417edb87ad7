//! The second factor.

use axum::http::Method;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::{
    sessions::{signed_in, token},
    world::{Answer, World},
};

const FACTOR: &str = "/api/auth/second-factor";

/// The code that an app shows now.
fn code(world: &World, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let now = u64::try_from(world.now().as_second()).unwrap();
    Builder::new().with_secret(secret).build().unwrap().generate(now).to_string()
}

async fn login(world: &World, code: Option<&str>) -> Answer {
    let body = json!({"email": "ada@example.com", "password": "correct horse", "code": code});
    world.post("/api/auth/login", None, &body).await
}

/// Somebody with a second factor: the app's secret, the recovery codes.
async fn with_factor() -> (World, Value, String, Vec<String>) {
    let (world, first) = signed_in().await;
    let body = json!({"password": "correct horse"});
    let begun = world.ask(Method::POST, FACTOR, token(&first), Some(&body)).await;
    let secret = begun.json()["data"]["secret"].as_str().unwrap().to_owned();
    assert!(begun.json()["data"]["uri"].as_str().unwrap().contains(&secret));
    assert_eq!(login(&world, None).await.status, 200, "it does not count yet");
    let body = json!({"code": code(&world, &secret)});
    let path = format!("{FACTOR}/confirm");
    let on = world.ask(Method::POST, &path, token(&first), Some(&body)).await;
    assert_eq!(on.status, 200, "{on:?}");
    let codes = on.json()["data"]["recoveryCodes"].as_array().unwrap().clone();
    let codes = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    world.clock.advance(60);
    (world, first, secret, codes)
}

#[tokio::test]
async fn signing_in_takes_a_code_and_each_code_counts_once() {
    let (world, _, secret, _) = with_factor().await;
    assert_eq!(login(&world, None).await.problem().1, "second_factor_required");
    assert_eq!(login(&world, Some("000000")).await.problem().1, "bad_second_factor");
    let now = code(&world, &secret);
    assert_eq!(login(&world, Some(&now)).await.status, 200);
    assert_eq!(login(&world, Some(&now)).await.problem().1, "bad_second_factor");
    world.clock.advance(30);
    assert_eq!(login(&world, Some(&code(&world, &secret))).await.status, 200);
}

#[tokio::test]
async fn of_logins_with_one_code_at_the_same_time_one_gets_in() {
    let (world, _, secret, _) = with_factor().await;
    let now = code(&world, &secret);
    let logins = (0..8).map(|_| login(&world, Some(&now)));
    let answers = futures_util::future::join_all(logins).await;
    let good = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(good, 1, "{answers:?}");
}

#[tokio::test]
async fn a_recovery_code_lets_in_once() {
    let (world, first, _, codes) = with_factor().await;
    assert_eq!(codes.len(), 10);
    assert_eq!(login(&world, Some(&codes[3].to_lowercase())).await.status, 200);
    assert_eq!(login(&world, Some(&codes[3])).await.problem().1, "bad_second_factor");
    let body = json!({"refreshToken": first["refreshToken"]});
    let signed = world.post("/api/auth/refresh", None, &body).await.json()["data"].clone();
    let me = world.get("/api/users/me", Some(token(&signed))).await.json()["data"].clone();
    assert_eq!((&me["secondFactor"], &me["recoveryCodesLeft"]), (&json!(true), &json!(9)));
}

#[tokio::test]
async fn the_password_is_asked_before_it_is_turned_off() {
    let (world, first, _, _) = with_factor().await;
    let off = |password: &str| {
        let (body, world, token) =
            (json!({"password": password}), &world, token(&first).to_owned());
        async move {
            world.ask(Method::POST, "/api/auth/second-factor/turn-off", &token, Some(&body)).await
        }
    };
    assert_eq!(off("wrong horse").await.refused().0, "password");
    assert_eq!(off("correct horse").await.status, 204);
    assert_eq!(off("correct horse").await.problem().0, 404);
    assert_eq!(login(&world, None).await.status, 200);
}

#[tokio::test]
async fn neither_secret_nor_recovery_codes_are_in_the_table() {
    let (world, first, secret, codes) = with_factor().await;
    let id = first["user"]["id"].as_str().unwrap().parse().unwrap();
    let account = world.app.store.directory().account(id).await.unwrap().unwrap();
    let text = serde_json::to_string(&account.value).unwrap();
    assert!(!text.contains(&secret) && codes.iter().all(|code| !text.contains(code)));
}
