//! Nobody gets in without a token, and everything documented is there.

use super::world::{PathIds, World};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_or_with_a_forged_one_every_operation_is_closed_that_is_not_public() {
    let world = World::start().await;
    let ids = PathIds::default();
    let mut closed = 0;
    for operation in world.document.operations.iter().filter(|one| !one.is_public()) {
        for token in ["", "forged", "e30.e30.e30"] {
            let answer = world.send(operation, world.request(operation, &ids, token)).await;
            assert_eq!(answer.status, 401, "{} {answer:?}", operation.label());
            assert!(answer.headers["www-authenticate"].starts_with("Bearer "), "{answer:?}");
            closed += 1;
        }
    }
    assert!(closed >= 40, "{closed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_its_owner_as_documented() {
    let world = World::start().await;
    let token = world.bench.techwave().await;
    world.furnish(&token).await;
    let ids = world.ids(&token).await;
    let mut read = 0;
    for operation in world.document.operations.iter().filter(|one| one.method == "GET") {
        let (path, exist) = ids.fill(operation);
        assert!(exist, "nothing in the test's world is at {path}");
        let answer = world.send(operation, world.request(operation, &ids, &token)).await;
        // What needs a secret of somebody else's is refused; the rest is there.
        let public = operation.is_public() && !operation.parameters("query").is_empty();
        assert_eq!(answer.status, if public { 422 } else { 200 }, "{path} {answer:?}");
        read += 1;
    }
    assert!(read >= 15, "{read}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_knows_the_methods_that_are_documented_and_no_other() {
    let world = World::start().await;
    let ids = PathIds::default();
    for operation in &world.document.operations {
        let on_path = world.document.operations.iter().filter(|one| one.path == operation.path);
        let documented: Vec<_> = on_path.map(|one| one.method.to_string()).collect();
        let url = format!("http://{}{}", world.bench.server.address, ids.fill(operation).0);
        let client = reqwest::Client::new();
        let refused = client.request("TRACE".parse().unwrap(), url).send().await.unwrap();
        assert_eq!(refused.status(), 405, "{}", operation.label());
        let allowed = refused.headers()["allow"].to_str().unwrap().replace("HEAD", "");
        let mut allowed: Vec<_> = allowed.split(',').filter(|name| !name.is_empty()).collect();
        allowed.sort_unstable();
        let mut documented: Vec<_> = documented.iter().map(String::as_str).collect();
        documented.sort_unstable();
        assert_eq!(allowed, documented, "{}", operation.path);
    }
}
