//! Walking through a collection, and what a run has seen.

use std::collections::BTreeSet;

use clearmargin_domain::{client::Client, ticket::Ticket};
use clearmargin_store::{Record, Stored, Walk, Walked};

use crate::{
    bench::{Bench, org},
    sample,
};

/// The ids met in a walk by stretches of `limit`, in order.
async fn met<T: Record + Walked>(bench: &Bench, limit: i32, id: fn(&T) -> String) -> Vec<String> {
    let (mut met, mut walk) = (Vec::new(), Some(Walk::default()));
    while let Some(here) = walk {
        let (records, next) = bench.tenant().walk::<T>(&here, limit).await.unwrap();
        met.extend(records.iter().map(|record: &Stored<T>| id(&record.value)));
        // A walk's place survives being written down.
        walk =
            next.map(|next| serde_json::from_value(serde_json::to_value(next).unwrap()).unwrap());
    }
    met
}

#[tokio::test]
async fn a_walk_meets_every_record_once_whatever_the_stretch() {
    let bench = Bench::new().await;
    let mut change = bench.change();
    for number in 1..=40 {
        change.insert(&sample::ticket(number)).unwrap();
    }
    for number in 1..=3 {
        change.insert(&sample::client(number)).unwrap();
    }
    change.commit().await.unwrap();
    let expected: BTreeSet<_> =
        (1..=40).map(|number| sample::ticket(number).id.to_string()).collect();
    for limit in [1, 7, 1_000] {
        let tickets = met::<Ticket>(&bench, limit, |ticket| ticket.id.to_string()).await;
        assert_eq!(tickets.len(), 40, "by {limit}");
        assert_eq!(tickets.into_iter().collect::<BTreeSet<_>>(), expected);
        let clients = met::<Client>(&bench, limit, |client| client.id.to_string()).await;
        assert_eq!(clients.len(), 3);
    }
}

#[tokio::test]
async fn what_a_run_saw_of_a_stage_is_the_sum_of_its_pages_and_nobody_elses() {
    let bench = Bench::new().await;
    let mut change = bench.change();
    change.saw(&sample::seen_rows(1)).unwrap();
    let mut second = sample::seen_rows(2);
    let client = sample::client(2).id;
    second.external_ids = vec!["78".to_owned(), "79".to_owned()];
    second.clients = vec![Some(client), Some(client)];
    change.saw(&second).unwrap();
    change.commit().await.unwrap();
    let run = sample::run(1).id;
    let mut seen: Vec<_> = bench.tenant().seen(run, "tickets").await.unwrap().into_iter().collect();
    seen.sort();
    assert_eq!(seen, ["77", "78", "79"]);
    let whose = bench.tenant().seen_clients(run, "tickets").await.unwrap();
    let first = Some(sample::client(1).id);
    let expected = [("77", first), ("78", Some(client)), ("79", Some(client))];
    assert_eq!(whose, expected.map(|(id, client)| (id.to_owned(), client)).into());
    let strange = bench.store.tenant(org(2)).seen_clients(run, "tickets").await.unwrap();
    assert!(strange.is_empty());
    assert!(bench.tenant().seen(run, "ticket_time").await.unwrap().is_empty());
    assert!(bench.tenant().seen(sample::run(2).id, "tickets").await.unwrap().is_empty());
    assert!(bench.store.tenant(org(2)).seen(run, "tickets").await.unwrap().is_empty());
    // A page counts once.
    let mut again = bench.change();
    again.saw(&sample::seen_rows(1)).unwrap();
    assert!(again.commit().await.is_err());
}
