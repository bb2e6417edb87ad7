//! Analyses as a caller sees them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in its helpers"
)]

mod analyses;
mod anomalies;
mod budget;
mod churn;
mod competitive;
mod demand;
mod genome;
mod growth;
mod injection;
mod leak_cases;
mod leaks;
mod market;
mod offers;
mod office;
mod overview;
mod pricing;
mod quality;
mod receivables;
mod recommendations;
mod revenue;
mod scenario;
mod service_optimization;
mod summary;
mod wire;
#[path = "../../../../shared/web/tests/it/world.rs"]
#[expect(dead_code, reason = "shared with the tests of the edge, which use more of it")]
mod world;
