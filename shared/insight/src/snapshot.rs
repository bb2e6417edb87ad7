//! All that analyses are computed from, taken once.
//!
//! It is made of sums by month and day, agreements and counts, so its size is clients × months, and of
//! the invoices of the last two years, since when a client pays follows from no sum. Clients go by id and
//! have no names: two snapshots of the same figures are the same bytes, whatever people call anything.
//! Categories of tickets are words and stand as they are.

pub mod sold;

use std::collections::{BTreeMap, BTreeSet};

use clearmargin_domain::{
    id::{ClientId, InvoiceId},
    money::Currency,
    period::{Month, Period},
    rollup::Measures,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use self::sold::Sold;

/// How many months a snapshot looks back: what was five years ago says little.
pub const MONTHS_BACK: u16 = 60;
/// How many months back it knows how invoices were settled: each client's are read by themselves.
pub const SETTLED_MONTHS: u16 = 24;
/// How many months before the current one tickets are counted by day.
pub const TICKET_MONTHS: i32 = 12;
/// How many clients' tickets are counted by day: of those with most of them.
pub const TICKET_CLIENTS: usize = 50;
/// How many months ahead it knows what is contracted.
pub const MONTHS_AHEAD: usize = 12;
/// Of how many months before the current one it has every invoice.
pub const BILL_MONTHS: i32 = 24;

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
    /// The tickets; none in a snapshot that was taken before they were counted.
    #[serde(default)]
    pub desk: Desk,
    /// The invoices of the current month and of [`BILL_MONTHS`] before it, and all that are open, by
    /// client, day and id.
    #[serde(default)]
    pub bills: Vec<IssuedInvoice>,
    /// What is sold; nothing in a snapshot that was taken before that was part of it.
    #[serde(default)]
    pub sold: Sold,
    /// What clients owed at the end of the last month that is over, net of what they are owed; none in a
    /// snapshot that was taken before that was part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owed_minor: Option<i64>,
}

/// Tickets opened. What has none on a day or in a month is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Desk {
    /// All of them by day, from the first day of [`TICKET_MONTHS`] before the current month on, up to
    /// the day before the snapshot.
    pub days: BTreeMap<Date, i64>,
    /// Those of the [`TICKET_CLIENTS`] clients with most of them, on the same days.
    pub clients: BTreeMap<ClientId, BTreeMap<Date, i64>>,
    /// All of them by category and month, in the order of the words; tickets without one first.
    pub categories: Vec<CategoryMonths>,
    /// The days on which the organisation says that it does not work.
    pub holidays: BTreeSet<Date>,
}

/// Tickets of a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CategoryMonths {
    /// The organisation's word; none for tickets without a category.
    pub category: Option<String>,
    /// How many were opened in each month.
    pub months: BTreeMap<Month, i64>,
}

/// An invoice that was issued and not taken back, in the snapshot's currency.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IssuedInvoice {
    /// The client, by the id of its leading record.
    pub client: ClientId,
    /// Its day.
    pub day: Date,
    /// Its id.
    pub id: InvoiceId,
    /// The day from which its age is counted.
    pub due: Date,
    /// What it came to, in smallest units.
    pub total: i64,
    /// What is open of it, in smallest units.
    pub open: i64,
    /// The day on which it was paid in full; none while something is open, and if nothing is and it is
    /// not known to have been paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Date>,
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
    /// What was last counted in each month that is over or the one before it, of the months of which everything
    /// is read; months without a count are absent, as are all in a snapshot of before that was part of it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub usage: BTreeMap<Month, Counted>,
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
    /// One of a day that knows of nothing: what a test says beside it is all there is.
    #[cfg(test)]
    pub(crate) fn empty(day: Date, period: Period) -> Self {
        Self {
            currency: Currency::USD,
            day,
            period,
            organization: BTreeMap::new(),
            tickets_since: None,
            clients: BTreeMap::new(),
            desk: Desk::default(),
            bills: Vec::new(),
            sold: Sold::default(),
            owed_minor: None,
        }
    }

    /// The months ahead, the current one first.
    pub fn ahead(&self) -> impl Iterator<Item = Month> + use<> {
        Self::ahead_of(self.period)
    }

    /// The first month of which it has every invoice, paid or not.
    pub fn bills_from(&self) -> Month {
        Self::bill_months(self.day).next().unwrap_or_else(|| Month::of(self.day))
    }

    /// The months of which a snapshot of a day has every invoice, the earliest first.
    pub fn bill_months(day: Date) -> impl Iterator<Item = Month> {
        (-BILL_MONTHS..=0).map(move |later| Month::of(day).plus(later))
    }

    /// The months ahead of those that are over.
    pub fn ahead_of(period: Period) -> impl Iterator<Item = Month> + use<> {
        let steps = (1_i32..).take(MONTHS_AHEAD);
        steps.map(move |step| period.to().plus(step))
    }
}
