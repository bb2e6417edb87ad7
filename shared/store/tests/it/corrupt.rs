//! An item that cannot be read is named; it never takes the process with it.

use clearmargin_domain::{client::Client, id::ClientId};
use clearmargin_store::StoreError;
use serde_json::{Value, json};

use crate::{bench::Bench, sample::client};

fn id() -> ClientId {
    client(1).id
}

/// The ways in which an item can be broken.
fn broken() -> Vec<(&'static str, Value)> {
    vec![
        ("doc", json!({"M": {}})),
        ("doc", json!({"S": "text"})),
        ("doc", json!({"NULL": true})),
        ("doc", json!({"M": {"id": {"S": "cli_?"}, "name": {"N": "1"}}})),
        ("doc", json!({"SS": ["a"]})),
        ("other", json!({"S": "no document at all"})),
    ]
}

fn assert_named<T: std::fmt::Debug>(outcome: Result<T, StoreError>) {
    match outcome {
        Err(StoreError::Corrupt { kind: "CLIENT", sort_key, .. }) => {
            assert_eq!(sort_key, id().to_string());
        }
        other => panic!("{other:?}"),
    }
}

async fn with_item(change: impl FnOnce(&mut Value)) -> Bench {
    let bench = Bench::new().await;
    let mut insert = bench.change();
    insert.insert(&client(1)).unwrap();
    insert.commit().await.unwrap();
    let mut item = bench.items_of("CLIENT").remove(0);
    change(&mut item);
    bench.put(&item);
    bench
}

#[tokio::test]
async fn a_broken_item_is_named_by_every_way_of_reading() {
    for (name, value) in broken() {
        let bench = with_item(|item| {
            item.as_object_mut().unwrap().remove("doc");
            item[name] = value;
        })
        .await;
        let tenant = bench.tenant();
        assert_named(tenant.get::<Client>(id()).await);
        assert_named(tenant.get_many::<Client>(&[id()]).await);
        assert_named(tenant.all::<Client>().await);
        assert_named(tenant.all_lately::<Client>().await);
    }
}

#[tokio::test]
async fn an_item_of_a_newer_program_is_left_alone() {
    let bench = with_item(|item| item["shape"] = json!({"N": "99"})).await;
    assert_named(bench.tenant().get::<Client>(id()).await);
}

#[tokio::test]
async fn an_item_without_shape_is_of_the_first() {
    let bench = with_item(|item| {
        item.as_object_mut().unwrap().remove("shape");
    })
    .await;
    let found = bench.tenant().get::<Client>(id()).await.unwrap();
    assert_eq!(found.unwrap().value, client(1));
}

#[tokio::test]
async fn an_item_without_version_cannot_be_overwritten() {
    let bench = with_item(|item| {
        item.as_object_mut().unwrap().remove("v");
    })
    .await;
    let found = bench.tenant().get::<Client>(id()).await.unwrap().unwrap();
    let mut change = bench.change();
    change.update(&found, &client(1)).unwrap();
    assert!(matches!(change.commit().await, Err(StoreError::Conflict(_))));
}
