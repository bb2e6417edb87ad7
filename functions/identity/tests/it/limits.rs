//! How often somebody may try, over HTTP: by account and by where the attempts come from.

use std::net::IpAddr;

use axum::{body::Body, http::Method};
use clearmargin_web::ClientAddress;
use serde_json::{Value, json};

use crate::{
    sessions::signed_in,
    world::{Answer, World, request},
};

async fn from(world: &World, address: &str, path: &str, body: &Value) -> Answer {
    let json = [("content-type", "application/json")];
    let mut request = request(Method::POST, path, None, &json, Body::from(body.to_string()));
    let address: IpAddr = address.parse().unwrap();
    request.extensions_mut().insert(ClientAddress(address));
    world.send(request).await
}

async fn login(world: &World, address: &str, email: &str) -> u16 {
    let body = json!({"email": email, "password": "wrong horse"});
    from(world, address, "/api/auth/login", &body).await.status.as_u16()
}

/// How many attempts are let through of so many.
async fn passed(world: &World, address: &str, email: &str, attempts: usize) -> usize {
    let mut passed = 0;
    for _ in 0..attempts {
        match login(world, address, email).await {
            401 => passed += 1,
            status => assert_eq!(status, 429),
        }
    }
    passed
}

#[tokio::test]
async fn ten_attempts_on_an_account_from_an_address_whether_anybody_has_it_or_not() {
    let (world, _) = signed_in().await;
    for email in ["ada@example.com", "nobody@example.com"] {
        assert_eq!(passed(&world, "192.0.2.7", email, 15).await, 10, "{email}");
    }
    let body = json!({"email": "ada@example.com", "password": "correct horse"});
    let refused = from(&world, "192.0.2.7", "/api/auth/login", &body).await;
    assert_eq!(refused.problem(), (429, "too_many_requests".to_owned()), "the right one, too");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=90).contains(&wait), "{wait}");
    assert_eq!(from(&world, "192.0.2.8", "/api/auth/login", &body).await.status, 200);
    world.clock.advance(wait);
    assert_eq!(from(&world, "192.0.2.7", "/api/auth/login", &body).await.status, 200);
}

#[tokio::test]
async fn fifty_attempts_on_an_account_from_everywhere() {
    let (world, _) = signed_in().await;
    let mut all = 0;
    for host in 1..=8 {
        all += passed(&world, &format!("198.51.100.{host}"), "ada@example.com", 10).await;
    }
    assert_eq!(all, 50);
}

#[tokio::test]
async fn addresses_of_one_network_are_one() {
    let (world, _) = signed_in().await;
    let mut all = 0;
    for host in 1..=4 {
        all += passed(&world, &format!("2001:db8:1:2::{host}"), "ada@example.com", 5).await;
    }
    assert_eq!(all, 10);
}

#[tokio::test]
async fn links_for_a_new_password_are_five_an_hour_for_an_account_known_or_not() {
    let (world, _) = signed_in().await;
    for email in ["ada@example.com", "nobody@example.com"] {
        let mut statuses = Vec::new();
        for host in 1..=7 {
            let path = "/api/auth/forgot-password";
            let address = format!("192.0.2.{host}");
            let answer = from(&world, &address, path, &json!({"email": email})).await;
            statuses.push(answer.status.as_u16());
        }
        assert_eq!(statuses, [204, 204, 204, 204, 204, 429, 429], "{email}");
    }
}

#[tokio::test]
async fn a_password_typed_anew_is_limited_as_well() {
    let (world, ada) = signed_in().await;
    let token = crate::sessions::token(&ada);
    let mut statuses = Vec::new();
    for _ in 0..12 {
        let body = json!({"password": "wrong horse"});
        let path = "/api/auth/second-factor";
        let answer = world.ask(Method::POST, path, token, Some(&body)).await;
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses, [vec![422; 10], vec![429; 2]].concat());
}
