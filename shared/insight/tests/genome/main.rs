//! What a genome promises, whatever it is given.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod honesty;
mod likeness;
mod made;
mod sums;
mod worked;
