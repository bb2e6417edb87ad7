//! Reading requests, and refusing them.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use clearmargin_domain::{id::ClientId, source::Source};
use serde_json::json;

use crate::{
    sample,
    world::{World, request},
};

const NOTE: &str = r#"{"text":"a","hourlyCost":42.50}"#;

fn problem(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let world = World::new(sample::routes()).await;
    assert_eq!(world.get("/nothing", None).await.problem(), problem(404, "not_found"));
    let answer = world.post("/sample/hello", None, &json!({})).await;
    assert_eq!(answer.problem(), problem(405, "method_not_allowed"));
    assert_eq!(answer.header("allow"), "GET,HEAD");
}

#[tokio::test]
async fn a_body_is_refused_by_what_is_wrong_with_it() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    let post = |body: &str| {
        let body = body.to_owned();
        let world = &world;
        async move { world.post_with("/sample/notes", token, &[], &body).await }
    };
    assert_eq!(post("{\"text\":").await.problem(), problem(400, "malformed"));
    assert_eq!(post("").await.problem(), problem(400, "malformed"));
    let refused = |path: &str, code: &str| (path.to_owned(), code.to_owned());
    let unknown = post(r#"{"text":"a","hourlyCost":1,"x":1}"#).await;
    assert_eq!(unknown.refused(), refused("x", "unknown"));
    assert_eq!(post(r#"{"text":"a"}"#).await.refused(), refused("hourlyCost", "required"));
    let wrong = post(r#"{"text":7,"hourlyCost":1}"#).await;
    assert_eq!(wrong.refused(), refused("text", "invalid"));
    let precise = post(r#"{"text":"a","hourlyCost":42.505}"#).await;
    assert_eq!(precise.refused(), refused("hourlyCost", "invalid"));
    assert_eq!(post("[]").await.problem(), problem(422, "invalid"));
    let exact = post(r#"{"text":"a","hourlyCost":92233720368547758.07}"#).await;
    assert_eq!(exact.status, StatusCode::CREATED, "{exact:?}");
    assert_eq!(exact.json()["data"]["minor"].to_string(), i64::MAX.to_string());
}

#[tokio::test]
async fn a_body_of_another_kind_or_too_large_is_refused() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    for kind in [&[("content-type", "text/plain")][..], &[]] {
        let request = request(Method::POST, "/sample/notes", token, kind, Body::from(NOTE));
        let answer = world.send(request).await;
        assert_eq!(answer.problem(), problem(415, "unsupported_media_type"));
    }
    let large = format!(r#"{{"text":"{}","hourlyCost":1}}"#, "a".repeat(1024 * 1024));
    for headers in [&[][..], &[("idempotency-key", "k")]] {
        let answer = world.post_with("/sample/notes", token, headers, &large).await;
        assert_eq!(answer.problem(), problem(413, "too_large"));
    }
    let utf8 = [("content-type", "application/json; charset=utf-8")];
    let request = request(Method::POST, "/sample/notes", token, &utf8, Body::from(NOTE));
    assert_eq!(world.send(request).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_query_parameter_is_known_and_right_or_refused() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    let answer = world.get("/sample/notes?limit=2&about=x%20y&cursor=c", token).await;
    let expected =
        r#"{"data":[{"text":"x y","hourlyCost":42.50}],"page":{"limit":2,"nextCursor":"c"}}"#;
    assert_eq!(answer.text, expected);
    for (query, path, code) in [
        ("limit=0", "query.limit", "invalid"),
        ("limit=101", "query.limit", "invalid"),
        ("limit=many", "query.limit", "invalid"),
        ("limit=1&limit=2", "query.limit", "duplicate"),
        ("abuot=x", "query.abuot", "unknown"),
    ] {
        let answer = world.get(&format!("/sample/notes?{query}"), token).await;
        assert_eq!(answer.refused(), (path.to_owned(), code.to_owned()), "{query}");
    }
    // Also where the handler reads no query at all.
    let answer = world.get("/sample/hello?name=x", None).await;
    assert_eq!(answer.refused(), ("query.name".to_owned(), "unknown".to_owned()));
}

#[tokio::test]
async fn an_id_of_another_kind_names_nothing() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    let client = ClientId::imported(owner.org, Source::SuperOps, "1");
    let user = owner.user.id;
    for id in
        [client.to_string(), "1".to_owned(), user.to_string().to_lowercase(), "%FF".to_owned()]
    {
        let answer = world.get(&format!("/sample/users/{id}"), token).await;
        assert_eq!(answer.problem(), problem(404, "not_found"), "{id}");
    }
    let missing = world.get(&format!("/sample/users/{client}"), token).await;
    assert_eq!(missing.json()["detail"], "user not found");
    let both = world.get(&format!("/sample/clients/{client}/users/{user}"), token).await;
    assert_eq!(both.json()["data"], format!("{client} {user}"));
    let swapped = world.get(&format!("/sample/clients/{user}/users/{client}"), token).await;
    assert_eq!(swapped.json()["detail"], "client not found");
}

#[tokio::test]
async fn a_fault_of_ours_says_nothing_about_itself() {
    let world = World::new(sample::routes()).await;
    let answer = world.get("/sample/fail", None).await;
    assert_eq!(answer.problem(), problem(500, "internal"));
    assert!(!answer.text.contains("hunter2"));
    assert_eq!(answer.json()["instance"], "/sample/fail");
}

#[tokio::test]
async fn every_answer_has_the_request_s_id() {
    let world = World::new(sample::routes()).await;
    let hello = |headers: &'static [(&str, &str)]| {
        request(Method::GET, "/sample/hello", None, headers, Body::empty())
    };
    let given = [("x-request-id", "abc-1"), ("x-correlation-id", "corr.2")];
    let answer = world.send(request(Method::GET, "/sample/hello", None, &given, Body::empty()));
    let answer = answer.await;
    assert_eq!(
        (answer.header("x-request-id"), answer.header("x-correlation-id")),
        ("abc-1", "corr.2")
    );
    assert_eq!(answer.json()["data"], "abc-1");
    let made = world.send(hello(&[])).await;
    assert_eq!(made.header("x-request-id").len(), 32);
    assert_eq!(made.json()["data"], made.header("x-request-id"));
    let odd = world.send(hello(&[("x-request-id", "a b\"c")])).await;
    assert_eq!(odd.header("x-request-id").len(), 32);
}

#[tokio::test]
async fn an_answer_that_is_known_is_not_sent_again() {
    let world = World::new(sample::routes()).await;
    let id = ("x-request-id", "same");
    let get = |headers: &[(&str, &str)]| {
        world.send(request(Method::GET, "/sample/hello", None, headers, Body::empty()))
    };
    let first = get(&[id]).await;
    let tag = first.header("etag").to_owned();
    assert!(tag.len() > 40, "{first:?}");
    for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        let again = get(&[id, ("if-none-match", &known)]).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{known}");
        assert_eq!(again.header("etag"), tag);
    }
    let changed = get(&[("x-request-id", "other"), ("if-none-match", &tag)]).await;
    assert_eq!(changed.status, StatusCode::OK);
    let head = request(Method::HEAD, "/sample/hello", None, &[id], Body::empty());
    let head = world.send(head).await;
    assert_eq!((head.status, head.header("etag")), (StatusCode::OK, ""));
}

#[tokio::test]
async fn answers_carry_headers_that_hold_browsers_back() {
    let world = World::new(sample::routes()).await;
    let answer = world.get("/sample/hello", None).await;
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("x-frame-options"), "DENY");
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert!(answer.header("strict-transport-security").starts_with("max-age="));
    let answer = world.post("/sample/hello", None, &json!({})).await;
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn only_configured_web_pages_may_call() {
    let world = World::new(sample::routes()).await;
    let preflight = |origin: &'static str| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization,idempotency-key"),
        ];
        world.send(request(Method::OPTIONS, "/sample/notes", None, &headers, Body::empty()))
    };
    let ours = preflight("https://dashboard.example").await;
    assert_eq!(ours.header("access-control-allow-origin"), "https://dashboard.example");
    assert!(ours.header("access-control-allow-headers").contains("idempotency-key"));
    let other = preflight("https://evil.example").await;
    assert_eq!(other.header("access-control-allow-origin"), "");
}
