//! The whole product over the simulators, as its users and operators see it: one server, one
//! embedded table and one pair of simulators for each test.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and JSON is indexed by what it must have"
)]

mod bench;
mod canaries;

mod agreements;
mod analyses;
mod asset_counts;
mod audit;
mod bad_input;
mod budget_accounts;
mod clients;
mod conformance;
mod cost_rates;
mod desk;
mod disconnect;
mod expenses;
mod leaks;
mod quickbooks_currencies;
mod quickbooks_reports;
mod services;
mod sync;
mod tenancy;
mod usage_counts;
