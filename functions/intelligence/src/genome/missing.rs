//! Why something is not known.

use clearmargin_insight::genome::{Missing, Of};
use serde::Serialize;

/// Why something is not known, and what is needed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MissingView {
    /// Too few `months`, `notCounted` in enough of them, `nothing` to divide by, `uncosted` if too much
    /// of the worked time has no cost rate, too few `clients` to compare with, or too few `dimensions`.
    #[schema(example = "months")]
    why: &'static str,
    /// What there is too little of, such as `users` that were not counted; null for the other reasons.
    #[schema(value_type = Option<String>)]
    of: Option<Of>,
    /// How many there are, of whatever is too few; of uncosted time, seconds. Null where there is nothing.
    have: Option<i64>,
    /// How many are needed; of uncosted time, the seconds that were worked. Null where there is nothing.
    needed: Option<i64>,
    /// The month that completes them; null for the other reasons.
    #[schema(example = "2027-01")]
    until: Option<String>,
}

impl MissingView {
    pub(crate) fn new(missing: &Missing) -> Self {
        let count = |count: usize| i64::try_from(count).ok();
        let view = |why, of, (have, needed), until| Self { why, of, have, needed, until };
        match missing {
            Missing::Months { have, needed, until } => {
                view("months", None, (count(*have), count(*needed)), Some(until.to_string()))
            }
            Missing::NotCounted { of, have, needed } => {
                view("notCounted", Some(*of), (count(*have), count(*needed)), None)
            }
            Missing::Nothing { of } => view("nothing", Some(*of), (None, None), None),
            Missing::Uncosted { uncosted_seconds, worked_seconds } => {
                view("uncosted", None, (Some(*uncosted_seconds), Some(*worked_seconds)), None)
            }
            Missing::Clients { have, needed } => {
                view("clients", None, (count(*have), count(*needed)), None)
            }
            Missing::Dimensions { have, needed } => {
                view("dimensions", None, (count(*have), count(*needed)), None)
            }
        }
    }
}
