//! Devices, counted per client by each synchronisation.

use std::collections::BTreeMap;

use clearmargin_domain::{
    id::ClientId,
    source::Source,
    usage_count::{UsageCount, UsageKind},
};
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use crate::bench::Bench;

type Counts = BTreeMap<String, u64>;

/// An id as text, quoted or not.
fn plain(id: &Value) -> String {
    id.to_string().replace('"', "")
}

/// The day in UTC.
fn today(bench: &Bench) -> Date {
    TimeZone::UTC.to_datetime(bench.server.app.clock.now()).date()
}

/// How many devices the service desk has of each account.
fn devices(raw: &Value) -> Counts {
    let mut counts = Counts::new();
    for asset in raw["assets"].as_array().unwrap() {
        let owner = &asset["client"]["accountId"];
        if !owner.is_null() {
            *counts.entry(plain(owner)).or_default() += 1;
        }
    }
    counts
}

/// Our id of each account's client.
async fn clients(bench: &Bench, token: &str) -> BTreeMap<String, String> {
    let mut clients = BTreeMap::new();
    let list = bench.get("/api/clients?limit=100", token).await.data();
    for client in list.as_array().unwrap() {
        let id = client["id"].as_str().unwrap();
        let detail = bench.get(&format!("/api/clients/{id}"), token).await.data();
        for record in detail["records"].as_array().unwrap() {
            if record["source"] == "superops" {
                clients.insert(
                    plain(&record["externalId"]),
                    record["id"].as_str().unwrap().to_owned(),
                );
            }
        }
    }
    clients
}

/// A client's latest count of endpoints; null when there is none.
async fn latest(bench: &Bench, token: &str, client: &str) -> Value {
    let path = format!("/api/usage-counts/latest?clientId={client}");
    let counts = bench.get(&path, token).await.data();
    let mut counts = counts.as_array().unwrap().iter();
    counts.find(|count| count["kind"] == "endpoints").cloned().unwrap_or_default()
}

/// The latest counts of endpoints by account, all of them counted in SuperOps today.
async fn counted(bench: &Bench, token: &str) -> Counts {
    let today = today(bench);
    let near = [today.yesterday().unwrap(), today].map(|day| Value::from(day.to_string()));
    let mut counts = Counts::new();
    for (account, client) in clients(bench, token).await {
        let count = latest(bench, token, &client).await;
        if !count.is_null() {
            assert_eq!((&count["source"], &count["product"]), (&json!("superops"), &Value::Null));
            assert_eq!((&count["assigned"], &count["committed"]), (&Value::Null, &Value::Null));
            assert!(near.contains(&count["day"]), "{count}");
            counts.insert(account, count["total"].as_u64().unwrap());
        }
    }
    counts
}

async fn sync(bench: &Bench, token: &str, mode: &str) -> Value {
    bench.start_sync(token, mode).await;
    bench.synced(token).await;
    stage(bench, token).await
}

