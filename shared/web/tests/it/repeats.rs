//! Requests that are safe to repeat.

use std::task::Poll;

use axum::http::StatusCode;
use clearmargin_app::identity::Signed;
use clearmargin_domain::job::Job;

use crate::{
    sample,
    world::{Answer, World},
};

const NOTE: &str = r#"{"text":"a","hourlyCost":1}"#;

#[tokio::test]
async fn a_repeated_request_is_answered_as_before() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    let key = [("idempotency-key", "order-1")];
    let first = world.post_with("/sample/notes", token, &key, NOTE).await;
    let again = world.post_with("/sample/notes", token, &key, NOTE).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(first.text, again.text);
    let replayed = |answer: &Answer| answer.header("idempotent-replayed") == "true";
    assert!(!replayed(&first) && replayed(&again));
    let fresh = world.post_with("/sample/notes", token, &[], NOTE).await;
    assert_ne!(first.text, fresh.text);
    world.clock.advance(800);
    let later = world.post_with("/sample/notes", token, &key, NOTE).await;
    assert_eq!(first.text, later.text);
}

#[tokio::test]
async fn a_key_with_another_question_is_refused() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    let key = [("idempotency-key", "order-1")];
    world.post_with("/sample/notes", token, &key, NOTE).await;
    let other = world.post_with("/sample/notes", token, &key, r#"{"text":"b","hourlyCost":1}"#);
    assert_eq!(other.await.problem(), (422, "idempotency_key_reused".to_owned()));
}

#[tokio::test]
async fn one_caller_s_key_is_nothing_to_another() {
    let world = World::new(sample::routes()).await;
    let ada = world.owner("ada@example.com").await;
    let eve = world.owner("eve@example.com").await;
    let key = [("idempotency-key", "order-1")];
    let hers = world.post_with("/sample/notes", Some(ada.access_token.expose()), &key, NOTE).await;
    let other = world.post_with("/sample/notes", Some(eve.access_token.expose()), &key, NOTE).await;
    assert_eq!(other.status, StatusCode::CREATED);
    assert_ne!(hers.text, other.text);
}

#[tokio::test]
async fn requests_at_the_same_time_are_carried_out_once() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    let key = [("idempotency-key", "order-1")];
    let posts = (0..100).map(|_| world.post_with("/sample/notes", token, &key, NOTE));
    let answers = futures_util::future::join_all(posts).await;
    let mut made: Vec<_> =
        answers.iter().filter(|answer| answer.status == StatusCode::CREATED).collect();
    assert!(!made.is_empty());
    made.dedup_by(|a, b| a.text == b.text);
    assert_eq!(made.len(), 1);
    for answer in answers.iter().filter(|answer| answer.status != StatusCode::CREATED) {
        assert!(matches!(answer.problem().0, 409 | 503), "{answer:?}");
    }
    let after = world.post_with("/sample/notes", token, &key, NOTE).await;
    assert_eq!(after.text, made[0].text);
    assert_eq!(executions(&world, &owner).await, 1);
}

/// How many notes were written.
async fn executions(world: &World, owner: &Signed) -> usize {
    let waiting = world.app.store.outbox().waiting(owner.org).await.unwrap();
    let pings = waiting.iter().flat_map(clearmargin_store::OutboxRecord::messages);
    pings.filter(|message| matches!(message.job, Job::MatchClients { .. })).count()
}

#[tokio::test]
async fn a_request_given_up_anywhere_and_sent_again_is_carried_out_once() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    let mut finished = 0;
    for polls in 1.. {
        let key = format!("order-{polls}");
        let key = [("idempotency-key", key.as_str())];
        let mut first = Box::pin(world.post_with("/sample/notes", token, &key, NOTE));
        let mut left = polls;
        // Each poll goes on to the next thing that has to be waited for.
        let given_up = futures_util::future::poll_fn(|context| {
            if left == 0 {
                return Poll::Ready(None);
            }
            left -= 1;
            first.as_mut().poll(context).map(Some)
        });
        let answered = given_up.await.is_some();
        drop(first);
        // What was on its way to the table may still arrive there.
        let again = loop {
            let again = world.post_with("/sample/notes", token, &key, NOTE).await;
            if again.status == StatusCode::CREATED {
                break again;
            }
            assert!(matches!(again.problem().0, 409 | 503), "{again:?}");
        };
        let third = world.post_with("/sample/notes", token, &key, NOTE).await;
        assert_eq!(third.text, again.text);
        assert_eq!(third.header("idempotent-replayed"), "true");
        assert_eq!(executions(&world, &owner).await, polls);
        finished += usize::from(answered);
        if finished == 3 {
            assert!(polls > 3, "given up before it was answered");
            return;
        }
    }
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    let long = "k".repeat(256);
    for key in ["", "a b", long.as_str()] {
        let answer =
            world.post_with("/sample/notes", token, &[("idempotency-key", key)], NOTE).await;
        let refused = ("header.Idempotency-Key".to_owned(), "invalid".to_owned());
        assert_eq!(answer.refused(), refused, "{key:?}");
    }
    let longest = "k".repeat(255);
    let key = [("idempotency-key", longest.as_str())];
    let answer = world.post_with("/sample/notes", token, &key, NOTE).await;
    assert_eq!(answer.status, StatusCode::CREATED);
}
