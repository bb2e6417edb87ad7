//! What is known beyond the organisation: what competitors quote, and how others do.
//!
//! Nothing here reads what is another organisation's. What is compared are shares that organisations give away
//! without a name, and the reading of them is a worker's: what callers ask reads the own records alone.

mod cohorts;
mod competition;
mod quotes;

pub(crate) use cohorts::contribute;
pub use cohorts::{Comparison, compared, participate};
pub use competition::{COMPETITION_MONTHS, Competition, MOST_ANALYSED, competition};
pub use quotes::{NewQuote, quotes, record_quote, remove_quote};

/// How often something is tried again that met another change.
const TRIES: usize = 16;
