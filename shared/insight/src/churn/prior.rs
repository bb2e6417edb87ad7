//! What is taken to be so before anything is learned: one table, to be edited here.
//!
//! No survey of how many clients of an MSP leave was found: 5 to 15 per cent a year is what is said. The signs
//! are those that MSPs name: falling revenue, fewer tickets, late payments, a contract that ends. Nobody
//! published how strong they are. So each has an effect that is our judgement, with a width that says how far
//! it may lie off, and an organisation's own history moves it.

use serde::{Deserialize, Serialize};

/// The share of clients that leaves in a year, in millionths.
pub const YEARLY_SHARE: i64 = 100_000;
pub(super) const YEARLY: f64 = YEARLY_SHARE as f64 / 1e6;
/// The standard deviation of its log-odds: two of three times between 5.7 and 17 per cent.
pub(super) const BASE_WIDTH: f64 = 0.6;

/// What may tell that a client leaves. Each is a number between −1 and 1; 0 is nothing to note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Factor {
    /// What is charged in a usual month of the last three against the six before: 1 is half or less, −1
    /// double or more.
    Revenue,
    /// Tickets of the last three months against the six before, likewise.
    Tickets,
    /// 1 if there was no ticket for three months, and at least three in the six before.
    Silence,
    /// The share of what was due in the last six months that was not paid on the day.
    LatePayments,
    /// Hours of the last three months against the six before: 1 is double or more, −1 half or less.
    Work,
    /// How far it is from having been a client for two years.
    Young,
    /// 1 if nothing recurs of what it is charged for.
    NothingRecurs,
    /// The share of what is contracted that ends within three months.
    ContractEnds,
    /// 1 if nothing was charged although it was time for it.
    Quiet,
}

/// How many there are.
pub(super) const FACTORS: usize = Factor::ALL.len();

impl Factor {
    /// Every one of them.
    pub const ALL: [Self; 9] = [
        Self::Revenue,
        Self::Tickets,
        Self::Silence,
        Self::LatePayments,
        Self::Work,
        Self::Young,
        Self::NothingRecurs,
        Self::ContractEnds,
        Self::Quiet,
    ];
    /// Their names in JSON.
    pub const NAMES: [&'static str; 9] = [
        "revenue",
        "tickets",
        "silence",
        "late_payments",
        "work",
        "young",
        "nothing_recurs",
        "contract_ends",
        "quiet",
    ];

    /// Its place among all.
    pub(super) const fn at(self) -> usize {
        self as usize
    }

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        Self::NAMES[self.at()]
    }

    /// What 1 adds to the log-odds of leaving in a month, and the standard deviation of that.
    pub fn prior(self) -> (f64, f64) {
        match self {
            Self::Revenue => (0.8, 0.4),
            Self::Tickets => (0.4, 0.3),
            Self::Silence | Self::LatePayments => (0.6, 0.4),
            Self::Work => (0.2, 0.3),
            Self::Young | Self::NothingRecurs => (0.5, 0.4),
            Self::ContractEnds => (1.2, 0.6),
            // A client that is overdue for a month or two is as likely gone as late with its order.
            Self::Quiet => (5.0, 1.0),
        }
    }

    /// Whether the past can teach it: what was contracted at an earlier time is not known.
    pub fn can_be_learned(self) -> bool {
        self != Self::ContractEnds
    }
}
