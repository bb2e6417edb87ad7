//! Liveness asks nobody; readiness asks the parts, and not for every question.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use clearmargin_app::{App, Archive, ArchiveError, Queue, QueueError};
use clearmargin_domain::job::Envelope;
use serde_json::{Value, json};

use crate::world::World;

/// A queue that counts how often it was asked, and answers as it is told.
#[derive(Default)]
struct Asked {
    times: AtomicU32,
    fails: bool,
    hangs: bool,
}

#[async_trait]
impl Queue for Asked {
    async fn send(&self, _: &[Envelope], _: Duration) -> Result<(), QueueError> {
        Ok(())
    }

    async fn ping(&self) -> Result<(), QueueError> {
        self.times.fetch_add(1, Ordering::Relaxed);
        if self.hangs {
            std::future::pending::<()>().await;
        }
        if self.fails { Err(QueueError("hunter2".into())) } else { Ok(()) }
    }
}

struct NoBucket;

#[async_trait]
impl Archive for NoBucket {
    async fn put(&self, _: &str, _: Vec<u8>) -> Result<(), ArchiveError> {
        Ok(())
    }

    async fn put_new(&self, _: &str, _: Vec<u8>) -> Result<bool, ArchiveError> {
        Ok(true)
    }

    async fn get(&self, _: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
        Ok(None)
    }

    async fn remove_all(&self, _: &str) -> Result<(), ArchiveError> {
        Ok(())
    }

    async fn ping(&self) -> Result<(), ArchiveError> {
        Err(ArchiveError("hunter2".into()))
    }
}

async fn world_with(queue: Asked) -> (World, Arc<Asked>) {
    let world = World::new(clearmargin_system::routes()).await;
    let queue = Arc::new(queue);
    let app = App { queue: queue.clone(), ..world.app.clone() };
    (world.with(app, clearmargin_system::routes()), queue)
}

/// The status of each part.
fn parts(checks: &Value) -> Vec<(&str, &str)> {
    let checks = checks.as_array().unwrap();
    assert!(checks.iter().all(|check| check["latencyMs"].as_u64().is_some()));
    checks
        .iter()
        .map(|check| (check["part"].as_str().unwrap(), check["status"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_service_is_alive_whatever_its_table_does() {
    let world = World::without_table(clearmargin_system::routes()).await;
    let answer = world.get("/api/health", None).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["data"]["status"]), (200, &json!("ok")));
}

#[tokio::test]
async fn a_service_that_reaches_all_its_parts_is_ready() {
    let world = World::new(clearmargin_system::routes()).await;
    let answer = world.get("/api/health/ready", None).await;
    let data = &answer.json()["data"];
    assert_eq!((answer.status.as_u16(), &data["status"]), (200, &json!("ready")));
    assert_eq!(data["asOf"], "2026-07-01T12:00:00Z");
    assert_eq!(parts(&data["checks"]), [("table", "ok"), ("queue", "ok"), ("archive", "ok")]);
}

#[tokio::test]
async fn a_part_that_fails_is_named_and_its_reason_is_not_told() {
    let world = World::without_table(clearmargin_system::routes()).await;
    let answer = world.get("/api/health/ready", None).await;
    assert_eq!(answer.problem(), (503, "unavailable".to_owned()));
    assert_eq!(answer.header("retry-after"), "1");
    let expected = [("table", "failed"), ("queue", "ok"), ("archive", "ok")];
    assert_eq!(parts(&answer.json()["checks"]), expected);

    let (world, _) = world_with(Asked { fails: true, ..Asked::default() }).await;
    let app = App { archive: Arc::new(NoBucket), ..world.app.clone() };
    let world = world.with(app, clearmargin_system::routes());
    let answer = world.get("/api/health/ready", None).await;
    assert_eq!(answer.problem().0, 503);
    let expected = [("table", "ok"), ("queue", "failed"), ("archive", "failed")];
    assert_eq!(parts(&answer.json()["checks"]), expected);
    assert!(!answer.text.contains("hunter2"));
}

#[tokio::test]
async fn a_part_that_never_answers_has_failed_after_two_seconds() {
    let (world, _) = world_with(Asked { hangs: true, ..Asked::default() }).await;
    let answer = world.get("/api/health/ready", None).await;
    assert_eq!(answer.problem().0, 503);
    let checks = &answer.json()["checks"];
    assert_eq!(parts(checks), [("table", "ok"), ("queue", "failed"), ("archive", "ok")]);
    assert!(checks[1]["latencyMs"].as_u64().unwrap() >= 2_000, "{checks}");
}

#[tokio::test]
async fn many_questions_at_once_and_for_five_seconds_are_one_to_the_parts() {
    let (world, queue) = world_with(Asked::default()).await;
    let ask = || world.get("/api/health/ready", None);
    let answers = tokio::join!(ask(), ask(), ask(), ask());
    assert_eq!(answers.3.status.as_u16(), 200);
    world.clock.advance(4);
    ask().await;
    assert_eq!(queue.times.load(Ordering::Relaxed), 1);
    world.clock.advance(1);
    ask().await;
    assert_eq!(queue.times.load(Ordering::Relaxed), 2);
}