/// What became of the rows of the stage.
async fn stage(bench: &Bench, token: &str) -> Value {
    let status = bench.get("/api/integrations/superops/status", token).await.data();
    status["run"]["stages"]["assets"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_synchronisation_counts_each_clients_devices_and_an_incremental_one_all_of_them() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let raw = bench.raw("superops").await;
    let expected = devices(&raw);
    assert!(expected.len() >= 5 && expected.values().sum::<u64>() > 200, "{expected:?}");
    assert_eq!(counted(&bench, &token).await, expected);
    let rows = raw["assets"].as_array().unwrap().len();
    let first = stage(&bench, &token).await;
    assert_eq!(first["read"], rows);
    // Spare machines are nobody's.
    assert_eq!((&first["skipped"], &first["failed"]), (&json!(3), &json!(0)));
    assert_eq!(first["unchanged"], rows - 3);
    let before = bench.state_hash().await;
    assert_eq!(sync(&bench, &token, "incremental").await, first);
    assert_eq!(bench.state_hash().await, before);
    // Nobody else sees them.
    let stranger = bench.register("someone@elsewhere.com").await;
    let client = clients(&bench, &token).await.into_values().next().unwrap();
    let path = format!("/api/usage-counts/latest?clientId={client}");
    let refused = bench.get(&path, &stranger).await;
    assert_eq!(refused.body["errors"][0]["path"], "query.clientId");
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_that_went_are_counted_no_longer_and_a_client_without_any_has_none() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let raw = bench.raw("superops").await;
    let mut expected = devices(&raw);
    let mut accounts = expected.keys().cloned();
    let (fewer, none) = (accounts.next().unwrap(), accounts.next().unwrap());
    let of = |account: &str| -> Vec<Value> {
        let assets = raw["assets"].as_array().unwrap().iter();
        let own = assets.filter(|asset| plain(&asset["client"]["accountId"]) == account);
        own.map(|asset| asset["assetId"].clone()).collect()
    };
    let gone = [of(&fewer)[..3].to_vec(), of(&none)].concat();
    bench.delete_in_superops(&json!({ "assets": gone })).await;
    expected.entry(fewer).and_modify(|count| *count -= 3);
    expected.insert(none, 0);
    sync(&bench, &token, "incremental").await;
    assert_eq!(counted(&bench, &token).await, expected);
    let before = bench.state_hash().await;
    sync(&bench, &token, "full").await;
    assert_eq!(bench.state_hash().await, before);
    // Without a single device somebody took away rights rather than all machines.
    let left: Vec<_> = bench.raw("superops").await["assets"].as_array().unwrap().clone();
    let left: Vec<_> = left.iter().map(|asset| asset["assetId"].clone()).collect();
    bench.delete_in_superops(&json!({ "assets": left })).await;
    sync(&bench, &token, "full").await;
    assert_eq!(bench.state_hash().await, before);
}

/// Stores a count of the day before, as an earlier synchronisation or somebody's table left it.
async fn count_of(bench: &Bench, client: ClientId, day: Date, source: Option<Source>) {
    let (org, kind) = (bench.org().await, UsageKind::Endpoints);
    let count = UsageCount {
        id: UsageCount::id_of(org, client, kind, None, day),
        client,
        kind,
        product: None,
        day,
        assigned: None,
        total: Some(7),
        committed: None,
        source,
    };
    let app = &bench.server.app;
    let ctx = app.for_system(org, "test");
    let audit = ctx.audit("usageCounts.uploaded", org, Value::Null);
    let mut change = app.store.tenant(org).change(audit);
    change.insert(&count).unwrap();
    change.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_counted_on_an_earlier_day_falls_to_nothing_once_and_what_people_said_stays() {
    let bench = Bench::start_with(|techwave| techwave.superops.assets.truncate(40)).await;
    let token = bench.techwave().await;
    let counted = counted(&bench, &token).await;
    let without = clients(&bench, &token).await;
    let mut without = without.into_iter().filter(|(account, _)| !counted.contains_key(account));
    let (one, other) = (without.next().unwrap().1, without.next().unwrap().1);
    let day = today(&bench).checked_sub(9.days()).unwrap();
    count_of(&bench, one.parse().unwrap(), day, Some(Source::SuperOps)).await;
    count_of(&bench, other.parse().unwrap(), day, None).await;
    sync(&bench, &token, "incremental").await;
    assert_eq!(latest(&bench, &token, &one).await["total"], 0);
    assert_eq!(latest(&bench, &token, &other).await["total"], 7);
    // The earlier day keeps what was counted on it.
    let path = format!("/api/usage-counts?clientId={one}");
    let history = bench.get(&path, &token).await.data();
    let history: Vec<_> = history.as_array().unwrap().iter().map(|count| &count["total"]).collect();
    assert_eq!(history, [&json!(7), &json!(0)]);
    let before = bench.state_hash().await;
    sync(&bench, &token, "incremental").await;
    assert_eq!(bench.state_hash().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_on_two_pages_counts_once_and_one_of_an_unknown_client_is_refused() {
    let bench = Bench::start_with(|techwave| {
        let assets = &mut techwave.superops.assets;
        // The last page has what the first had: once unchanged, once at another client by now.
        let (again, mut moved) = (assets[0].clone(), assets[1].clone());
        let mut strange = assets[2].clone();
        let owners = assets.iter().rev().map(|asset| asset["client"].clone());
        moved["client"] = owners.into_iter().find(|owner| !owner["accountId"].is_null()).unwrap();
        strange["assetId"] = json!("77");
        strange["client"]["accountId"] = json!("4");
        assets.extend([again, moved, strange]);
    })
    .await;
    let token = bench.techwave().await;
    // What the service desk holds by id is what came last.
    let mut expected = devices(&bench.raw("superops").await);
    assert_eq!(expected.remove("4"), Some(1));
    assert_eq!(counted(&bench, &token).await, expected);
    assert_eq!(stage(&bench, &token).await["failed"], 1);
    let status = bench.get("/api/integrations/superops/status", &token).await.data();
    let run = status["run"]["id"].as_str().unwrap();
    let path = format!("/api/integrations/superops/runs/{run}/failures");
    let failures = bench.get(&path, &token).await.data();
    let failure = &failures.as_array().unwrap()[0];
    assert_eq!((&failure["stage"], &failure["externalId"]), (&json!("assets"), &json!("77")));
    assert_eq!(failure["reason"], "its client is not known here");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_table_and_a_synchronisation_on_one_day_the_later_one_holds() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let (account, client) = clients(&bench, &token).await.into_iter().next().unwrap();
    let count = latest(&bench, &token, &client).await;
    let day = count["day"].as_str().unwrap();
    let csv = format!("client,kind,day,total\n{client},endpoints,{day},1234\n");
    let answer = bench.post("/api/usage-counts", &token, &json!({ "csv": csv })).await.data();
    assert_eq!(answer, json!({"added": 0, "changed": 1, "unchanged": 0}));
    let said = latest(&bench, &token, &client).await;
    assert_eq!((&said["total"], &said["source"]), (&json!(1234), &Value::Null));
    sync(&bench, &token, "incremental").await;
    let expected = devices(&bench.raw("superops").await);
    assert_eq!(counted(&bench, &token).await, expected);
    assert_eq!(latest(&bench, &token, &client).await["total"], expected[&account]);
}
