//! An organisation's business as text.

use clearmargin_domain::{client::Client, ticket::Ticket};
use clearmargin_store::Versions;
use serde_json::Value;

use crate::{
    bench::Bench,
    isolation::one_of_each,
    sample::{client, ticket},
};

async fn lines(bench: &Bench) -> Vec<Value> {
    let lines = bench.tenant().export().await.unwrap();
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn it_holds_every_business_record_and_sum_and_no_secret() {
    let bench = one_of_each().await;
    bench.settle().await;
    let lines = lines(&bench).await;
    let kinds: Vec<_> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    let records = [
        "AGREEMENT",
        "BILLED",
        "BILLRUN",
        "BOOKS",
        "BUDGET",
        "BUDGETPLAN",
        "BULK",
        "BULKPART",
        "CLAIMED",
        "CLIENT",
        "COMMENT",
        "CONTACT",
        "COUNT",
        "DESCRIPTION",
        "DUNNED",
        "DUNNING",
        "DUNRUN",
        "EXPENSE",
        "EXPENSEACCOUNT",
        "HAPPENED",
        "INVOICE",
        "LEAK",
        "LEAKINVOICE",
        "LINE",
        "MATCH",
        "NOTE",
        "ORGANIZATION",
        "PAYMENT",
        "PROFILE",
        "QUOTE",
        "RATE",
        "RECOMMENDED",
        "ROUTING",
        "SCHEDULE",
        "SEQUENCE",
        "SERVICE",
        "SITE",
        "SKILLS",
        "SLA",
        "SPENDING",
        "TAX",
        "TECHNICIAN",
        "TEMPLATE",
        "TERMS",
        "TICKET",
        "TIME",
        "TURN",
    ];
    // Of four subjects the money and time, and of two of them what is due in a month to come; what came in
    // without a method, and what recurs of a client; of five
    // the desk's counts and two kinds of durations, of two of them by day as well.
    assert_eq!(kinds, [records.as_slice(), &["SUM"; 4 + 2 + 2 + 3 * (5 + 2)]].concat());
    let line = |kind: &str| &lines[kinds.iter().position(|it| *it == kind).unwrap()];
    assert_eq!(line("CLIENT")["doc"]["name"], "Client 1");
    assert_eq!(line("INVOICE")["doc"]["lines"][1]["amount"]["minor"], 2_005);
    let text = bench.tenant().export().await.unwrap().concat();
    for secret in ["argon2id", "v1.AAAA"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn what_is_neither_exported_nor_left_out_on_purpose_does_not_exist() {
    let bench = one_of_each().await;
    let exported: Vec<_> =
        lines(&bench).await.into_iter().map(|line| line["kind"].clone()).collect();
    let migrated = bench.tenant().migrate_all().await.unwrap();
    let left_out = [
        "ANALYSES",
        "ANALYSIS",
        "APIKEY",
        "CONNECTION",
        "FAILURE",
        "INVITATION",
        "MARKET",
        "OFFER",
        "RUN",
        "SESSION",
        "USER",
        "audit",
        "migration",
        "outbox",
    ];
    for item in bench.items() {
        let kind = item["kind"]["S"].as_str().unwrap();
        let is_exported = exported.iter().any(|name| name == kind);
        assert!(is_exported || left_out.contains(&kind), "{kind}");
        // Rows of a run are gone long before their shape is.
        let is_migrated =
            migrated.iter().any(|report| report.kind == kind && report.looked_at == 1);
        assert_eq!(is_migrated, kind.to_uppercase() == kind && kind != "FAILURE", "{kind}");
    }
}

#[tokio::test]
async fn records_of_a_kind_are_sorted_by_id_though_they_live_in_many_partitions() {
    let bench = Bench::new().await;
    let mut change = bench.change();
    for number in 0..90 {
        change.insert(&ticket(number)).unwrap();
    }
    change.commit().await.unwrap();
    let ids: Vec<_> = lines(&bench).await.into_iter().map(|line| line["id"].clone()).collect();
    let expected: Vec<_> = (0..90).map(|number| ticket(number).id.to_string()).collect();
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn the_same_state_has_the_same_hash_however_it_came_about() {
    let (short, long) = (Bench::new().await, Bench::new().await);
    let mut change = short.change();
    change.insert(&client(1)).unwrap();
    change.commit().await.unwrap();

    let mut change = long.change();
    change.insert(&ticket(1)).unwrap();
    change.insert(&Client { name: "Typo".to_owned(), ..client(1) }).unwrap();
    change.commit().await.unwrap();
    assert_ne!(hash(&long).await, hash(&short).await);

    let typo = long.tenant().get::<Client>(client(1).id).await.unwrap().unwrap();
    let ticket = long.tenant().get::<Ticket>(ticket(1).id).await.unwrap().unwrap();
    let mut change = long.change();
    change.update(&typo, &client(1)).unwrap();
    change.delete(&ticket).unwrap();
    change.commit().await.unwrap();
    assert_eq!(hash(&long).await, hash(&short).await);

    let versions = |bench: &Bench| {
        let store = bench.store.clone();
        async move { store.tenant(crate::bench::org(1)).export_with(Versions::Included).await }
    };
    let [one, two] = [versions(&short).await.unwrap(), versions(&long).await.unwrap()];
    assert!(one[0].ends_with(r#""version":1}"#), "{}", one[0]);
    assert!(two[0].ends_with(r#""version":2}"#), "{}", two[0]);
}

async fn hash(bench: &Bench) -> String {
    bench.tenant().state_hash().await.unwrap()
}

#[tokio::test]
async fn a_sum_that_has_gone_back_to_nothing_leaves_no_trace() {
    let bench = Bench::new().await;
    let empty = hash(&bench).await;
    let mut change = bench.change();
    change.insert(&crate::sample::time_entry(1)).unwrap();
    change.commit().await.unwrap();
    bench.settle().await;
    assert_ne!(hash(&bench).await, empty);
    let id = crate::sample::time_entry(1).id;
    let found = bench.tenant().get::<clearmargin_domain::time_entry::TimeEntry>(id).await;
    let mut change = bench.change();
    change.delete(&found.unwrap().unwrap()).unwrap();
    change.commit().await.unwrap();
    bench.settle().await;
    assert_eq!(hash(&bench).await, empty);
}
