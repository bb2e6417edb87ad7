//! What is found in TechWave's books is proved by records that a caller can open.

use clearmargin_simulators::techwave::{Scale, generate};
use serde_json::Value;

use crate::bench::Bench;

const BOOKS: Scale = Scale { clients: 24, months: 16, technicians: 6, tickets: 240, worklogs: 480 };

fn rows<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map_or(&[], Vec::as_slice)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_leak_is_proved_by_records_that_say_so() {
    let bench = Bench::over(generate(BOOKS, 1)).await;
    let token = bench.techwave().await;
    bench.server.settle().await.unwrap();
    let answer = bench.get("/api/ai/analytics/revenue-leaks?limit=100", &token).await.data();
    for kind in rows(&answer, "kinds") {
        println!("{} {} {}", kind["kind"], kind["found"], kind["lacks"]);
    }
    for leak in rows(&answer, "leaks") {
        println!("{} {} {} {}", leak["kind"], leak["total"], leak["name"], leak["rule"]);
        println!("   {} {}", leak["confidence"], rows(leak, "months").len());
        for row in rows(leak, "evidence").iter().take(4) {
            println!("      {row}");
        }
    }
    panic!("look");
}
