//! How the API is used, day by day, and what that costs.

use std::time::Duration;

use clearmargin_domain::usage::Usage;
use clearmargin_store::{Consumed, RouteDay, counted};
use jiff::{ToSpan as _, civil::Date};

use crate::{
    bench::{Bench, NOW},
    sample,
};

const ROUTE: &str = "GET /api/clients/{id}";

/// Requests whose latencies spread over that many buckets.
fn requests(spread: u32) -> Usage {
    let mut sum = Usage::default();
    for place in 0..spread {
        let latency = Duration::from_micros(300) * 5_u32.pow(place / 2) / 4_u32.pow(place / 2);
        sum.merge(&Usage::one(200, latency * (1 + place % 2), 15, 20));
    }
    sum.merge(&Usage::one(404, Duration::from_millis(3), 5, 0));
    sum
}

#[tokio::test]
async fn what_several_processes_count_adds_up() {
    let bench = Bench::new().await;
    let tenant = bench.tenant();
    let one = requests(8);
    let adds = (0..7).map(|_| tenant.add_usage(sample::DAY, ROUTE, &one, NOW));
    let done = futures_util::future::join_all(adds).await;
    assert!(done.iter().all(Result::is_ok));
    let later = NOW + 5.seconds();
    tenant.add_usage(sample::DAY, ROUTE, &one, later).await.unwrap();
    let found = tenant.usage(sample::DAY, sample::DAY).await.unwrap();
    let mut usage = Usage::default();
    (0..8).for_each(|_| usage.merge(&one));
    let row = RouteDay { day: sample::DAY, route: ROUTE.to_owned(), usage, at: Some(later) };
    assert_eq!((found.rows, found.from), (vec![row], sample::DAY));
    let elsewhere = bench.other().usage(sample::DAY, sample::DAY).await.unwrap();
    assert_eq!(elsewhere.rows, []);
}

#[tokio::test]
async fn days_are_those_asked_for_and_vanish_after_ninety_more() {
    let bench = Bench::new().await;
    let tenant = bench.tenant();
    let day = |number| sample::DAY + i64::from(number).days();
    for number in 0..4 {
        tenant.add_usage(day(number), ROUTE, &requests(1), NOW).await.unwrap();
    }
    let found = tenant.usage(day(1), day(2)).await.unwrap();
    let days: Vec<Date> = found.rows.iter().map(|row| row.day).collect();
    assert_eq!(days, [day(2), day(1)]);
    let item = bench.items().swap_remove(0);
    assert_eq!(item["expiresAt"]["N"], (90 * 86_400).to_string());
}

#[tokio::test]
async fn a_write_takes_one_unit_and_a_month_of_forty_routes_at_most_twenty() {
    let bench = Bench::new().await;
    let tenant = bench.tenant();
    let widest = requests(20);
    let (mut from, mut most) = (sample::DAY, 0);
    for day in 0..31 {
        from = sample::DAY + day.days();
        for route in 0..40 {
            let route = format!("GET /api/organizations/{{id}}/things/{route}");
            let write = tenant.add_usage(from, &route, &widest, NOW);
            let (done, consumed) = counted(write).await;
            done.unwrap();
            most = most.max(consumed.write_tenths);
        }
    }
    assert_eq!(most, 10);
    let (found, consumed) = counted(tenant.usage(sample::DAY, from)).await;
    let found = found.unwrap();
    assert!(consumed.read_tenths <= 200, "{consumed:?}");
    // Whole days from the last one back, and as many as the units allow.
    assert!(found.from > sample::DAY && found.from < from, "{}", found.from);
    assert!(found.rows.iter().all(|row| row.day >= found.from));
    let days = (from - found.from).get_days() + 1;
    assert_eq!(found.rows.len(), usize::try_from(days).unwrap() * 40);
    let (week, consumed) = counted(tenant.usage(from - 6.days(), from)).await;
    assert_eq!(week.unwrap().rows.len(), 280);
    assert!(consumed.read_tenths <= 200, "{consumed:?}");
}

#[tokio::test]
async fn what_tasks_consume_at_the_same_time_is_counted_apart() {
    let bench = Bench::new().await;
    let tenant = bench.tenant();
    let usage = requests(1);
    let write = counted(tenant.add_usage(sample::DAY, ROUTE, &usage, NOW));
    let read = counted(async {
        bench.store.ping().await.unwrap();
        bench.store.ping().await.unwrap();
    });
    let uncounted = bench.store.ping();
    let ((done, written), ((), read), pinged) = tokio::join!(write, read, uncounted);
    done.unwrap();
    pinged.unwrap();
    assert_eq!(written, Consumed { read_tenths: 0, write_tenths: 10 });
    assert_eq!(read, Consumed { read_tenths: 10, write_tenths: 0 });
}

#[tokio::test]
async fn a_transaction_counts_every_action() {
    let bench = Bench::new().await;
    let mut change = bench.change();
    change.insert(&sample::technician(1)).unwrap();
    let (done, consumed) = counted(change.commit()).await;
    done.unwrap();
    // A record, its audit row and nothing else, each twice the price of a plain write.
    assert_eq!(consumed, Consumed { read_tenths: 0, write_tenths: 40 });
}
