//! What is kept of a run: log-odds in billionths, shares in millionths, amounts in smallest units.

use std::collections::BTreeMap;

use clearmargin_domain::{id::ClientId, period::Month};
use serde::{Deserialize, Serialize};

use super::{
    HORIZONS,
    facts::Evidence,
    lookback::{LookBack, NoLookBack},
    prior::Factor,
};

/// How likely clients are to leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Churn {
    /// How many months are known of the organisation.
    pub months: usize,
    /// Of how many months of clients it is known what became of them.
    pub client_months: usize,
    /// How many clients left after one of them.
    pub leavers: usize,
    /// How many of those who left came back later.
    pub returned: usize,
    /// What is expected, or why nothing is.
    pub outcome: Result<Risk, NoChurn>,
}

/// Why nothing is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "why")]
pub enum NoChurn {
    /// There are fewer than [`FEWEST_MONTHS`](super::FEWEST_MONTHS), or fewer than [`FEWEST_ROWS`](super::FEWEST_ROWS) months of clients.
    NotEnough,
    /// What clients bring together is beyond what can be worked with.
    OutOfRange,
}

/// What is expected of clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Risk {
    /// The last month that counts.
    pub through: Month,
    /// What was learned.
    pub learned: Learned,
    /// What the clients bring in a year, together.
    pub revenue_of_year: i64,
    /// What of it is at risk within 30, 60 and 90 days: the sum of the clients.
    pub at_risk: [i64; HORIZONS],
    /// The clients: those of which most is at risk within 90 days come first.
    pub clients: Vec<ClientRisk>,
    /// Those of whom nothing is told, and why.
    pub untold: BTreeMap<ClientId, Untold>,
    /// How good the same method was on the past, or why that is not known.
    pub look_back: Result<LookBack, NoLookBack>,
}

/// What was learned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Learned {
    /// The share of clients like those of the past that leaves in a year.
    pub yearly: i64,
    /// How much of what is known of the base is the prior: 1 if nothing was learned.
    pub prior_share: i64,
    /// The log-odds of a client of whom nothing is to note.
    pub base: Weight,
    /// What 1 of each factor adds.
    pub effects: Vec<(Factor, Weight)>,
}

/// A weight in log-odds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Weight {
    /// What it was taken to be.
    pub prior: i64,
    /// The standard deviation of that.
    pub prior_width: i64,
    /// What it is now.
    pub learned: i64,
    /// The standard deviation of that.
    pub width: i64,
}

/// What is expected of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientRisk {
    /// The client.
    pub client: ClientId,
    /// The month in which it was first charged, since it last came.
    pub since: Month,
    /// The month in which it was last charged.
    pub last_charged: Month,
    /// How many months usually lie between its documents.
    pub step: usize,
    /// What it was charged over the last twelve months; of one that is younger, twelve times its mean month.
    pub revenue_of_year: i64,
    /// Within 30, 60 and 90 days.
    pub horizons: [Horizon; HORIZONS],
    /// The log-odds of leaving within a month if there is nothing to note.
    pub base: i64,
    /// What each factor adds; factors that add nothing are absent.
    pub reasons: Vec<Reason>,
    /// The factors that are not known, and so add nothing.
    pub not_known: Vec<Factor>,
    /// What speaks most for its leaving; none if nothing does.
    pub play: Option<Factor>,
}

/// How likely a client is to have left by a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Horizon {
    /// How likely that is.
    pub probability: i64,
    /// For each of the [`BAND_LEVELS`](super::BAND_LEVELS) the lower and the upper end.
    pub bands: [(i64, i64); 2],
    /// Probability × what it brings in a year, rounded half up.
    pub at_risk: i64,
}

/// What a factor adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// The factor.
    pub factor: Factor,
    /// What it adds to the log-odds of leaving within a month.
    pub part: i64,
    /// The figures that it is of.
    pub evidence: Evidence,
}

/// Why nothing is told of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "why")]
pub enum Untold {
    /// It is marked as no client any more.
    Inactive,
    /// It never was charged.
    NeverCharged,
    /// It was charged in too few months: these may be jobs.
    Few {
        /// In how many.
        have: usize,
        /// In how many it has to be.
        needed: usize,
    },
    /// It has left.
    Gone {
        /// The month in which it did.
        since: Month,
    },
}
