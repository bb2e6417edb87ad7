//! Dividing a budget: worked by hand, against another solver, and what cannot be.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a test fails by panicking, also in its helpers; the judge works with numbers"
)]

mod conflicts;
mod judge;
mod made;
mod worked;
