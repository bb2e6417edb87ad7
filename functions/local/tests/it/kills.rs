//! A sync that is killed anywhere and resumed ends where an undisturbed one ends.

use std::{
    collections::{BTreeSet, hash_map::RandomState},
    hash::BuildHasher as _,
    time::{Duration, Instant},
};

use clearmargin_simulators::{
    quickbooks,
    start::{Setup, Simulators, start_both},
    techwave::{Scale, generate},
};
use serde_json::Value;

use crate::process::{Place, copy, state};

/// Enough pages that 25 lives do not suffice.
const SCALE: Scale =
    Scale { clients: 8, months: 4, technicians: 6, tickets: 1_200, worklogs: 2_000 };
const KILLS: u64 = 25;
/// Few tickets and so many devices that their pages outlast some lives.
const DEVICES: Scale = Scale { clients: 40, months: 2, technicians: 2, tickets: 20, worklogs: 30 };
const KILLS_AMONG_DEVICES: usize = 4;
/// How long a life is at most on top of twice the time that the process takes to start.
const LIFE: Duration = Duration::from_millis(250);

/// Another moment each time the test runs: over many runs, all of them. On a busy machine, which
/// starts a process slowly, lives are longer.
fn random_life(start: Duration) -> Duration {
    let longest = 2 * start + LIFE;
    let draw = RandomState::new().hash_one(0_u8);
    Duration::from_micros(draw % u64::try_from(longest.as_micros()).unwrap())
}

fn places(runs: &[Value; 2]) -> [String; 2] {
    runs.each_ref().map(|run| format!("{} {}", run["stage"], run["total"]["read"]))
}

async fn simulators(scale: Scale) -> Simulators {
    let setup = Setup {
        quickbooks: quickbooks::Options { requests_per_minute: 0, ..Default::default() },
        ..Setup::default()
    };
    start_both(generate(scale, 1), setup).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_count_once_however_often_a_sync_is_killed_among_them() {
    let simulators = simulators(DEVICES).await;
    let place = Place::new(simulators.announcement());
    let folder = tempfile::tempdir().unwrap();
    let [begun, calm, killed] = ["begun", "calm", "killed"].map(|name| folder.path().join(name));
    let process = place.serve(&begun).await;
    let token = place.prepare().await;
    process.kill();
    copy(&begun, &calm);
    copy(&begun, &killed);

    let process = place.serve(&calm).await;
    place.start_sync(&token).await;
    let undisturbed = place.completed(&token, &calm).await;
    process.kill();

    let mut process = place.serve(&killed).await;
    place.start_sync(&token).await;
    let mut pages = Vec::new();
    while pages.len() < KILLS_AMONG_DEVICES {
        let [run, _] = place.runs(&token).await;
        if run["status"] == "completed" {
            break;
        }
        if run["stage"] == "assets" {
            process.kill();
            pages.push(run["pages"].clone());
            process = place.serve(&killed).await;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let resumed = place.completed(&token, &killed).await;
    process.kill();

    assert!(!pages.is_empty(), "the sync was too quick to be killed");
    assert_eq!(resumed, undisturbed, "killed at {pages:?}");
    let (calm, killed) = (state(&calm), state(&killed));
    assert!(calm.contains("endpoints"), "nothing was counted");
    let [calm, killed] = [&calm, &killed].map(|text| text.lines().collect::<BTreeSet<_>>());
    let differs: Vec<_> = calm.symmetric_difference(&killed).take(5).collect();
    assert!(differs.is_empty(), "killed at {pages:?}: {differs:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_killed_25_times_ends_in_the_state_of_one_that_nobody_disturbed() {
    let simulators = simulators(SCALE).await;
    let place = Place::new(simulators.announcement());
    let folder = tempfile::tempdir().unwrap();
    let [begun, calm, killed] = ["begun", "calm", "killed"].map(|name| folder.path().join(name));
    // Both begin with the same tenant, since ids are derived from its id.
    let process = place.serve(&begun).await;
    let token = place.prepare().await;
    process.kill();
    copy(&begun, &calm);
    copy(&begun, &killed);

    let starting = Instant::now();
    let process = place.serve(&calm).await;
    let start = starting.elapsed();
    place.start_sync(&token).await;
    let undisturbed = place.completed(&token, &calm).await;
    process.kill();

    let process = place.serve(&killed).await;
    place.start_sync(&token).await;
    process.kill();
    let mut lives = Vec::new();
    for _ in 0..KILLS {
        let process = place.start(&killed);
        let life = random_life(start);
        tokio::time::sleep(life).await;
        process.kill();
        lives.push(life.as_millis());
    }
    let process = place.serve(&killed).await;
    let left = place.runs(&token).await;
    let resumption = Instant::now();
    let resumed = place.completed(&token, &killed).await;
    let took = resumption.elapsed();
    process.kill();

    // The kills fell into the runs, and the runs got on between them.
    let story = format!("lives of {lives:?} ms, then at {:?}, {took:?} to the end", places(&left));
    assert!(left.iter().any(|run| run["status"] == "running"), "{story}");
    assert!(left.iter().any(|run| run["total"]["read"].as_u64().unwrap() > 0), "{story}");
    assert_eq!(resumed, undisturbed, "{story}");
    let (calm, killed) = (state(&calm), state(&killed));
    let [calm, killed] = [&calm, &killed].map(|text| text.lines().collect::<BTreeSet<_>>());
    let differs: Vec<_> = calm.symmetric_difference(&killed).take(5).collect();
    assert!(differs.is_empty(), "{story}: {differs:#?}");
    assert!(calm.len() > 2_000, "{} lines", calm.len());
}
