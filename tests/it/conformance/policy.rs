//! Every operation with every role, as the policy table says.

use clearmargin_domain::access::{Action, Role};

use super::{
    document::Operation,
    world::{PathIds, World},
};

/// Who registered before the operation was asked for.
fn email(place: usize) -> String {
    format!("ada{place}@example.com")
}

/// What the operation's document says is done.
fn action(operation: &Operation) -> Option<Action> {
    let name = operation.told.get("x-action")?;
    Some(name.as_str().unwrap_or_default().parse().unwrap())
}

#[test]
#[ignore = "until the document says x-action"]
fn every_operation_that_is_not_public_says_what_is_done() {
    let document = super::document::Document::read();
    for operation in &document.operations {
        assert_eq!(action(operation).is_none(), operation.is_public(), "{}", operation.label());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "until the document says x-action"]
async fn every_operation_is_allowed_to_the_roles_of_the_policy_and_to_no_other() {
    let world = World::start().await;
    let ids = PathIds::default();
    let (mut cells, mut wrong) = (0, Vec::new());
    for (place, operation) in world.document.operations.iter().enumerate() {
        let Some(action) = action(operation) else { continue };
        for role in Role::ALL {
            // What was done before may have ended the session, or the organisation.
            let email = format!("{role}-{}", email(place));
            world.bench.register(&email).await;
            let token = world.sign_in_as(&email, role).await;
            let answer = world.send(operation, world.request(operation, &ids, &token)).await;
            let allowed = answer.status != 403;
            assert_ne!(answer.status, 401, "{} {role} {answer:?}", operation.label());
            cells += 1;
            if allowed != role.may(action) {
                wrong.push(format!("{} {role}: {}", operation.label(), answer.status));
            }
        }
    }
    println!("{cells} cells, {} wrong", wrong.len());
    assert_eq!(wrong, Vec::<String>::new());
    let closed = world.document.operations.iter().filter(|one| !one.is_public()).count();
    assert_eq!(cells, closed * Role::ALL.len());
}

#[test]
fn the_matrix_in_the_documentation_is_the_policy() {
    let committed = include_str!("../../../docs/policy.md");
    assert_eq!(
        committed.trim_end(),
        clearmargin_local::policy().unwrap(),
        "run `cargo xtask openapi`"
    );
}
