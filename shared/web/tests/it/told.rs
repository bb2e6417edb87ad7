//! What the journal is told of requests.

use axum::{body::Body, http::Method};

use crate::{
    sample,
    world::{World, request},
};

#[tokio::test]
async fn a_request_is_told_by_its_route_and_with_what_it_consumed() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    let path = format!("/sample/users/{}", owner.user.id);
    // The first request of a process reads keys and leases a share of the rate limit, too.
    world.get(&path, token).await;
    let before = world.last_told();
    world.get(&path, token).await;
    let told = world.last_told();
    assert_eq!((told.method, told.status, told.org), ("GET", 200, Some(owner.org)));
    assert_eq!(told.route.as_deref(), Some("/sample/users/{id}"));
    assert_eq!((told.consumed.read_tenths, told.consumed.write_tenths), (10, 0));
    assert!(before.consumed.read_tenths > 10, "{before:?}");
    assert!(!format!("{told:?}").contains(&owner.user.id.to_string()));
}

#[tokio::test]
async fn requests_at_the_same_time_are_told_apart() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    let path = format!("/sample/users/{}", owner.user.id);
    world.get(&path, token).await;
    let ask = |_| world.get(&path, token);
    futures_util::future::join_all((0..20).map(ask)).await;
    assert_eq!(world.last_told().consumed.read_tenths, 10);
}

#[tokio::test]
async fn whoever_may_not_is_told_of_with_their_organisation_and_strangers_without() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    world.get("/sample/unsaid", token).await;
    let told = world.last_told();
    assert_eq!((told.status, told.org), (403, Some(owner.org)));
    world.get("/sample/notes", None).await;
    let told = world.last_told();
    assert_eq!((told.status, told.org), (401, None));
    world.get("/sample/nothing/here", None).await;
    let told = world.last_told();
    assert_eq!((told.status, told.route), (404, None));
}

#[tokio::test]
async fn callers_cannot_make_up_methods() {
    let world = World::new(sample::routes()).await;
    for (method, known) in [("HEAD", "HEAD"), ("BREW", "OTHER"), ("get", "OTHER")] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        world.send(request(method, "/sample/hello", None, &[], Body::empty())).await;
        assert_eq!(world.last_told().method, known);
    }
}
