//! `POST /api/auth/login` and `GET /api/users/me`

use std::time::{Duration, Instant};

use serde_json::{Value, json};

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

#[expect(clippy::print_stdout, reason = "the distribution is worth seeing")]
/// How long each of many requests about a known and an unknown address took, sorted.
async fn timed(path: &str, rounds: u32, body: impl Fn(&str) -> Value) -> [Vec<Duration>; 2] {
    let world = World::new(clearmargin_identity::routes()).await;
    world.post("/api/auth/register", None, &registration("ada@example.com")).await;
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (times, email) in times.iter_mut().zip(["ada@example.com", "eve@example.com"]) {
            let began = Instant::now();
            world.post(path, None, &body(email)).await;
            times.push(began.elapsed());
        }
        // So that no limit is met.
        world.clock.advance(3_600);
    }
    for (times, whose) in times.iter_mut().zip(["known", "unknown"]) {
        times.sort_unstable();
        let at = |per_cent: usize| times[(times.len() - 1) * per_cent / 100];
        println!("{path} {whose}: {:?} {:?} {:?} {:?}", at(0), at(50), at(95), at(100));
    }
    times
}

/// Whether the middles of the distributions are closer to each other than their quarters reach.
fn alike([known, unknown]: [Vec<Duration>; 2]) -> bool {
    let at = |times: &[Duration], quarters: usize| times[(times.len() - 1) * quarters / 4];
    let inside = |a: &[Duration], b: &[Duration]| {
        let (slack, middle) = (at(a, 2) / 10, at(b, 2));
        at(a, 1) <= middle + slack && middle <= at(a, 3) + slack
    };
    inside(&known, &unknown) || inside(&unknown, &known)
}

#[tokio::test]
async fn an_unknown_address_takes_as_long_as_a_wrong_password() {
    let body = |email: &str| json!({"email": email, "password": "correct mule"});
    assert!(alike(timed("/api/auth/login", 30, body).await));
}

#[tokio::test]
async fn asking_for_a_link_takes_as_long_whether_anybody_has_the_address() {
    let body = |email: &str| json!({"email": email});
    assert!(alike(timed("/api/auth/forgot-password", 60, body).await));
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
