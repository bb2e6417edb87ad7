//! A change is one transaction: everything, or nothing.

use clearmargin_domain::{client::Client, job::Job};
use clearmargin_store::{Conflict, StoreError, Stored};

use crate::{
    bench::Bench,
    once::remembered,
    sample::{client, run, time_entry},
};

fn conflict(outcome: Result<(), StoreError>) -> Conflict {
    match outcome {
        Err(StoreError::Conflict(conflict)) => conflict,
        other => panic!("expected a conflict, got {other:?}"),
    }
}

async fn stored(bench: &Bench, number: u128) -> Stored<Client> {
    let found = bench.tenant().get(client(number).id).await.unwrap();
    found.unwrap()
}

async fn insert(bench: &Bench, number: u128) {
    let mut change = bench.change();
    change.insert(&client(number)).unwrap();
    change.commit().await.unwrap();
}

#[tokio::test]
async fn what_was_read_for_a_change_must_not_have_moved() {
    let bench = Bench::new().await;
    insert(&bench, 1).await;
    let read = stored(&bench, 1).await;
    let resting = |number| {
        let mut change = bench.change();
        change.unchanged(&read).unwrap();
        change.insert(&client(number)).unwrap();
        change
    };
    resting(2).commit().await.unwrap();
    let mut other = bench.change();
    other.update(&read, &Client { name: "Renamed".to_owned(), ..client(1) }).unwrap();
    other.commit().await.unwrap();
    assert_eq!(conflict(resting(3).commit().await), Conflict::Version);
    assert_eq!(bench.tenant().get::<Client>(client(3).id).await.unwrap(), None);
}

#[tokio::test]
async fn a_record_is_read_back_as_it_was_written_and_its_version_counts_its_writes() {
    let bench = Bench::new().await;
    insert(&bench, 1).await;
    let first = stored(&bench, 1).await;
    assert_eq!((&first.value, first.version), (&client(1), 1));
    let renamed = Client { name: "Renamed".to_owned(), ..client(1) };
    let mut change = bench.change();
    change.update(&first, &renamed).unwrap();
    change.commit().await.unwrap();
    let second = stored(&bench, 1).await;
    assert_eq!((second.value, second.version), (renamed, 2));
}

#[tokio::test]
async fn a_stale_update_is_refused_and_nothing_of_its_change_is_written() {
    let bench = Bench::new().await;
    insert(&bench, 1).await;
    let stale = stored(&bench, 1).await;
    let mut change = bench.change();
    change.update(&stale, &client(1)).unwrap();
    change.commit().await.unwrap();
    let before = bench.items();

    let mut change = bench.change();
    change.insert(&time_entry(1)).unwrap();
    change.update(&stale, &client(1)).unwrap();
    change.once(&remembered("request")).unwrap();
    change.send(Job::MatchClients { run: run(1).id });
    assert_eq!(conflict(change.commit().await), Conflict::Version);
    // Neither the time entry, nor an audit row, nor an outbox record, nor the memory of a request.
    assert_eq!(bench.items(), before);
}

#[tokio::test]
async fn a_record_cannot_be_inserted_twice_nor_changed_or_removed_when_it_is_gone() {
    let bench = Bench::new().await;
    insert(&bench, 1).await;
    let mut again = bench.change();
    again.insert(&client(1)).unwrap();
    assert_eq!(conflict(again.commit().await), Conflict::Version);

    let found = stored(&bench, 1).await;
    let mut removal = bench.change();
    removal.delete(&found).unwrap();
    removal.commit().await.unwrap();
    assert_eq!(bench.tenant().get::<Client>(client(1).id).await.unwrap(), None);

    let mut update = bench.change();
    update.update(&found, &client(1)).unwrap();
    assert_eq!(conflict(update.commit().await), Conflict::Version);
    let mut removal = bench.change();
    removal.delete(&found).unwrap();
    assert_eq!(conflict(removal.commit().await), Conflict::Version);
}

#[tokio::test]
async fn of_many_writers_at_the_same_version_one_wins() {
    let bench = Bench::new().await;
    insert(&bench, 1).await;
    let found = stored(&bench, 1).await;
    let write = |number: u8| {
        let renamed = Client { name: format!("Name {number}"), ..client(1) };
        let mut change = bench.change();
        change.update(&found, &renamed).unwrap();
        change.commit()
    };
    let outcomes = futures_util::future::join_all((0..8).map(write)).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(stored(&bench, 1).await.version, 2);
}

#[tokio::test]
async fn every_change_leaves_its_audit_row() {
    let bench = Bench::new().await;
    insert(&bench, 1).await;
    insert(&bench, 2).await;
    let rows = bench.items_of("audit");
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["doc"]["M"]["action"]["S"], "test");
    // A number within free-form detail is a number in the table as well.
    assert!(rows[0]["doc"]["M"]["detail"]["M"]["count"]["N"].is_string());
}

#[tokio::test]
async fn a_hundred_actions_fit_and_one_more_writes_nothing() {
    let bench = Bench::new().await;
    let change_of = |clients: u128| {
        let mut change = bench.change();
        for number in 0..clients {
            change.insert(&client(number)).unwrap();
        }
        change
    };
    let too_large = change_of(100);
    assert_eq!(too_large.len(), 101);
    let refused = too_large.commit().await;
    assert!(matches!(refused, Err(StoreError::TooLarge(101))), "{refused:?}");
    assert_eq!(bench.items(), Vec::<serde_json::Value>::new());

    let full = change_of(99);
    assert_eq!(full.len(), 100);
    full.commit().await.unwrap();
    assert_eq!(bench.items().len(), 100);
}

#[tokio::test]
async fn a_change_says_how_many_actions_it_will_have() {
    let bench = Bench::new().await;
    let mut change = bench.change();
    assert_eq!(change.len(), 1);
    change.insert(&client(1)).unwrap();
    assert_eq!(change.len(), 2);
    change.send(Job::MatchClients { run: run(1).id });
    assert_eq!(change.len(), 3);
    change.insert(&time_entry(1)).unwrap();
    assert_eq!(change.len(), 4);
    change.commit().await.unwrap();
    assert_eq!(bench.items().len(), 4);
}
