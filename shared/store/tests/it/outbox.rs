//! What a change still has to cause happens exactly once, however often it is tried.

use clearmargin_domain::{
    id::{ClientId, ServiceId, TechnicianId},
    job::{Envelope, Job},
    period::{Month, Period},
    rollup::Subject,
    time_entry::TimeEntry,
};
use clearmargin_store::OutboxRecord;
use serde_json::json;

use crate::{
    bench::{Bench, NOW, audit, org},
    sample::{DAY, run, time_entry},
};

/// Time entries that have no bucket in common but the organisation's.
fn scattered(count: u128) -> impl Iterator<Item = TimeEntry> {
    (0..count).map(|number| TimeEntry {
        client: Some(ClientId::new(NOW, number)),
        service: Some(ServiceId::new(NOW, number)),
        technician: TechnicianId::new(NOW, number),
        ..time_entry(number)
    })
}

async fn seconds(bench: &Bench) -> i64 {
    let month = Month::of(DAY);
    let period = Period::new(month, month, 1).unwrap();
    let sums = bench.tenant().rollups(Subject::Organization, period).await.unwrap();
    sums.get(&month).map_or(0, |sum| sum.worked_seconds)
}

#[tokio::test]
async fn a_change_of_many_buckets_is_split_and_still_exact() {
    let bench = Bench::new().await;
    let mut change = bench.change();
    for entry in scattered(60) {
        change.insert(&entry).unwrap();
    }
    // 60 rows, their audit row, and in records of at most 90 buckets those of 60 clients, services and
    // technicians, of everything, and of work.
    assert_eq!(change.len(), 60 + 1 + 3);
    change.commit().await.unwrap();
    assert_eq!(bench.items_of("outbox").len(), 3);
    bench.settle().await;
    assert_eq!(bench.items_of("outbox").len(), 0);
    assert_eq!(seconds(&bench).await, 60 * 5_400);
    let report = bench.tenant().drift().await.unwrap().unwrap();
    assert_eq!((report.rows, report.buckets, report.drifts.len()), (60, 182, 0));
}

#[tokio::test]
async fn a_record_applied_before_is_passed_over_and_the_others_count() {
    let bench = Bench::new().await;
    for entry in scattered(3) {
        let mut change = bench.change();
        change.insert(&entry).unwrap();
        change.commit().await.unwrap();
    }
    let outbox = bench.store.outbox();
    let waiting = outbox.waiting(org(1)).await.unwrap();
    outbox.apply(vec![waiting[1].clone()]).await.unwrap();
    assert_eq!(seconds(&bench).await, 5_400);
    outbox.apply(waiting.clone()).await.unwrap();
    assert_eq!(seconds(&bench).await, 3 * 5_400);
    outbox.apply([waiting.clone(), waiting].concat()).await.unwrap();
    assert_eq!(seconds(&bench).await, 3 * 5_400);
}

#[tokio::test]
async fn one_batch_may_hold_records_of_several_organisations() {
    let bench = Bench::new().await;
    let mut records = Vec::new();
    for number in [1, 2] {
        let mut change = bench.store.tenant(org(number)).change(audit());
        change.insert(&time_entry(1)).unwrap();
        change.commit().await.unwrap();
        records.extend(bench.store.outbox().waiting(org(number)).await.unwrap());
    }
    bench.store.outbox().apply(records).await.unwrap();
    for tenant in [bench.tenant(), bench.other()] {
        let report = tenant.drift().await.unwrap().unwrap();
        assert_eq!((report.rows, report.drifts.len()), (1, 0));
    }
}

#[tokio::test]
async fn messages_are_the_same_ones_whenever_they_are_asked_for() {
    let bench = Bench::new().await;
    let jobs = [0, 1].map(|step| Job::SyncPage { source: run(1).source, run: run(1).id, step });
    let mut change = bench.change();
    for job in &jobs {
        change.send(job.clone());
    }
    change.commit().await.unwrap();
    let read = || async {
        let waiting = bench.store.outbox().waiting(org(1)).await.unwrap();
        waiting.iter().flat_map(OutboxRecord::messages).collect::<Vec<Envelope>>()
    };
    let messages = read().await;
    assert_eq!(
        messages.iter().map(|message| &message.job).collect::<Vec<_>>(),
        [&jobs[0], &jobs[1]]
    );
    assert_ne!(messages[0].id, messages[1].id);
    assert!(messages.iter().all(|message| message.org_id == org(1)));
    assert_eq!(read().await, messages);
}

#[tokio::test]
async fn a_change_that_moves_no_sum_and_sends_nothing_leaves_nothing_to_do() {
    let bench = Bench::new().await;
    let mut change = bench.change();
    change.insert(&time_entry(1)).unwrap();
    change.commit().await.unwrap();
    bench.settle().await;
    let found = bench.tenant().get::<TimeEntry>(time_entry(1).id).await.unwrap().unwrap();
    let other_ticket = TimeEntry { ticket: None, ..time_entry(1) };
    let mut change = bench.change();
    change.update(&found, &other_ticket).unwrap();
    assert_eq!(change.len(), 2);
    change.commit().await.unwrap();
    assert_eq!(bench.items_of("outbox").len(), 0);
}

#[tokio::test]
async fn a_stream_image_is_read_as_the_record_that_it_is_of() {
    let bench = Bench::new().await;
    let mut change = bench.change();
    change.insert(&time_entry(1)).unwrap();
    change.send(Job::MatchClients { run: run(1).id });
    change.commit().await.unwrap();
    let image = |item| serde_json::from_value::<serde_dynamo::Item>(item).unwrap();
    let waiting = bench.store.outbox().waiting(org(1)).await.unwrap();
    let outbox = bench.items_of("outbox").remove(0);
    assert_eq!(OutboxRecord::from_image(image(outbox.clone())).unwrap().as_ref(), waiting.first());
    let row = bench.items_of("TIME").remove(0);
    assert_eq!(OutboxRecord::from_image(image(row)).unwrap(), None);
    assert_eq!(OutboxRecord::from_image(image(json!({}))).unwrap(), None);
    let mut broken = outbox;
    broken["doc"] = json!({"M": {}});
    OutboxRecord::from_image(image(broken)).unwrap_err();
}
