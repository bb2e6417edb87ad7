//! How recurring revenue moves, how much of it stays, and how few clients it hangs on.
//!
//! Everything compares states: [`RecurringRevenue`] by client on a day. Whether that is contracted
//! or billed revenue is for the caller to say; one comparison never mixes the two.
//!
//! A client *has* recurring revenue when its amount is above zero. An amount below zero is a net
//! credit: it counts in totals, so that they stay what the books say, but makes nobody a client and
//! has no share in anything.

mod concentration;
mod movement;
mod retention;
mod revenue;
mod series;

pub use concentration::Concentration;
pub use movement::{ClientMovement, MovementKind, Movements, Tally};
pub use retention::Retention;
pub use revenue::RecurringRevenue;
pub use series::{MissingMonth, movements_by_month, retention_over};

/// The version of these formulas; printed with every figure that they give.
pub const FORMULA: &str = "recurring/1";

#[cfg(test)]
mod tests;
