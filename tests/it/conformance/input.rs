//! Wrong input is refused by every operation, and the refusal names what is wrong.

use serde_json::{Value, json};

use super::{
    document::Operation,
    world::{PathIds, World},
};

const MEGABYTE: usize = 1024 * 1024;
const EMAIL: &str = "ada@example.com";

fn with_bodies(world: &World) -> impl Iterator<Item = &Operation> {
    world.document.operations.iter().filter(|one| one.example().is_some())
}

/// A token of somebody who may: an earlier operation may have ended the session.
async fn token(world: &World) -> String {
    world.bench.sign_in(EMAIL).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_with_a_wrong_field_are_refused_and_the_field_is_named() {
    let world = World::start().await;
    world.bench.register(EMAIL).await;
    let (token, ids) = (token(&world).await, PathIds::default());
    let mut refused = 0;
    for operation in with_bodies(&world) {
        let example = operation.example().unwrap();
        for (field, body) in wrong_bodies(&world, operation, &example) {
            let request = world.bare(operation, &ids, &token).json(&body);
            let answer = world.send(operation, request).await;
            assert_eq!(answer.status, 422, "{} {body} {answer:?}", operation.label());
            // Of an object with a form of its own, the member that is wrong is named.
            let named = answer.refused();
            let within = named == field || named.starts_with(&format!("{field}."));
            assert!(within, "{} {body}: {named}", operation.label());
            refused += 1;
        }
    }
    assert!(refused >= 30, "{refused}");
}

/// Bodies with one fault each, and the field that has it.
fn wrong_bodies(world: &World, operation: &Operation, example: &Value) -> Vec<(String, Value)> {
    let with = |name: &str, value: Value| {
        let mut body = example.clone();
        body[name] = value;
        body
    };
    let mut bodies = vec![("noSuchField".to_owned(), with("noSuchField", json!(1)))];
    for (name, required) in world.document.fields(operation) {
        if required {
            let mut body = example.clone();
            body.as_object_mut().unwrap().remove(&name);
            bodies.push((name.clone(), body));
        }
        bodies.push((name.clone(), with(&name, json!({"no": ["such", "type"]}))));
    }
    bodies
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_json_or_too_large_are_refused() {
    let world = World::start().await;
    world.bench.register(EMAIL).await;
    let (token, ids) = (token(&world).await, PathIds::default());
    for operation in with_bodies(&world) {
        let json = |text: String| {
            let request = world.bare(operation, &ids, &token).body(text);
            request.header("content-type", "application/json")
        };
        let text =
            world.bare(operation, &ids, &token).body("{}").header("content-type", "text/plain");
        let large = format!("{}{{}}", " ".repeat(MEGABYTE));
        for (request, status) in [(json("{".to_owned()), 400), (json(large), 413), (text, 415)] {
            let answer = world.send(operation, request).await;
            assert_eq!(answer.status, status, "{} {answer:?}", operation.label());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_query_parameter_is_refused_and_named() {
    let world = World::start().await;
    world.bench.register(EMAIL).await;
    let (token, ids) = (token(&world).await, PathIds::default());
    for operation in &world.document.operations {
        let request = world.request(operation, &ids, &token).query(&[("noSuch", "1")]);
        let answer = world.send(operation, request).await;
        assert_eq!(answer.status, 422, "{} {answer:?}", operation.label());
        assert_eq!(answer.refused(), "query.noSuch", "{}", operation.label());
    }
}
