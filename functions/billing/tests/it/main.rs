//! Invoices, payments and budgets as a caller sees them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in its helpers"
)]

mod budgets;
mod crashes;
mod desk;
mod invoices;
mod outstanding;
mod payments;
mod races;
mod recurring;
mod reports;
mod revenue;
mod wire;
#[path = "../../../../shared/web/tests/it/world.rs"]
#[expect(dead_code, reason = "shared with the tests of the edge, which use more of it")]
mod world;
