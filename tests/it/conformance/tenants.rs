//! What is another organisation's is not there, whatever is done to it.

use super::world::{World, has_ids};

#[tokio::test(flavor = "multi_thread")]
async fn another_organisations_ids_are_404_in_every_operation_and_nothing_changes() {
    let world = World::start().await;
    let owner = world.bench.techwave().await;
    world.furnish(&owner).await;
    let stranger = world.bench.register("someone@elsewhere.com").await;
    let ids = world.ids(&owner).await;
    let before = world.bench.table_hash().await;
    let mut refused = 0;
    for operation in world.document.operations.iter().filter(|one| has_ids(one)) {
        let (path, exist) = ids.fill(operation);
        assert!(exist, "nothing in the test's world is at {path}");
        let answer = world.send(operation, world.request(operation, &ids, &stranger)).await;
        assert_eq!(answer.status, 404, "{} {path} {answer:?}", operation.method);
        refused += 1;
    }
    assert!(refused >= 5, "{refused}");
    assert_eq!(world.bench.table_hash().await, before);
}
