//! The document against the running API: every operation without exception, as the document lists
//! them, so that a new one is covered as soon as it is documented.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on says why, and the policy's says how much it compared"
)]

mod audit;
mod authentication;
mod document;
mod input;
mod policy;
mod tenants;
mod world;
