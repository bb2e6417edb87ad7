//! Every operation that changes something leaves exactly one row in the audit trail.

use std::collections::BTreeMap;

use super::{
    document::{Answer, Operation},
    world::World,
};

/// A link is mailed by a worker, whoever has the address: its row is the worker's.
const BY_A_WORKER: &str = "POST /api/auth/forgot-password";

/// What succeeds with the examples of the document, and is to succeed here too.
const AT_LEAST: usize = 17;

async fn done(world: &World, operation: &Operation, place: usize) -> (Answer, Vec<String>) {
    // What was done before may have ended the session, or the organisation.
    let token = world.bench.register(&format!("ada{place}@example.com")).await;
    world.furnish_in_place(&token, place).await;
    let ids = world.ids(&token).await;
    let answer = world.send(operation, world.request(operation, &ids, &token)).await;
    world.bench.server.settle().await.unwrap();
    let audited = world.bench.audited(&answer.headers["x-request-id"]);
    (answer, audited)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_something_is_audited_once_and_what_is_refused_never() {
    let world = World::start().await;
    let mut succeeded = BTreeMap::new();
    let writes = world.document.operations.iter().filter(|one| one.method != "GET");
    for (place, operation) in writes.enumerate() {
        let (answer, audited) = done(&world, operation, place).await;
        let success = (200..300).contains(&answer.status);
        let expected = usize::from(success && operation.label() != BY_A_WORKER);
        assert_eq!(audited.len(), expected, "{} {} {audited:?}", operation.label(), answer.status);
        if success {
            succeeded.insert(operation.label(), audited);
        }
    }
    println!("{succeeded:#?}");
    assert!(succeeded.len() >= AT_LEAST, "{}", succeeded.len());
}
