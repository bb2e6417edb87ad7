//! Invoices, payments and budgets as a caller sees them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in its helpers"
)]

mod budgets;
mod bulk;
mod crashes;
mod credit;
mod desk;
mod dunning;
mod dunning_exact;
mod efficiency;
mod expenses;
mod forecast;
mod invoices;
mod outstanding;
mod payment_methods;
mod payment_status;
mod payments;
mod races;
mod recurring;
mod recurring_hours;
mod recurring_schedule;
mod recurring_taxes;
mod reports;
mod revenue;
mod sending;
mod statements;
mod wire;
#[path = "../../../../shared/web/tests/it/world.rs"]
#[expect(dead_code, reason = "shared with the tests of the edge, which use more of it")]
mod world;
