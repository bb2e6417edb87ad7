//! Lists come page by page, each record once.

use clearmargin_domain::{
    client::Client, invoice::Invoice, period::Month, ticket::Ticket, time_entry::TimeEntry,
};
use clearmargin_store::{List, ListError, Record};
use proptest::{prelude::*, test_runner::Config};

use crate::{
    bench::Bench,
    sample::{DAY, client, invoice, ticket, time_entry},
};

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

async fn fill<T: Record>(bench: &Bench, values: &[T]) {
    for values in values.chunks(50) {
        let mut change = bench.change();
        for value in values {
            change.insert(value).unwrap();
        }
        change.commit().await.unwrap();
    }
}

/// Every page of a list, one after the other.
async fn walk<T: Record>(bench: &Bench, list: List, limit: usize) -> Vec<Vec<T>> {
    let (mut pages, mut cursor) = (Vec::new(), None);
    loop {
        let page = bench.tenant().list::<T>(list, limit, "route", cursor.as_deref()).await.unwrap();
        pages.push(page.items.into_iter().map(|item| item.value).collect());
        cursor = page.next;
        if cursor.is_none() {
            return pages;
        }
    }
}

proptest! {
    #![proptest_config(Config::with_cases(12))]

    #[test]
    fn pages_visit_each_record_exactly_once_and_in_order(
        size in 0_u128..60, limit in 1_usize..20,
    ) {
        runtime().block_on(async {
            let bench = Bench::new().await;
            let month = Month::of(DAY);
            let entries: Vec<_> = (0..size).map(time_entry).collect();
            fill(&bench, &entries).await;
            fill(&bench, &(0..size).map(client).collect::<Vec<_>>()).await;
            fill(&bench, &(0..size).map(ticket).collect::<Vec<_>>()).await;
            // Invoices share the partition of the client's time entries.
            fill(&bench, &(0..size).map(invoice).collect::<Vec<_>>()).await;

            let list = List::TimeEntries(entries.first().and_then(|entry| entry.client), month);
            if size > 0 {
                let pages = walk::<TimeEntry>(&bench, list, limit).await;
                assert!(pages.iter().all(|page| page.len() <= limit));
                assert_eq!(pages.concat(), entries);
                let list = List::Invoices(invoice(0).client, month);
                let invoices = walk::<Invoice>(&bench, list, limit).await.concat();
                assert_eq!(invoices, (0..size).map(invoice).collect::<Vec<_>>());
            }
            let clients = walk::<Client>(&bench, List::Clients, limit).await.concat();
            assert_eq!(clients, (0..size).map(client).collect::<Vec<_>>());
            let tickets = walk::<Ticket>(&bench, List::Tickets(month), limit).await.concat();
            assert_eq!(tickets, (0..size).map(ticket).collect::<Vec<_>>());
        });
    }
}

#[tokio::test]
async fn a_cursor_works_only_in_its_organisation_its_list_and_its_scope() {
    let bench = Bench::new().await;
    let month = Month::of(DAY);
    fill(&bench, &(0..4).map(ticket).collect::<Vec<_>>()).await;
    fill(&bench, &(0..4).map(client).collect::<Vec<_>>()).await;
    let list = List::Tickets(month);
    let tenant = bench.tenant();
    let page = tenant.list::<Ticket>(list, 2, "a", None).await.unwrap();
    let cursor = page.next.unwrap();
    let cursor = Some(cursor.as_str());
    let next = tenant.list::<Ticket>(list, 2, "a", cursor).await.unwrap();
    assert_eq!(next.items.len(), 2);

    let refused = [
        bench.other().list::<Ticket>(list, 2, "a", cursor).await.err(),
        tenant.list::<Ticket>(list, 2, "b", cursor).await.err(),
        tenant.list::<Ticket>(List::Tickets(month.plus(1)), 2, "a", cursor).await.err(),
        tenant.list::<Client>(List::Clients, 2, "a", cursor).await.err(),
        tenant.list::<Ticket>(list, 2, "a", Some("")).await.err(),
        tenant.list::<Ticket>(list, 2, "a", Some("e30.e30")).await.err(),
    ];
    for (place, error) in refused.iter().enumerate() {
        assert!(matches!(error, Some(ListError::Cursor(_))), "{place}: {error:?}");
    }
}

#[tokio::test]
async fn a_record_that_moves_is_found_in_its_new_list_only() {
    let bench = Bench::new().await;
    fill(&bench, &[time_entry(1)]).await;
    let (before, month) = (time_entry(1), Month::of(DAY));
    let found = bench.tenant().get::<TimeEntry>(before.id).await.unwrap().unwrap();
    let unassigned = TimeEntry { client: None, ..before.clone() };
    let mut change = bench.change();
    change.update(&found, &unassigned).unwrap();
    change.commit().await.unwrap();
    let list = |client| walk::<TimeEntry>(&bench, List::TimeEntries(client, month), 10);
    assert_eq!(list(before.client).await.concat(), []);
    assert_eq!(list(None).await.concat(), [unassigned]);
}
