//! A rollup that is not the sum of its rows is found and mended.

use clearmargin_domain::rollup::Subject;
use serde_json::json;

use crate::{
    bench::{Bench, text},
    sample::{budget_expense, expense, invoice, time_entry},
};

async fn with_rows() -> Bench {
    let bench = Bench::new().await;
    let mut change = bench.change();
    change.insert(&time_entry(1)).unwrap();
    change.insert(&invoice(1)).unwrap();
    change.insert(&expense(1)).unwrap();
    change.commit().await.unwrap();
    bench
}

#[tokio::test]
async fn nothing_is_compared_while_changes_are_waiting() {
    let bench = with_rows().await;
    assert_eq!(bench.tenant().drift().await.unwrap(), None);
    bench.settle().await;
    let report = bench.tenant().drift().await.unwrap().unwrap();
    // The organisation, a client, a service and a technician; what is due a month later of the first
    // two; the days, months and years in which what is owed begins and ages; and where the invoice
    // stands among all and among its client's; what of it recurs; the time that waits for an
    // invoice; and what was bought on an account.
    assert_eq!((report.rows, report.buckets, report.drifted()), (3, 6 + 12 + 2 + 1 + 1 + 1, 0));
}

#[tokio::test]
async fn broken_rollups_are_found_and_recomputed() {
    let bench = with_rows().await;
    bench.settle().await;
    let whole = bench.items();
    let rollup = |letter: &str| {
        let partition = format!("#R#{letter}");
        let of = |item: &&serde_json::Value| text(item, "pk").ends_with(&partition);
        whole.iter().find(of).unwrap().clone()
    };
    let sr = "as"; // October
    // One sum is wrong, one is missing, and one is there that no row explains.
    let mut wrong = rollup("O");
    wrong[sr] = json!({"N": "1"});
    bench.put(&wrong);
    let mut missing = rollup("T");
    missing.as_object_mut().unwrap().retain(|name, _| name == "pk" || name == "sk");
    bench.put(&missing);
    let mut unexplained = rollup("C");
    let id = text(&unexplained, "sk").split_once('#').unwrap().1.to_owned();
    unexplained["sk"] = json!({"S": format!("2031#{id}")});
    bench.put(&unexplained);

    let tenant = bench.tenant();
    let report = tenant.drift().await.unwrap().unwrap();
    let subjects: Vec<_> = report.drifts.iter().map(|drift| drift.bucket.subject).collect();
    let (client, technician) = (time_entry(1).client.unwrap(), time_entry(1).technician);
    // The client's year that no row explains has two months.
    let client = Subject::Client(client);
    let expected = [Subject::Organization, client, client, Subject::Technician(technician)];
    assert_eq!(subjects, expected);
    assert_eq!(report.drifts[0].stored.service_revenue_minor, 1);
    assert_eq!(report.drifts[0].rows.service_revenue_minor, 10_000);

    tenant.recompute(&report).await.unwrap();
    let mended = tenant.drift().await.unwrap().unwrap();
    assert_eq!((mended.rows, mended.drifts.len()), (3, 0));
}

#[tokio::test]
async fn what_clients_owe_is_mended_like_every_other_sum() {
    let bench = with_rows().await;
    bench.settle().await;
    let items = bench.items();
    let of = |item: &&serde_json::Value| text(item, "pk").ends_with("#B#Y");
    let mut wrong = items.iter().find(of).unwrap().clone();
    // Of the invoice's first year.
    let year = format!("{:04}c", invoice(1).day.year());
    wrong[year] = json!({"N": "77"});
    bench.put(&wrong);
    let tenant = bench.tenant();
    let report = tenant.drift().await.unwrap().unwrap();
    assert_eq!((report.drifted(), report.ageing_drifts.len()), (1, 1));
    tenant.recompute(&report).await.unwrap();
    assert_eq!(tenant.drift().await.unwrap().unwrap().drifted(), 0);
}

#[tokio::test]
async fn where_invoices_stand_is_mended_like_every_other_sum() {
    let bench = with_rows().await;
    bench.settle().await;
    let items = bench.items();
    let of = |item: &&serde_json::Value| text(item, "pk").ends_with("#U#J");
    let mut wrong = items.iter().find(of).unwrap().clone();
    // The sample is settled in part and due on the fourteenth of November; nothing was taken back.
    wrong["eq"] = json!({"N": "5"});
    bench.put(&wrong);
    let mut unexplained = wrong.clone();
    let sk = text(&wrong, "sk").rsplit_once('#').unwrap().0.to_owned();
    unexplained.as_object_mut().unwrap().retain(|name, _| name == "pk");
    unexplained["sk"] = json!({"S": format!("{sk}#-")});
    unexplained["v"] = json!({"N": "1"});
    bench.put(&unexplained);
    let tenant = bench.tenant();
    let report = tenant.drift().await.unwrap().unwrap();
    assert_eq!((report.drifted(), report.standing_drifts.len()), (2, 2));
    tenant.recompute(&report).await.unwrap();
    assert_eq!(tenant.drift().await.unwrap().unwrap().drifted(), 0);
}

#[tokio::test]
async fn what_was_spent_of_a_budget_is_mended_like_every_other_sum() {
    let bench = Bench::new().await;
    let mut change = bench.change();
    for number in 1..=90 {
        change.insert(&budget_expense(number)).unwrap();
    }
    change.commit().await.unwrap();
    bench.settle().await;
    let tenant = bench.tenant();
    let report = tenant.drift().await.unwrap().unwrap();
    assert_eq!((report.rows, report.buckets, report.drifted()), (90, 1, 0));
    let items = bench.items();
    let of = |item: &&serde_json::Value| text(item, "pk").ends_with("#SPENT");
    let mut wrong = items.iter().find(of).unwrap().clone();
    // The sum of the fifteenth.
    wrong["fs"] = json!({"N": "77"});
    bench.put(&wrong);
    let report = tenant.drift().await.unwrap().unwrap();
    assert_eq!((report.drifted(), report.spent_drifts.len()), (1, 1));
    tenant.recompute(&report).await.unwrap();
    assert_eq!(tenant.drift().await.unwrap().unwrap().drifted(), 0);
    let spent = tenant.spent_of(budget_expense(1).budget).await.unwrap();
    let sums: Vec<_> =
        spent.values().flat_map(|days| days.values()).map(|sum| (sum.minor, sum.count)).collect();
    assert_eq!(sums, [(90 * 12_345, 90)]);
}
