//! The program as its operators meet it: a process that can die at any moment, and a folder.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and JSON is indexed by what it must have"
)]

mod kills;
mod process;
