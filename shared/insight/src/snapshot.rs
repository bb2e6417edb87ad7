//! All that analyses are computed from, taken once.
//!
//! It is made of monthly sums, agreements and counts, so its size is clients × months, never
//! documents. Clients go by id and have no names: two snapshots of the same figures are the same
//! bytes, whatever people call anything.

use std::collections::BTreeMap;

use clearmargin_domain::{
    id::ClientId,
    money::Currency,
    period::{Month, Period},
    rollup::Measures,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How many months a snapshot looks back: what was five years ago says little.
pub const MONTHS_BACK: usize = 60;
/// How many months ahead it knows what is contracted.
pub const MONTHS_AHEAD: usize = 12;

/// Everything that analyses are computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The currency of every amount.
    pub currency: Currency,
    /// The day that it was taken, on the organisation's clocks.
    pub day: Date,
    /// The months that are over and looked back on.
    pub period: Period,
    /// The sums of everything, by month; what belongs to no client is in it.
    pub organization: BTreeMap<Month, Measures>,
    /// The clients, by the id of their leading record.
    pub clients: BTreeMap<ClientId, Client>,
}

/// What is known of a client.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Client {
    /// Whether it still is one.
    pub active: bool,
    /// Its sums by month; months without any are absent.
    pub months: BTreeMap<Month, Measures>,
    /// What its agreements, as they are known now, come to at the end of each month from the current
    /// one on, in smallest units; months in which that is nothing are absent.
    pub contracted: BTreeMap<Month, i64>,
}

impl Snapshot {
    /// The months ahead, the current one first.
    pub fn ahead(&self) -> impl Iterator<Item = Month> + use<> {
        Self::ahead_of(self.period)
    }

    /// The months ahead of those that are over.
    pub fn ahead_of(period: Period) -> impl Iterator<Item = Month> + use<> {
        let steps = (1_i32..).take(MONTHS_AHEAD);
        steps.map(move |step| period.to().plus(step))
    }
}
