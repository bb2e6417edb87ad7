//! Synchronisation end to end.

use serde_json::{Value, json};

use crate::bench::Bench;

fn count(total: &Value, name: &str) -> u64 {
    total[name].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_becomes_one_thing_and_the_rollups_are_what_the_rows_say() {
    let bench = Bench::start().await;
    let token = bench.register("admin@techwave.com").await;
    bench.connect(&token).await;
    bench.start_sync(&token, "full").await;
    for total in bench.synced(&token).await {
        let parts = ["created", "updated", "unchanged", "skipped", "failed"];
        let sum: u64 = parts.iter().map(|part| count(&total, part)).sum();
        assert_eq!(count(&total, "read"), sum);
        assert!(count(&total, "created") > 0);
        assert_eq!(count(&total, "failed"), 0, "{total}");
    }
    assert_eq!(bench.drift().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_kept_as_the_source_answered_it() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let kept = bench.archived();
    let org = bench.get("/api/users/me", &token).await.data()["organizationId"].clone();
    let mut pages = 0;
    for source in ["superops", "quickbooks"] {
        let status = bench.get(&format!("/api/integrations/{source}/status"), &token).await.data();
        pages += usize::try_from(status["run"]["pages"].as_u64().unwrap()).unwrap();
    }
    // One step of SuperOps' run counted what was read before.
    assert_eq!(kept.len() + 1, pages);
    assert!(kept.keys().all(|key| key.starts_with(org.as_str().unwrap())));
    let texts: String = kept.values().map(Value::to_string).collect();
    let raw = bench.raw("superops").await;
    for ticket in raw["tickets"].as_array().unwrap() {
        assert!(texts.contains(ticket["ticketId"].as_str().unwrap()), "{ticket}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_everything_again_changes_nothing() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let before = bench.state_hash().await;
    for mode in ["full", "full", "full", "incremental"] {
        bench.start_sync(&token, mode).await;
        for total in bench.synced(&token).await {
            assert_eq!(count(&total, "created") + count(&total, "updated"), 0, "{total}");
        }
        assert_eq!(bench.state_hash().await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn disturbances_change_nothing_but_time() {
    let calm = Bench::start().await;
    calm.techwave().await;
    let bench = Bench::start().await;
    let token = bench.register("admin@techwave.com").await;
    bench.connect(&token).await;
    let kinds = [
        "tooManyRequests",
        "expiredToken",
        "serverError",
        "slowResponse",
        "cutResponse",
        "recordsChangedBetweenPages",
    ];
    bench.disturb(300, &kinds).await;
    // Reading again is disturbed as well, until every kind of disturbance has happened.
    for mode in ["full", "full", "full", "incremental", "incremental"] {
        bench.start_sync(&token, mode).await;
        bench.synced(&token).await;
    }
    let happened = bench.disturbances().await;
    assert!(kinds.iter().all(|kind| happened[*kind] > 0), "{happened:?}");
    assert_eq!(bench.drift().await, 0);
    // Another tenant has other ids: the figures have to agree.
    let calm_token = calm.login().await;
    let undisturbed = figures(&calm, &calm_token).await;
    assert!(!undisturbed.is_empty());
    assert_eq!(figures(&bench, &token).await, undisturbed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_source_has_no_longer_goes_and_its_money_with_it() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let ids = |rows: &Value, field: &str| -> Vec<Value> {
        rows.as_array().unwrap().iter().step_by(40).map(|row| row[field].clone()).collect()
    };
    let raw = bench.raw("superops").await;
    let gone = json!({
        "worklogs": ids(&raw["worklogs"], "itemId"),
        "tickets": ids(&raw["tickets"], "ticketId"),
        "clientContracts": ids(&raw["clientContracts"], "contractId"),
    });
    let count_of = |lists: &Value| -> usize {
        lists.as_object().unwrap().values().map(|ids| ids.as_array().unwrap().len()).sum()
    };
    let mut documents = Vec::new();
    let books = bench.raw("quickbooks").await;
    for entity in ["Invoice", "CreditMemo", "Payment", "Bill", "Purchase"] {
        let found = books[entity].as_array().and_then(|all| all.first().cloned());
        documents.extend(found.map(|document| (entity, document)));
    }
    assert!(documents.len() >= 4 && count_of(&gone) >= 10, "{gone}");
    delete(&bench, &gone, &documents).await;

    bench.start_sync(&token, "full").await;
    let [superops, quickbooks] = bench.synced(&token).await;
    assert_eq!(count(&superops, "removed"), u64::try_from(count_of(&gone)).unwrap());
    assert_eq!(count(&quickbooks, "removed"), u64::try_from(documents.len()).unwrap());
    assert_eq!(bench.drift().await, 0);
    // Whoever comes later never saw them: the figures have to agree.
    let later = Bench::start().await;
    delete(&later, &gone, &documents).await;
    let later_token = later.techwave().await;
    assert_eq!(figures(&bench, &token).await, figures(&later, &later_token).await);
    bench.start_sync(&token, "full").await;
    for total in bench.synced(&token).await {
        assert_eq!(count(&total, "removed") + count(&total, "updated"), 0, "{total}");
    }
}

async fn delete(bench: &Bench, in_superops: &Value, in_quickbooks: &[(&str, Value)]) {
    bench.delete_in_superops(in_superops).await;
    for (entity, document) in in_quickbooks {
        bench.delete_in_quickbooks(entity, document).await;
    }
}

/// Every client's figures, by name: without ids, by which equals are ranked, and without the number
/// of rows, among which there may be some that are worth nothing.
async fn figures(bench: &Bench, token: &str) -> Vec<Value> {
    let path = "/api/ai/analytics/profitability-scores?from=2025-11&to=2026-10";
    let ranking = bench.get(path, token).await.data();
    let mut rows = ranking["clients"].as_array().unwrap().clone();
    for row in &mut rows {
        for name in ["clientId", "rank", "rows"] {
            row[name].take();
        }
    }
    rows.sort_by_key(|row| row["name"].to_string());
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_in_the_next_process() {
    let bench = Bench::start().await;
    let token = bench.register("admin@techwave.com").await;
    bench.connect(&token).await;
    bench.start_sync(&token, "full").await;
    // Both processes work on the same table and queue: every message is repeated.
    let second = bench.restart().await;
    bench.synced(&token).await;
    second.settle().await.unwrap();
    assert_eq!(bench.drift().await, 0);
    let before = bench.state_hash().await;
    bench.start_sync(&token, "full").await;
    bench.synced(&token).await;
    assert_eq!(bench.state_hash().await, before);
}
