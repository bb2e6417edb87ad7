//! How runs begin, go on and end: one at a time, each step once, whoever dies in between.

use axum::http::Method;
use clearmargin_app::{Error, analyses, jobs::Outcome};
use clearmargin_domain::{
    analysis::{Kept, Part, RunState},
    id::AnalysisRunId,
    job::Job,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::office::Office;

const RUN: &str = "/analytics/run-analysis";

fn run_of(id: &str) -> AnalysisRunId {
    id.parse().unwrap()
}

/// The hashes of a run's snapshot and of what came of it.
fn hashes(run: &Value) -> Vec<String> {
    let parts = run["parts"].as_array().unwrap().iter().map(|part| part["fingerprint"].to_string());
    [run["snapshot"]["fingerprint"].to_string()].into_iter().chain(parts).collect()
}

#[tokio::test]
async fn a_run_tells_how_far_it_has_come_and_what_it_was_computed_from() {
    let office = Office::new().await;
    office.client(1).await;
    office.world.settle().await;
    let id = office.begun().await;
    let path = format!("/analytics/status/{id}");
    let begun = office.get(&path).await;
    assert_eq!((&begun["status"], &begun["next"]), (&json!("running"), &json!("snapshot")));
    assert_eq!((&begun["step"], &begun["snapshot"]), (&json!(0), &Value::Null));
    office.world.settle().await;
    let done = office.get(&path).await;
    assert_eq!((&done["status"], &done["next"]), (&json!("done"), &Value::Null));
    assert_eq!((&done["step"], &done["cause"]), (&done["steps"], &json!("asked")));
    assert_eq!(
        (&done["snapshot"]["clients"], &done["snapshot"]["to"]),
        (&json!(1), &json!("2026-06"))
    );
    let parts: Vec<_> = done["parts"].as_array().unwrap().iter().map(|it| &it["part"]).collect();
    assert_eq!(parts, Part::ALL.map(Part::as_str));
    assert_eq!(office.get("/analytics/runs").await, json!([done]));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_ask_at_once_one_begins() {
    let office = Office::new().await;
    office.world.settle().await;
    let answers = join_all((0..20).map(|_| office.ask(Method::POST, RUN))).await;
    let begun = answers.iter().filter(|answer| answer.status == 202).count();
    let refused = answers.iter().filter(|answer| answer.status == 409).count();
    assert_eq!((begun, refused), (1, 19));
    office.world.settle().await;
    assert_eq!(office.get("/analytics/runs").await.as_array().unwrap().len(), 1);
    assert_eq!(office.ask(Method::POST, RUN).await.status, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_is_done_again_changes_nothing_and_gives_the_same_bytes() {
    let office = Office::new().await;
    let client = office.client(1).await;
    office.charged(client, &[100_000; 24]).await;
    office.world.settle().await;
    let id = office.begun().await;
    // Many workers get each order; all but one do it for nothing.
    for step in 0..=Part::ALL.len() {
        let order = || Job::Analyse { run: run_of(&id), step };
        for outcome in join_all((0..8).map(|_| office.carry_out(order()))).await {
            assert!(matches!(outcome, Outcome::Done | Outcome::Later(_)));
        }
        office.carry_out(order()).await;
    }
    let path = format!("/analytics/status/{id}");
    let done = office.get(&path).await;
    assert_eq!(done["status"], "done");
    let files = office.world.archived("/analysis/");
    // One for each step, and the portfolio beside the snapshot.
    assert_eq!(json!(files.len() - 1), done["steps"]);
    office.world.settle().await;
    assert_eq!(office.get(&path).await, done);
    // Nothing has changed, so another run finds the same.
    let again = office.analysed().await;
    assert_ne!(again["id"], done["id"]);
    assert_eq!(hashes(&again), hashes(&done));
    // Whatever changes is seen by the next one.
    office.client(2).await;
    assert_ne!(hashes(&office.analysed().await), hashes(&done));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_run_says_it_is_of_is_what_is_kept_whoever_meets_while_it_is_taken() {
    let office = Office::new().await;
    office.world.settle().await;
    let id = office.begun().await;
    let path = format!("/analytics/status/{id}");
    // Many take the snapshot while clients are added, so that they see different ones.
    let take = async |number: u128| {
        office.client(number).await;
        office.carry_out(Job::Analyse { run: run_of(&id), step: 0 }).await;
    };
    join_all((1..=12).map(take)).await;
    office.world.settle().await;
    let done = office.get(&path).await;
    assert_eq!(done["status"], "done");
    let files = office.world.kept.0.lock().unwrap();
    for file in hashes(&done) {
        let hash = file.trim_matches('"');
        let (_, bytes) = files.iter().find(|(key, _)| key.contains(hash)).unwrap();
        assert_eq!(Kept::of(bytes).sha256, hash);
    }
    let snapshot = done["snapshot"]["fingerprint"].as_str().unwrap();
    let (_, bytes) = files.iter().find(|(key, _)| key.contains(snapshot)).unwrap();
    let taken: Value = serde_json::from_slice(bytes).unwrap();
    let clients = taken["clients"].as_object().unwrap().len();
    assert_eq!(done["snapshot"]["clients"], json!(clients));
    let (_, bytes) = files.iter().find(|(key, _)| key.contains("/genome-")).unwrap();
    let genome: Value = serde_json::from_slice(bytes).unwrap();
    assert_eq!(genome["clients"].as_array().unwrap().len(), clients);
}

#[tokio::test]
async fn a_cancelled_run_stops_and_what_was_found_before_stays() {
    let office = Office::new().await;
    let first = office.analysed().await;
    let shown = async || office.get("/predictions/revenue").await["analysis"]["runId"].clone();
    assert_eq!(shown().await, first["id"]);
    let id = office.begun().await;
    office.carry_out(Job::Analyse { run: run_of(&id), step: 0 }).await;
    let cancel = format!("/analytics/status/{id}/cancel");
    let cancelled = office.ask(Method::POST, &cancel).await.json();
    assert_eq!(cancelled["data"]["status"], "cancelled");
    office.world.settle().await;
    assert_eq!(office.get(&format!("/analytics/status/{id}")).await["parts"], json!([]));
    assert_eq!(shown().await, first["id"]);
    assert_eq!(office.ask(Method::POST, &cancel).await.status, 409);
    assert_eq!(office.analysed().await["status"], "done");
}

#[tokio::test]
async fn a_run_that_lost_its_message_is_given_up_after_an_hour() {
    let office = Office::new().await;
    office.world.settle().await;
    // Sessions do not last that long: this is the use case itself.
    let start = async || analyses::start(&office.ctx()).await;
    let lost = start().await.unwrap().id;
    office.world.clock.advance(3_599);
    assert!(matches!(start().await, Err(Error::Conflict { code: "analysis_running", .. })));
    office.world.clock.advance(1);
    let next = start().await.unwrap().id;
    let state = async |id| analyses::run(&office.ctx(), id).await.unwrap().state;
    assert_eq!((state(lost).await, state(next).await), (RunState::GivenUp, RunState::Running));
    // The message comes after all.
    office.carry_out(Job::Analyse { run: lost, step: 0 }).await;
    office.world.settle().await;
    assert_eq!((state(lost).await, state(next).await), (RunState::GivenUp, RunState::Done));
}

#[tokio::test]
async fn what_changes_while_a_run_goes_on_is_analysed_by_the_next() {
    let office = Office::new().await;
    office.world.settle().await;
    let id = office.begun().await;
    for _ in 0..3 {
        assert_eq!(office.carry_out(Job::BeginAnalysis).await, Outcome::Done);
    }
    office.world.clock.advance(1);
    office.world.settle().await;
    let runs = office.get("/analytics/runs").await;
    let causes: Vec<_> = runs.as_array().unwrap().iter().map(|run| &run["cause"]).collect();
    assert_eq!(causes, ["synced", "asked"]);
    assert_eq!(runs[1]["id"], id);
    assert!(runs.as_array().unwrap().iter().all(|run| run["status"] == "done"), "{runs}");
}

#[tokio::test]
async fn what_changed_is_not_forgotten_when_the_run_is_cancelled() {
    let office = Office::new().await;
    office.world.settle().await;
    let id = office.begun().await;
    office.carry_out(Job::BeginAnalysis).await;
    office.ask(Method::POST, &format!("/analytics/status/{id}/cancel")).await;
    office.world.settle().await;
    let runs = office.get("/analytics/runs").await;
    let states = runs.as_array().unwrap().iter().map(|run| (&run["cause"], &run["status"]));
    let states: std::collections::BTreeSet<_> =
        states.map(|(cause, status)| format!("{cause} {status}")).collect();
    let expected = ["\"asked\" \"cancelled\"", "\"synced\" \"done\""];
    assert_eq!(states, expected.map(str::to_owned).into());
}

#[tokio::test]
async fn another_organisations_run_is_not_there() {
    let office = Office::new().await;
    let id = office.analysed().await["id"].as_str().unwrap().to_owned();
    let other = office.world.owner("eve@example.com").await.access_token.expose().to_owned();
    for (method, path) in [
        (Method::GET, format!("/api/ai/analytics/status/{id}")),
        (Method::POST, format!("/api/ai/analytics/status/{id}/cancel")),
    ] {
        let answer = office.world.ask(method, &path, &other, None).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    let path = "/api/ai/predictions/revenue";
    let answer = office.world.ask(Method::GET, path, &other, None).await.json();
    assert_eq!(answer["data"]["reason"], "not_analysed");
}
