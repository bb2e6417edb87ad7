//! Buckets of tokens: what is taken, by however many at once, is never more than there was.

use clearmargin_domain::limit::{FullAt, Rate};
use jiff::{Timestamp, ToSpan as _};

use crate::bench::{Bench, NOW, text};

const RATE: Rate = Rate::per_minute(60);
const UNKNOWN: FullAt = FullAt(0);

async fn take(bench: &Bench, tokens: u32, now: Timestamp) -> u32 {
    bench.tenant().take_tokens("all", RATE, (tokens, UNKNOWN), now).await.unwrap().tokens
}

#[tokio::test]
async fn a_bucket_gives_what_it_has_and_what_comes_back() {
    let bench = Bench::new().await;
    let after = |seconds: i64| NOW + seconds.seconds();
    assert_eq!(take(&bench, 50, NOW).await, 50);
    assert_eq!(take(&bench, 50, NOW).await, 10);
    assert_eq!(take(&bench, 1, NOW).await, 0);
    assert_eq!(take(&bench, 5, after(3)).await, 3);
    assert_eq!(take(&bench, 100, after(600)).await, 60);
}

#[tokio::test]
async fn many_at_once_take_no_more_than_there_is() {
    let bench = Bench::new().await;
    let all = (0..40).map(|_| take(&bench, 7, NOW));
    let taken: u32 = futures_util::future::join_all(all).await.into_iter().sum();
    assert!((50..=60).contains(&taken), "{taken}");
}

#[tokio::test]
async fn whoever_knows_the_bucket_writes_once() {
    let bench = Bench::new().await;
    let tenant = bench.tenant();
    let first = tenant.take_tokens("all", RATE, (10, UNKNOWN), NOW).await.unwrap();
    let second = tenant.take_tokens("all", RATE, (10, first.full), NOW).await.unwrap();
    assert_eq!((first.tokens, first.full.seconds_from(NOW)), (10, 10));
    assert_eq!((second.tokens, second.full.seconds_from(NOW)), (10, 20));
    let empty = tenant.take_tokens("all", RATE, (60, second.full), NOW).await.unwrap();
    let none = tenant.take_tokens("all", RATE, (1, empty.full), NOW).await.unwrap();
    assert_eq!((empty.tokens, none.tokens, RATE.wait(none.full, NOW)), (40, 0, 1));
}

#[tokio::test]
async fn buckets_do_not_mix() {
    let bench = Bench::new().await;
    let (tenant, other, once) = (bench.tenant(), bench.other(), Rate::per_minute(1));
    let taken = |found: clearmargin_store::Lease| found.tokens;
    for _ in 0..2 {
        tenant.take_tokens("all", once, (1, UNKNOWN), NOW).await.unwrap();
    }
    let another = tenant.take_tokens("user", once, (1, UNKNOWN), NOW).await.unwrap();
    let others = other.take_tokens("all", once, (1, UNKNOWN), NOW).await.unwrap();
    assert_eq!((taken(another), taken(others)), (1, 1));
}

#[tokio::test]
async fn attempts_are_counted_under_a_hash() {
    let bench = Bench::new().await;
    let directory = bench.store.directory();
    let rate = Rate { quota: 2, window: 900 };
    let attempt = |subject| directory.take_attempt(subject, rate, NOW);
    let taken = async |subject| attempt(subject).await.unwrap().tokens;
    let ada = [taken("ada@example.com").await, taken("ada@example.com").await];
    assert_eq!((ada, taken("ada@example.com").await), ([1, 1], 0));
    assert_eq!(taken("eve@example.com").await, 1);
    let items = bench.items();
    assert_eq!(items.len(), 2);
    for item in items {
        assert!(text(&item, "pk").starts_with("@ATTEMPTS#"), "{item}");
        assert!(!item.to_string().contains("example.com"), "{item}");
    }
}
