//! A connection that is ended leaves no credentials behind, here or there, and keeps what was read.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::bench::{Answer, Bench};

const SOURCES: [&str; 2] = ["superops", "quickbooks"];

async fn disconnect(bench: &Bench, source: &str, token: &str) -> Answer {
    bench.post(&format!("/api/integrations/{source}/disconnect"), token, &Value::Null).await
}

async fn status(bench: &Bench, source: &str, token: &str) -> Value {
    bench.get(&format!("/api/integrations/{source}/status"), token).await.data()
}

fn sealed(bench: &Bench) -> usize {
    bench.items().iter().filter(|item| item.to_string().contains("sealedCredentials")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_ended_and_gone_what_was_read_stays_and_the_same_account_comes_back() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let before = bench.state_hash().await;
    assert_eq!((bench.consents().await, sealed(&bench)), (1, 2));
    for source in SOURCES {
        for _ in 0..2 {
            let ended = disconnect(&bench, source, &token).await.data();
            assert_eq!(
                (&ended["source"], &ended["status"]),
                (&json!(source), &json!("disconnected"))
            );
        }
        assert_eq!(status(&bench, source, &token).await["status"], "disconnected");
        let path = format!("/api/integrations/{source}/sync");
        let refused = bench.post(&path, &token, &json!({"mode": "full"})).await;
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (StatusCode::CONFLICT, &json!("reconnect_needed"))
        );
    }
    assert_eq!((bench.consents().await, sealed(&bench)), (0, 0));
    assert_eq!(bench.state_hash().await, before);
    bench.connect(&token).await;
    bench.start_sync(&token, "full").await;
    bench.synced(&token).await;
    assert_eq!((bench.consents().await, bench.state_hash().await), (1, before));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_goes_on_ends_and_the_connection_stays_ended() {
    let bench = Bench::start().await;
    let token = bench.register("admin@techwave.com").await;
    bench.connect(&token).await;
    bench.start_sync(&token, "full").await;
    for source in SOURCES {
        disconnect(&bench, source, &token).await.data();
        let over = bench.status_once(source, &token, |it| it["run"]["status"] != "running").await;
        assert_eq!(over["status"], "disconnected", "{over}");
    }
    assert_eq!((bench.consents().await, sealed(&bench)), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_source_is_away_nothing_is_changed_and_nobody_else_can_end_it() {
    let mut bench = Bench::start().await;
    let token = bench.techwave().await;
    let stranger = bench.register("someone@elsewhere.com").await;
    for source in SOURCES {
        assert_eq!(disconnect(&bench, source, &stranger).await.status, StatusCode::NOT_FOUND);
        assert_eq!(disconnect(&bench, source, "").await.status, StatusCode::UNAUTHORIZED);
    }
    bench.lose_sources();
    let away = disconnect(&bench, "quickbooks", &token).await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE, "{away:?}");
    assert_eq!(status(&bench, "quickbooks", &token).await["status"], "connected");
    assert_eq!(sealed(&bench), 2);
    // SuperOps has nothing to be asked for.
    assert_eq!(disconnect(&bench, "superops", &token).await.data()["status"], "disconnected");
    assert_eq!(sealed(&bench), 1);
}
