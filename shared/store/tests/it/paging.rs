//! Lists come page by page, each record once.

use std::collections::HashSet;

use clearmargin_domain::{
    client::{Contact, Note},
    invoice::Invoice,
    period::Month,
    ticket::Ticket,
    time_entry::TimeEntry,
};
use clearmargin_store::{List, ListError, Record, TicketFilter, TicketList, TicketsOf};
use proptest::{prelude::*, test_runner::Config};

use crate::{
    bench::{Bench, NOW},
    sample::{DAY, contact, invoice, note, ticket, time_entry},
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
            fill(&bench, &(0..size).map(note).collect::<Vec<_>>()).await;
            let notes = walk::<Note>(&bench, List::Notes(note(0).client), limit).await.concat();
            assert_eq!(notes, (0..size).rev().map(note).collect::<Vec<_>>());
            fill(&bench, &(0..size).map(contact).collect::<Vec<_>>()).await;
            let list = List::Contacts(contact(0).client);
            let contacts = walk::<Contact>(&bench, list, limit).await.concat();
            assert_eq!(contacts, (0..size).map(contact).collect::<Vec<_>>());
            let count = bench.tenant().count(list).await.unwrap();
            assert_eq!(u128::try_from(count).unwrap(), size);
            let tickets = walk::<Ticket>(&bench, List::Tickets(month), limit).await.concat();
            assert_eq!(tickets, (0..size).map(ticket).collect::<Vec<_>>());
        });
    }
}

/// A ticket opened so many hours after the first.
fn ticket_at(number: u128, hours: i64) -> Ticket {
    let first = ticket(number).created_at;
    Ticket { created_at: first + jiff::SignedDuration::from_hours(hours), ..ticket(number) }
}

fn newest_first(limit: usize) -> TicketList {
    let month = Month::of(DAY);
    TicketList {
        from: NOW,
        before: "2027-06-01T00:00:00Z".parse().unwrap(),
        of: TicketsOf::Months((0..6).rev().map(|count| month.plus(count)).collect()),
        filter: TicketFilter::default(),
        limit,
        look_at: 120,
    }
}

proptest! {
    #![proptest_config(Config::with_cases(24))]

    /// What was there before the first page and is there after the last is on exactly one of them.
    #[test]
    fn pages_under_inserts_and_deletes_neither_repeat_nor_skip_what_was_there(
        hours in prop::collection::vec(0_i64..3_000, 1..60),
        meanwhile in prop::collection::vec((any::<bool>(), 0_i64..3_000, any::<prop::sample::Index>()), 0..40),
        limit in 1_usize..12,
    ) {
        runtime().block_on(async {
            let bench = Bench::new().await;
            let before: Vec<_> =
                (0..).zip(&hours).map(|(number, hours)| ticket_at(number, *hours)).collect();
            fill(&bench, &before).await;
            let (mut deleted, mut seen) = (HashSet::new(), Vec::new());
            let (mut cursor, mut steps) = (None, (1_000_u128..).zip(&meanwhile));
            loop {
                let (page, next) =
                    bench.tenant().tickets(&newest_first(limit), cursor.as_deref()).await.unwrap();
                assert!(page.len() <= limit);
                seen.extend(page.iter().map(|ticket| (ticket.created_at, ticket.id)));
                for (number, (inserts, hours, which)) in steps.by_ref().take(4) {
                    let mut change = bench.change();
                    if *inserts {
                        change.insert(&ticket_at(number, *hours)).unwrap();
                    } else {
                        let gone = which.get(&before).id;
                        if !deleted.insert(gone) {
                            continue;
                        }
                        let found = bench.tenant().get::<Ticket>(gone).await.unwrap().unwrap();
                        change.delete(&found).unwrap();
                    }
                    change.commit().await.unwrap();
                }
                cursor = next;
                if cursor.is_none() {
                    break;
                }
            }
            assert!(seen.is_sorted_by(|a, b| a > b), "{seen:?}");
            let seen: HashSet<_> = seen.into_iter().map(|(_, id)| id).collect();
            let stayed = before.iter().filter(|ticket| !deleted.contains(&ticket.id));
            assert!(stayed.into_iter().all(|ticket| seen.contains(&ticket.id)));
        });
    }
}

#[tokio::test]
async fn a_cursor_works_only_in_its_organisation_its_list_and_its_scope() {
    let bench = Bench::new().await;
    let month = Month::of(DAY);
    fill(&bench, &(0..4).map(ticket).collect::<Vec<_>>()).await;
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
        tenant.list::<Contact>(List::Contacts(contact(0).client), 2, "a", cursor).await.err(),
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
