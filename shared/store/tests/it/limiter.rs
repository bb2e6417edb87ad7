//! A connection's requests are limited by the minute, whoever makes them.

use clearmargin_domain::source::Source;
use jiff::ToSpan as _;

use crate::bench::{Bench, NOW};

#[tokio::test]
async fn a_minute_has_as_many_requests_as_it_has_and_the_next_has_them_again() {
    let bench = Bench::new().await;
    let tenant = bench.tenant();
    let take = |_| tenant.take_request(Source::SuperOps, 7, NOW);
    let taken = futures_util::future::join_all((0..20).map(take)).await;
    assert_eq!(taken.into_iter().filter(|taken| *taken.as_ref().unwrap()).count(), 7);
    let last_second = NOW + 59.seconds();
    assert!(!tenant.take_request(Source::SuperOps, 7, last_second).await.unwrap());
    let next_minute = NOW + 60.seconds();
    assert!(tenant.take_request(Source::SuperOps, 7, next_minute).await.unwrap());
}

#[tokio::test]
async fn connections_do_not_use_up_each_others_minute() {
    let bench = Bench::new().await;
    let (tenant, other) = (bench.tenant(), bench.other());
    assert!(tenant.take_request(Source::SuperOps, 1, NOW).await.unwrap());
    assert!(!tenant.take_request(Source::SuperOps, 1, NOW).await.unwrap());
    assert!(tenant.take_request(Source::QuickBooks, 1, NOW).await.unwrap());
    assert!(other.take_request(Source::SuperOps, 1, NOW).await.unwrap());
}
