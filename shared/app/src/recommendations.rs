//! What is recommended, what was decided about it, and what came of that.

mod decide;
mod list;
mod outcome;
mod plan;
mod realised;

pub use decide::{Acceptance, accept, dismiss};
pub use list::{Offered, Recommended, RecommendedPage, Wanted, recommended};
pub use outcome::{Outcome, OutcomeState};
pub use plan::{Plan, PlannedLine, PlannedPrice};

/// How often something is tried again that met another change.
const TRIES: usize = 16;
