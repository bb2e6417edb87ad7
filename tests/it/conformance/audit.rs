//! Every operation that changes something leaves exactly one row in the audit trail, for each
//! transaction that it takes.

use std::collections::BTreeMap;

use super::{
    document::{Answer, Operation},
    world::{PathIds, World},
};

/// A link is mailed by a worker, whoever has the address: its row is the worker's.
const BY_A_WORKER: &str = "POST /api/auth/forgot-password";

/// What only tells what another operation would do, or what would be best.
const CHANGES_NOTHING: [&str; 3] = [
    "POST /api/cost-rates/preview",
    "POST /api/ai/predictions/budget",
    "POST /api/ai/predictions/scenario",
];

/// Makes several things, each in a transaction of its own: one row of each, here of one, and one of
/// who asked.
const ONE_BY_ONE: &str = "POST /api/invoices/recurring";

/// What succeeds with the examples of the document, and is to succeed here too.
const AT_LEAST: usize = 17;

/// Who asks, and for what.
type Asking = (String, PathIds);

async fn furnished(world: &World, place: usize) -> Asking {
    let token = world.bench.register(&format!("ada{place}@example.com")).await;
    let ids = world.furnish_in_place(&token, place).await;
    (token, ids)
}

async fn done(
    world: &World,
    operation: &Operation,
    (token, ids): &Asking,
) -> (Answer, Vec<String>) {
    let answer = world.send(operation, world.request(operation, ids, token)).await;
    world.bench.server.settle().await.unwrap();
    let audited = world.bench.audited(&answer.headers["x-request-id"]);
    (answer, audited)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_something_is_audited_once_and_what_is_refused_never() {
    let world = World::start().await;
    let mut succeeded = BTreeMap::new();
    let mut asking = None;
    let writes = world.document.operations.iter().filter(|one| one.method != "GET");
    for (place, operation) in writes.enumerate() {
        let who = match asking.take() {
            Some(who) => who,
            None => furnished(&world, place).await,
        };
        let (answer, audited) = done(&world, operation, &who).await;
        let success = (200..300).contains(&answer.status);
        let label = operation.label();
        let silent = label == BY_A_WORKER || CHANGES_NOTHING.contains(&label.as_str());
        let more = success && operation.label() == ONE_BY_ONE;
        let expected = usize::from(success && !silent) + usize::from(more);
        assert_eq!(audited.len(), expected, "{} {} {audited:?}", operation.label(), answer.status);
        // What was done may have ended the session, or the organisation.
        asking = (!success).then_some(who);
        if success {
            succeeded.insert(operation.label(), audited);
        }
    }
    println!("{succeeded:#?}");
    assert!(succeeded.len() >= AT_LEAST, "{}", succeeded.len());
}
