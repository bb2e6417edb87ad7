//! What is known beyond the organisation: what competitors quote, and how other organisations do.
//!
//! Organisations that take part give a rounded share of some ratios each month, under a number that names
//! nobody. A month's [`Cohort`] is worked out once from the shares that are there then, and never again.
//! `docs/market.md` has the rules and what they keep apart.

mod cohort;
mod metric;
mod participation;
mod quote;

pub use cohort::{Cell, Cohort, FEWEST_OTHERS, SETTLED_ON, Share, SizeBand, due, percentile};
pub use metric::{Metric, MetricUnit};
pub use participation::{Contributor, MOST_MONTHS, Participation, Place, Standing};
pub use quote::{CompetitorQuote, QuoteOutcome};
