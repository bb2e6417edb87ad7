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
pub const MONTHS_BACK: u16 = 60;
/// How many months back it knows how invoices were settled: each client's are read by themselves.
pub const SETTLED_MONTHS: u16 = 24;
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
    /// The first month with a ticket: before it nobody knows how many there were.
    #[serde(default)]
    pub tickets_since: Option<Month>,
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
    /// What lines that recur charge for each month, whenever that is invoiced.
    #[serde(default)]
    pub recurring: BTreeMap<Month, i64>,
    /// How many tickets were opened in each month; months without any are absent.
    #[serde(default)]
    pub tickets: BTreeMap<Month, i64>,
    /// How the invoices of each of the last [`SETTLED_MONTHS`] were settled with money.
    #[serde(default)]
    pub settled: BTreeMap<Month, Settled>,
    /// What was last counted in the month that is over or the one before.
    #[serde(default)]
    pub counted: Counted,
}

/// How the invoices of a month were settled with money. Credits and debts that were given up are not in
/// it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settled {
    /// How much, in smallest units.
    pub minor: i64,
    /// Each part of it times the days from its invoice's day to its own.
    pub days: i64,
    /// The part of it that came by the day on which it was due.
    pub on_time_minor: i64,
}

/// What was counted of a client; none of what nobody counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counted {
    /// People.
    pub users: Option<i64>,
    /// Devices.
    pub endpoints: Option<i64>,
    /// Licences of all products together.
    pub licences: Option<i64>,
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
