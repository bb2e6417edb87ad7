//! Who gets in, and what everybody is told who does not.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use clearmargin_domain::access::Role;
use serde_json::{Value, json};

use crate::{
    sample,
    tokens::of_role,
    world::{Answer, World, request},
};

#[tokio::test]
async fn without_a_token_nobody_gets_to_anything_that_is_not_public() {
    let world = World::new(sample::routes()).await;
    for path in ["/sample/notes", "/sample/settings", "/sample/unsaid", "/sample/users/1"] {
        let answer = world.get(path, None).await;
        assert_eq!(answer.problem(), (401, "unauthenticated".to_owned()), "{path}");
        assert_eq!(answer.header("ratelimit"), "", "nothing is known of nobody");
    }
    assert_eq!(world.get("/sample/hello", None).await.status, StatusCode::OK);
    // Also with a token that is none: public is public.
    assert_eq!(world.get("/sample/hello", Some("x")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_operation_that_does_not_say_who_may_lets_nobody_in() {
    let world = World::new(sample::routes()).await;
    let owner = of_role(&world, Role::Owner).await;
    let answer = world.get("/sample/unsaid", Some(&owner)).await;
    assert_eq!(answer.problem(), (403, "forbidden".to_owned()));
    assert!(!answer.text.contains("secret"));
}

#[tokio::test]
async fn whoever_may_not_is_refused_before_the_body_is_read() {
    let world = World::new(sample::routes()).await;
    let viewer = of_role(&world, Role::Viewer).await;
    let endless = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    for body in [Body::from("no JSON"), Body::from_stream(endless)] {
        let headers = [("content-type", "text/plain"), ("idempotency-key", "k")];
        let request = request(Method::POST, "/sample/notes", Some(&viewer), &headers, body);
        let answer = world.send(request).await;
        assert_eq!(answer.problem(), (403, "forbidden".to_owned()));
    }
    assert_eq!(world.get("/sample/notes", Some(&viewer)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_not_there_says_so_to_everybody() {
    let world = World::new(sample::routes()).await;
    let viewer = of_role(&world, Role::Viewer).await;
    for token in [None, Some(viewer.as_str())] {
        assert_eq!(world.get("/nothing", token).await.problem().0, 404);
        let delete = request(Method::DELETE, "/sample/notes", token, &[], Body::empty());
        assert_eq!(world.send(delete).await.problem().0, 405);
    }
    let head = request(Method::HEAD, "/sample/notes", None, &[], Body::empty());
    assert_eq!(world.send(head).await.status, StatusCode::UNAUTHORIZED);
}

#[test]
fn the_document_says_who_may() {
    let (_, document) = clearmargin_web::document(vec![sample::routes()]);
    let document = serde_json::to_value(&document).unwrap();
    let write: &Value = &document["paths"]["/sample/notes"]["post"];
    assert_eq!(write["x-roles"], json!(["owner", "admin", "finance"]));
    let words = "For owner, admin and finance. API keys need the scope `costRates.write`.";
    assert!(write["description"].as_str().unwrap().ends_with(words), "{write}");
    assert_eq!(document["paths"]["/sample/hello"]["get"]["x-roles"], Value::Null);
}

fn complete(answer: &Answer, what: &str) {
    for (name, value) in [
        ("access-control-allow-origin", "https://dashboard.example"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {answer:?}");
    }
    assert!(answer.header("strict-transport-security").starts_with("max-age"), "{what}");
    assert!(!answer.header("x-request-id").is_empty(), "{what}");
}

#[tokio::test]
async fn every_refusal_carries_what_every_answer_carries() {
    let world = World::new(sample::routes()).await;
    let owner = of_role(&world, Role::Owner).await;
    let viewer = of_role(&world, Role::Viewer).await;
    let chunks = |count: usize| {
        let chunk = || Ok::<_, std::io::Error>(vec![b' '; 64 * 1024]);
        Body::from_stream(futures_util::stream::iter((0..count).map(move |_| chunk())))
    };
    let json = [("origin", "https://dashboard.example"), ("content-type", "application/json")];
    let keyed = [json[0], json[1], ("idempotency-key", "k")];
    let text = [json[0], ("content-type", "text/plain")];
    let (post, get) = (Method::POST, Method::GET);
    let notes = "/sample/notes";
    for (status, method, path, token, headers, body) in [
        (200, get.clone(), "/sample/hello", None, &json[..], Body::empty()),
        (400, post.clone(), notes, Some(&owner), &json[..], chunks(2)),
        (401, post.clone(), notes, None, &json[..], Body::empty()),
        (403, post.clone(), notes, Some(&viewer), &json[..], Body::empty()),
        (404, get.clone(), "/nothing", None, &json[..], Body::empty()),
        (405, Method::DELETE, notes, None, &json[..], Body::empty()),
        (413, post.clone(), notes, Some(&owner), &json[..], chunks(17)),
        (413, post.clone(), notes, Some(&owner), &keyed[..], chunks(17)),
        (415, post.clone(), notes, Some(&owner), &text[..], Body::empty()),
        (422, post.clone(), notes, Some(&owner), &json[..], Body::from("{}")),
        (500, get, "/sample/fail", None, &json[..], Body::empty()),
    ] {
        let request = request(method, path, token.map(String::as_str), headers, body);
        let answer = world.send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {answer:?}");
        complete(&answer, &format!("{status} {path}"));
    }
}

#[tokio::test]
async fn hostile_bodies_are_refused_cleanly() {
    let world = World::new(sample::routes()).await;
    let owner = of_role(&world, Role::Owner).await;
    let deep = |open: &str, close: &str| {
        format!(r#"{{"text":{}{},"hourlyCost":1}}"#, open.repeat(5_000), close.repeat(5_000))
    };
    let text = |text: &str| format!(r#"{{"text":"{text}","hourlyCost":1}}"#);
    let cost = |cost: &str| format!(r#"{{"text":"a","hourlyCost":{cost}}}"#);
    for body in [
        deep("[", "]").into_bytes(),
        deep("{\"a\":[", "]}").into_bytes(),
        "[".repeat(100_000).into_bytes(),
        cost("1e999999999999").into_bytes(),
        cost(&"9".repeat(100_000)).into_bytes(),
        b"{\"text\":\"\xff\",\"hourlyCost\":1}".to_vec(),
        text("\\ud800").into_bytes(),
        text("\u{0}").into_bytes(),
    ] {
        let headers = [("content-type", "application/json")];
        let start = String::from_utf8_lossy(&body[..30.min(body.len())]).into_owned();
        let post = request(Method::POST, "/sample/notes", Some(&owner), &headers, body.into());
        let answer = world.send(post).await;
        assert!([400, 422].contains(&answer.problem().0), "{start}: {answer:?}");
    }
}

#[tokio::test]
async fn a_version_is_told_and_asked_for() {
    let world = World::new(sample::routes()).await;
    let owner = of_role(&world, Role::Owner).await;
    let owner = Some(owner.as_str());
    let path = "/sample/settings";
    let put = |tag: &str, name: &str| {
        let headers = [("content-type", "application/json"), ("if-match", tag)];
        let body = json!({"name": name}).to_string();
        world.send(request(Method::PUT, path, owner, &headers, body.into()))
    };
    let first = world.get(path, owner).await;
    let seen = first.header("etag").to_owned();
    assert!(seen.starts_with("\"v1-"), "{first:?}");
    let again = request(Method::GET, path, owner, &[("if-none-match", &seen)], Body::empty());
    assert_eq!(world.send(again).await.status, StatusCode::NOT_MODIFIED);
    let changed = put(&seen, "Second").await;
    assert!(changed.header("etag").starts_with("\"v2-"), "{changed:?}");
    assert_eq!(put(&seen, "Third").await.problem(), (412, "stale".to_owned()));
    let weak = format!("W/{}", changed.header("etag"));
    assert_eq!(put(&weak, "Third").await.problem(), (412, "stale".to_owned()));
    assert_eq!(put("v2", "Third").await.problem(), (422, "invalid".to_owned()));
    assert_eq!(world.get(path, owner).await.header("etag"), changed.header("etag"));
    assert_eq!(put("*", "Third").await.status, StatusCode::OK);
}
