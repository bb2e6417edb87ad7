//! Requests that were carried out are remembered for a day.

use clearmargin_store::{Conflict, Once, StoreError};
use jiff::{Timestamp, ToSpan as _};

use crate::{
    bench::{Bench, NOW},
    sample::client,
};

/// The memory of a request carried out now.
pub(crate) fn remembered(key: &str) -> Once {
    Once {
        key: key.to_owned(),
        fingerprint: "hash of the question".to_owned(),
        answer: r#"{"id":1}"#.to_owned(),
        at: NOW,
    }
}

async fn carry_out(bench: &Bench, number: u128, at: Timestamp) -> Result<(), StoreError> {
    let mut change = bench.change();
    change.insert(&client(number))?;
    change.once(&Once { at, ..remembered("key") })?;
    change.commit().await
}

#[tokio::test]
async fn a_request_is_carried_out_once_and_its_answer_is_kept_for_a_day() {
    let bench = Bench::new().await;
    let tenant = bench.tenant();
    assert_eq!(tenant.once("key", NOW).await.unwrap(), None);
    carry_out(&bench, 1, NOW).await.unwrap();
    let (last_second, next_day) = (NOW + 86_399.seconds(), NOW + 86_400.seconds());
    assert_eq!(tenant.once("key", last_second).await.unwrap(), Some(remembered("key")));
    assert_eq!(tenant.once("key", next_day).await.unwrap(), None);
    assert_eq!(tenant.once("another key", NOW).await.unwrap(), None);
    assert_eq!(bench.other().once("key", NOW).await.unwrap(), None);
}

#[tokio::test]
async fn a_repeat_within_the_day_writes_nothing_and_the_next_day_it_is_a_new_request() {
    let bench = Bench::new().await;
    carry_out(&bench, 1, NOW).await.unwrap();
    let before = bench.items();
    let repeated = carry_out(&bench, 2, NOW + 86_399.seconds()).await;
    assert!(matches!(repeated, Err(StoreError::Conflict(Conflict::Once))), "{repeated:?}");
    assert_eq!(bench.items(), before);
    // The expired item is still in the table: expiry takes its time.
    carry_out(&bench, 2, NOW + 86_400.seconds()).await.unwrap();
}

#[tokio::test]
async fn of_many_repeats_at_the_same_time_one_is_carried_out() {
    let bench = Bench::new().await;
    let repeats = (0..8).map(|number| carry_out(&bench, number, NOW));
    let outcomes = futures_util::future::join_all(repeats).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(bench.items_of("CLIENT").len(), 1);
}
