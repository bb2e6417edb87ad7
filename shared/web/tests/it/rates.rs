//! How often a caller may ask, however many processes answer.

use axum::{Router, body::Body, http::Method, response::Response};
use clearmargin_domain::limit::Rate;
use clearmargin_web::{Cors, Limits, State};
use tower::ServiceExt as _;

use crate::{
    sample,
    world::{World, request},
};

fn limits(organization: u32, caller: u32) -> Limits {
    Limits { organization: Rate::per_minute(organization), caller: Rate::per_minute(caller) }
}

/// A process of its own on the world's table.
fn process(world: &World, limits: Limits) -> Router {
    let state = State::new(world.app.clone(), Cors::default()).with_limits(limits);
    clearmargin_web::serve(sample::routes(), state)
}

async fn ask(process: &Router, token: &str) -> Response {
    let get = request(Method::GET, "/sample/notes", Some(token), &[], Body::empty());
    process.clone().oneshot(get).await.unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn whoever_asks_too_often_waits() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = owner.access_token.expose();
    let process = process(&world, limits(60, 3));
    for left in [2, 1, 0] {
        let answer = ask(&process, token).await;
        assert_eq!(answer.status(), 200);
        let policy = r#""caller";q=3;w=60, "organization";q=60;w=60"#;
        assert_eq!(header(&answer, "ratelimit-policy"), policy);
        let stands = header(&answer, "ratelimit");
        assert!(stands.starts_with(&format!(r#""caller";r={left};t="#)), "{stands}");
    }
    let refused = ask(&process, token).await;
    assert_eq!((refused.status().as_u16(), header(&refused, "retry-after")), (429, "20"));
    assert!(header(&refused, "ratelimit").starts_with(r#""caller";r=0;t=60"#));
    assert_eq!(header(&refused, "content-type"), "application/problem+json");
    world.clock.advance(19);
    assert_eq!(ask(&process, token).await.status(), 429);
    world.clock.advance(1);
    assert_eq!(ask(&process, token).await.status(), 200);
    assert_eq!(ask(&process, token).await.status(), 429);
}

#[tokio::test]
async fn an_organization_has_a_limit_of_its_own_and_no_other_s() {
    let world = World::new(sample::routes()).await;
    let ada = world.owner("ada@example.com").await;
    let eve = world.owner("eve@example.com").await;
    let process = process(&world, limits(2, 9));
    for status in [200, 200, 429, 429] {
        assert_eq!(ask(&process, ada.access_token.expose()).await.status(), status);
    }
    let refused = ask(&process, ada.access_token.expose()).await;
    let stands = header(&refused, "ratelimit");
    assert!(stands.contains(r#""organization";r=0;"#), "{stands}");
    assert!(stands.starts_with(r#""caller";r=6;"#), "a refusal costs the caller nothing: {stands}");
    assert_eq!(ask(&process, eve.access_token.expose()).await.status(), 200);
}

#[tokio::test]
async fn processes_together_let_in_no_more_than_the_limit() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let processes: Vec<_> = (0..3).map(|_| process(&world, limits(600, 60))).collect();
    let mut admitted = 0_i64;
    for second in 0..90_i64 {
        let asks = processes.iter().cycle().take(9);
        let asks = asks.map(|process| ask(process, owner.access_token.expose()));
        let answers = futures_util::future::join_all(asks).await;
        admitted += i64::try_from(answers.iter().filter(|it| it.status() == 200).count()).unwrap();
        assert!(admitted <= 60 + second, "{admitted} in {second} seconds");
        world.clock.advance(1);
    }
    assert!(admitted >= 140, "{admitted}");
}

#[tokio::test]
async fn an_empty_bucket_is_empty_for_every_process() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let process = process(&world, limits(60, 2));
    let token = owner.access_token.expose();
    for _ in 0..2 {
        assert_eq!(ask(&process, token).await.status(), 200);
    }
    // Another process finds the bucket empty in the table itself.
    let other = self::process(&world, limits(60, 2));
    assert_eq!(ask(&other, token).await.status(), 429);
}

#[tokio::test]
async fn at_a_hundred_requests_a_second_a_request_costs_a_twentieth_of_a_write_unit_at_most() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    for _ in 0..1_000 {
        let answer = world.get("/sample/notes", Some(owner.access_token.expose())).await;
        assert_eq!(answer.status, 200);
        world.clock.pass(10);
    }
    // As the table itself told; what counts the requests is in it, too.
    let tenths: u64 = world.told().iter().map(|told| told.consumed.write_tenths).sum();
    assert!((1..=500).contains(&tenths), "{tenths}");
}
