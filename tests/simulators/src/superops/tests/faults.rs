//! Each kind of fault as a client meets it.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::app::App;
use crate::faults::{FaultKind, FaultPlan};
use crate::http::Running;
use crate::superops::router;

fn always(kind: FaultKind) -> FaultPlan {
    FaultPlan { per_mille: 1000, kinds: vec![kind], slow_millis: 50, ..FaultPlan::default() }
}

async fn statuses(kind: FaultKind) -> BTreeSet<(u16, String)> {
    let app = App::with(|_| {}, always(kind));
    let mut seen = BTreeSet::new();
    for _ in 0..40 {
        let (status, body) = app.ask("{ __typename }", Value::Null).await;
        let code = &body["errors"][0]["extensions"]["clientError"][0]["code"];
        seen.insert((status.as_u16(), code.as_str().unwrap_or_default().to_owned()));
    }
    seen
}

#[tokio::test]
async fn the_rate_limit_comes_as_200_and_as_429() {
    let expected = [(200, "rate_limit_exceeded".to_owned()), (429, String::new())];
    assert_eq!(statuses(FaultKind::TooManyRequests).await, expected.into());
}

#[tokio::test]
async fn an_expired_token_is_401() {
    assert_eq!(statuses(FaultKind::ExpiredToken).await, [(401, String::new())].into());
}

#[tokio::test]
async fn server_errors_come_in_all_forms() {
    let codes = statuses(FaultKind::ServerError).await.into_iter().map(|(status, _)| status);
    assert_eq!(codes.collect::<Vec<_>>(), [200, 500, 502, 503]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_response_is_right_but_late() {
    let app = App::with(|_| {}, always(FaultKind::SlowResponse));
    let start = tokio::time::Instant::now();
    app.data("{ __typename }", Value::Null).await;
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_cut_response_promises_more_than_it_sends() {
    let app = App::new();
    let router = router(app.seed.clone(), always(FaultKind::CutResponse)).unwrap();
    let running = Running::start(router, 0).await.unwrap();
    let mut connection =
        TcpStream::connect(running.origin().trim_start_matches("http://")).await.unwrap();
    let body =
        json!({ "query": "{ getClientList(input: {}) { clients { accountId } } }" }).to_string();
    let request = format!(
        "POST /msp HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer techwave-api-token\r\n\
         CustomerSubDomain: techwave\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // The connection is closed by the server, cleanly or not.
    let _ = connection.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let promised = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let promised: usize = promised.parse().unwrap();
    assert!(head.starts_with("HTTP/1.1 200"));
    assert!(!body.is_empty() && body.len() < promised, "{} of {promised}", body.len());
}

#[tokio::test]
async fn faults_are_switched_counted_and_reset_at_run_time() {
    let app = App::new();
    app.data("{ __typename }", Value::Null).await;
    let plan = json!({ "perMille": 1000, "kinds": ["expiredToken"], "seed": 4 });
    assert_eq!(app.post("/_control/faults", &plan).await, StatusCode::NO_CONTENT);
    assert_eq!(app.ask("{ __typename }", Value::Null).await.0, StatusCode::UNAUTHORIZED);
    let shown = app.get("/_control/faults").await;
    assert_eq!(shown["plan"]["perMille"], 1000);
    assert_eq!(shown["injected"]["expiredToken"], 1);
    assert_eq!(app.post("/_control/reset", &json!({})).await, StatusCode::NO_CONTENT);
    app.data("{ __typename }", Value::Null).await;
    assert!(app.post("/_control/faults", &json!({ "rate": 1 })).await.is_client_error());
}

#[tokio::test]
async fn the_same_plan_hits_the_same_requests() {
    let plan = FaultPlan {
        per_mille: 300,
        kinds: vec![FaultKind::ExpiredToken],
        seed: 9,
        ..FaultPlan::default()
    };
    let hits = async || {
        let app = App::with(|_| {}, plan.clone());
        let mut hits = Vec::new();
        for _ in 0..60 {
            hits.push(app.ask("{ __typename }", Value::Null).await.0 == StatusCode::UNAUTHORIZED);
        }
        hits
    };
    let first = hits().await;
    assert_eq!(first, hits().await);
    assert!((8..30).contains(&first.iter().filter(|hit| **hit).count()));
}
