//! Audit rows are read in bounded pages, and a chain has one end.

use std::collections::HashSet;

use clearmargin_domain::{
    audit::{AuditEntry, Block},
    id::AuditId,
};
use clearmargin_store::{Advanced, AuditFilter, AuditList, AuditRow, Tenant};
use jiff::{SignedDuration, Timestamp};

use crate::{
    bench::{Bench, NOW, audit, org},
    sample::ticket,
};

/// A change whose row has that moment and action; its row.
async fn write(bench: &Bench, number: u128, at: Timestamp, action: &str) -> AuditEntry {
    let id = AuditId::new(at, number);
    let row = AuditEntry { id, at, action: action.to_owned(), ..audit() };
    let mut change = bench.tenant().change(row.clone());
    change.insert(&ticket(number)).unwrap();
    change.commit().await.unwrap();
    row
}

fn hours(count: i64) -> Timestamp {
    NOW + SignedDuration::from_hours(count)
}

fn list() -> AuditList {
    AuditList {
        from: NOW,
        before: None,
        now: hours(24 * 10),
        filter: AuditFilter::default(),
        limit: 7,
        look_at: 40,
    }
}

/// Every row, page by page; how many pages that took.
async fn all(tenant: Tenant<'_>, list: &AuditList) -> (Vec<AuditEntry>, usize) {
    let (mut found, mut pages, mut cursor) = (Vec::new(), 0, None);
    loop {
        let (rows, next) = tenant.audit_rows(list, cursor.as_deref()).await.unwrap();
        assert!(rows.len() <= list.limit);
        found.extend(rows.into_iter().map(|row: AuditRow| row.entry));
        (pages, cursor) = (pages + 1, next);
        if cursor.is_none() {
            return (found, pages);
        }
    }
}

#[tokio::test]
async fn rows_come_newest_first_over_months_each_once_and_only_their_organisations() {
    let bench = Bench::new().await;
    let mut rows = Vec::new();
    // 45 rows over 9 months, none in some.
    for number in 0..45_u8 {
        let at = hours(i64::from(number) * 24 * 6);
        rows.push(write(&bench, number.into(), at, "test").await);
    }
    rows.reverse();
    let now = hours(24 * 365);
    for limit in [1, 5, 7, 45, 100] {
        let (found, _) = all(bench.tenant(), &AuditList { limit, now, ..list() }).await;
        assert_eq!(found, rows, "{limit}");
    }
    assert_eq!(all(bench.other(), &list()).await.0, []);
    let some = AuditList { from: rows[9].at, before: Some(rows[2].at), now, ..list() };
    assert_eq!(all(bench.tenant(), &some).await.0, rows[3..=9]);
}

#[tokio::test]
async fn a_filter_finds_all_and_no_page_looks_at_more_than_it_may() {
    let bench = Bench::new().await;
    for number in 0..130_u8 {
        let action = if number % 40 == 0 { "costRate.set" } else { "costRates.set" };
        write(&bench, number.into(), hours(number.into()), action).await;
    }
    for (action, count) in [("costRate.set", 4), ("costRate.", 4), ("costRate", 0), ("costRa", 0)] {
        let filter = AuditFilter { action: Some(action.to_owned()), ..AuditFilter::default() };
        let (found, pages) = all(bench.tenant(), &AuditList { filter, ..list() }).await;
        // 130 rows of which a page looks at 40.
        assert_eq!((found.len(), pages), (count, 4), "{action}");
    }
}

#[tokio::test]
async fn a_cursor_of_other_filters_or_another_organisation_is_refused() {
    let bench = Bench::new().await;
    for number in 0..9_u8 {
        write(&bench, number.into(), hours(number.into()), "test").await;
    }
    let (_, next) = bench.tenant().audit_rows(&list(), None).await.unwrap();
    let cursor = next.as_deref();
    bench.other().audit_rows(&list(), cursor).await.unwrap_err();
    let filter = AuditFilter { subject: Some("x".to_owned()), ..AuditFilter::default() };
    bench.tenant().audit_rows(&AuditList { filter, ..list() }, cursor).await.unwrap_err();
    // Time goes on from page to page.
    let later = AuditList { now: hours(24 * 11), ..list() };
    assert_eq!(bench.tenant().audit_rows(&later, cursor).await.unwrap().0.len(), 2);
}

#[tokio::test]
async fn of_two_blocks_after_the_same_head_one_becomes_the_last() {
    let bench = Bench::new().await;
    let (one, two) = (write(&bench, 1, NOW, "one").await, write(&bench, 2, NOW, "two").await);
    let tenant = bench.tenant();
    let head = tenant.audit_head().await.unwrap();
    let none = HashSet::new();
    let [a, b] = [&one, &two].map(|row| Block::after(&head, org(1), vec![row.clone()], NOW));
    assert_eq!(tenant.advance_audit(&head, &a, &none).await.unwrap(), Advanced::Done);
    for block in [&a, &b] {
        let again = tenant.advance_audit(&head, block, &none).await.unwrap();
        assert_eq!(again, Advanced::Elsewhere);
    }
    let rows = tenant.audit_since(NOW, NOW).await.unwrap();
    let sealed: Vec<_> = rows.iter().map(|row| row.sealed_in).collect();
    assert_eq!(sealed, [Some(1), None]);
    assert_eq!(tenant.unsealed_of(vec![one.clone(), two.clone()]).await.unwrap(), [two]);
    // A row that is sealed is in no later block, and one that is gone is named.
    let head = tenant.audit_head().await.unwrap();
    let again = Block::after(&head, org(1), vec![one.clone()], NOW);
    let outcome = tenant.advance_audit(&head, &again, &none).await.unwrap();
    assert_eq!(outcome, Advanced::Row(one.id));
}
