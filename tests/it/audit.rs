//! The audit trail end to end.

use std::{fs, process::ExitCode};

use clearmargin_app::audit;
use clearmargin_local::commands;
use serde_json::{Value, json};

use crate::bench::Bench;

async fn rows(bench: &Bench, token: &str) -> Vec<Value> {
    let (mut found, mut path) = (Vec::new(), "/api/audit?limit=100".to_owned());
    loop {
        let page = bench.get(&path, token).await.body;
        found.extend(page["data"].as_array().unwrap().clone());
        let Some(next) = page["page"]["nextCursor"].as_str() else { return found };
        path = format!("/api/audit?limit=100&cursor={next}");
    }
}

/// How many changes people made.
async fn by_people(bench: &Bench, token: &str) -> usize {
    let rows = rows(bench, token).await;
    rows.iter().filter(|row| row["actor"]["kind"] == "user").count()
}

fn verify(folder: &std::path::Path, head: &Value) -> bool {
    let head = format!("{}:{}", head["block"], head["hash"].as_str().unwrap());
    let code = commands::audit::verify(folder, Some(head.parse().unwrap())).unwrap();
    format!("{code:?}") == format!("{:?}", ExitCode::SUCCESS)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_leaves_one_row_and_the_sealed_rows_can_be_verified_elsewhere() {
    let bench = Bench::start().await;
    let token = bench.register("admin@techwave.com").await;
    let mut count = by_people(&bench, &token).await;
    let rate = json!({"hourlyCost": 40, "currency": "USD", "effectiveFrom": "2020-01-01"});
    let superops = json!({"subdomain": "x", "apiToken": "wrong"});
    let changes = [
        ("/api/cost-rates", rate.clone(), 1),
        ("/api/cost-rates", json!({"hourlyCost": -1}), 0),
        ("/api/cost-rates", rate, 1),
        ("/api/integrations/superops/connect", superops, 0),
    ];
    for (path, body, rows) in changes {
        let answer = bench.post(path, &token, &body).await;
        assert_eq!(answer.status.is_success(), rows == 1, "{path} {answer:?}");
        count += rows;
        assert_eq!(by_people(&bench, &token).await, count, "{path}");
    }
    bench.connect(&token).await;
    bench.start_sync(&token, "full").await;
    bench.synced(&token).await;
    let app = &bench.server.app;
    let org = app.store.directory().organizations().await.unwrap()[0];
    audit::seal_waiting(app, org).await.unwrap();
    let head = bench.get("/api/audit/head", &token).await.data();
    assert_eq!(head["rows"], rows(&bench, &token).await.len());
    let report = audit::check(app, org, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(report.findings, []);

    let folder = bench.blocks().await;
    assert!(verify(&folder, &head));
    let block = folder.join("0000000001.ndjson");
    let whole = fs::read(&block).unwrap();
    let mut altered = whole.clone();
    altered[whole.len() / 2] ^= 1;
    fs::write(&block, altered).unwrap();
    assert!(!verify(&folder, &head));
    fs::write(&block, whole).unwrap();
    let last = folder.join(format!("{:010}.ndjson", head["block"].as_u64().unwrap()));
    fs::remove_file(last).unwrap();
    assert!(!verify(&folder, &head));
}
