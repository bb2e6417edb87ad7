//! `POST /api/auth/login` and `GET /api/users/me`

use serde_json::json;

use crate::{registration, world::World};

const LOGIN: &str = "/api/auth/login";

#[tokio::test]
async fn whoever_knows_the_password_signs_in() {
    let world = World::new(clearmargin_identity::routes()).await;
    let registered = world.post("/api/auth/register", None, &registration("ada@example.com")).await;
    world.clock.advance(86_400);
    let body = json!({"email": " ADA@example.com", "password": "correct horse"});
    let answer = world.post(LOGIN, None, &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["data"]["user"], registered.json()["data"]["user"]);
    assert_eq!(answer.header("cache-control"), "no-store");
    let token = answer.json()["data"]["accessToken"].as_str().unwrap().to_owned();
    assert_eq!(world.get("/api/users/me", Some(&token)).await.status, 200);
    let old = registered.json()["data"]["accessToken"].as_str().unwrap().to_owned();
    assert_eq!(world.get("/api/users/me", Some(&old)).await.problem().0, 401);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_the_same() {
    let world = World::new(clearmargin_identity::routes()).await;
    world.post("/api/auth/register", None, &registration("ada@example.com")).await;
    let mut messages = Vec::new();
    for (email, password) in [
        ("ada@example.com", "correct mule"),
        ("eve@example.com", "correct horse"),
        ("ada@example.com", ""),
        ("nobody", "correct horse"),
    ] {
        let answer = world.post(LOGIN, None, &json!({"email": email, "password": password})).await;
        assert_eq!(answer.problem(), (401, "bad_credentials".to_owned()));
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
        messages.push(answer.json()["detail"].clone());
    }
    messages.dedup();
    assert_eq!(messages.len(), 1);
}

#[tokio::test]
async fn an_unknown_address_costs_the_work_of_a_wrong_password() {
    let world = World::new(clearmargin_identity::routes()).await;
    world.post("/api/auth/register", None, &registration("ada@example.com")).await;
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..5 {
        for (times, email) in times.iter_mut().zip(["ada@example.com", "eve@example.com"]) {
            let began = std::time::Instant::now();
            world.post(LOGIN, None, &json!({"email": email, "password": "correct mule"})).await;
            times.push(began.elapsed());
        }
    }
    let [known, unknown] = times.map(|times| times.into_iter().min().unwrap());
    // Hashing dwarfs everything else; without it an unknown address would take a tenth.
    assert!(unknown * 2 > known, "{unknown:?} for an unknown address, {known:?} for a known one");
}

#[tokio::test]
async fn what_is_no_sign_in_is_refused() {
    let world = World::new(clearmargin_identity::routes()).await;
    let extra = json!({"email": "a@example.com", "password": "correct horse", "remember": true});
    let answer = world.post(LOGIN, None, &extra).await;
    assert_eq!(answer.refused(), ("remember".to_owned(), "unknown".to_owned()));
    let half = world.post(LOGIN, None, &json!({"email": "a@example.com"})).await;
    assert_eq!(half.refused(), ("password".to_owned(), "required".to_owned()));
    let cut = world.post_with(LOGIN, None, &[], "{\"email\":").await;
    assert_eq!(cut.problem(), (400, "malformed".to_owned()));
}
