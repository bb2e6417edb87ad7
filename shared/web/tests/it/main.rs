//! The edge as a caller sees it: sample operations over an embedded table.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in its helpers"
)]

mod document;
mod gate;
mod rates;
mod repeats;
mod requests;
mod sample;
mod tokens;
#[expect(dead_code, reason = "shared with the tests of functions, which use all of it")]
mod world;
