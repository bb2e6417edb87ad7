//! Every operation with every role, as the policy table says.

use std::collections::BTreeMap;

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
fn every_operation_that_is_not_public_says_what_is_done() {
    let document = super::document::Document::read();
    for operation in &document.operations {
        assert_eq!(action(operation).is_none(), operation.is_public(), "{}", operation.label());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_allowed_to_the_roles_of_the_policy_and_to_no_other() {
    let world = World::start().await;
    let ids = PathIds::default();
    let (mut cells, mut wrong) = (0, Vec::new());
    let mut tokens: BTreeMap<Role, String> = BTreeMap::new();
    for (place, operation) in world.document.operations.iter().enumerate() {
        let Some(action) = action(operation) else { continue };
        for role in Role::ALL {
            let token = match tokens.remove(&role) {
                Some(token) => token,
                None => signed_in(&world, &format!("{role}-{}", email(place)), role).await,
            };
            let answer = world.send(operation, world.request(operation, &ids, &token)).await;
            let allowed = answer.status != 403;
            assert_ne!(answer.status, 401, "{} {role} {answer:?}", operation.label());
            // What was done may have ended the session, or the organisation.
            if operation.method == "GET" || answer.status >= 300 {
                tokens.insert(role, token);
            }
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

async fn signed_in(world: &World, email: &str, role: Role) -> String {
    world.bench.register(email).await;
    world.bench.sign_in_as(email, role).await
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
