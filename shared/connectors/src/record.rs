//! What a page holds: rows mapped to the canonical records.

use clearmargin_domain::{
    agreement::Agreement,
    client::{Client, Site},
    expense::Expense,
    id::{ClientId, OrgId},
    invoice::Invoice,
    money::Currency,
    payment::Payment,
    service::Service,
    technician::Technician,
    ticket::Ticket,
    time_entry::TimeEntry,
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;

use crate::rejection::Rejection;

/// The most rows a page may have: a page is stored in one transaction of at most 100 actions.
pub const MAX_ROWS: usize = 90;

/// How much earlier than asked an incremental reading begins, so that a source whose clock is behind
/// ours, or whose changes show late, loses nothing. Rows read twice are rows unchanged.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);

/// For whom a source is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The organisation: part of each record's id.
    pub org: OrgId,
    /// The currency of its books.
    pub currency: Currency,
    /// Where its days begin.
    pub zone: TimeZone,
}

impl Context {
    /// The day of a moment, on the organisation's clocks.
    pub(crate) fn day(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }
}

/// Where a reading of what changed since `since` begins.
pub(crate) fn begin(since: Timestamp) -> Timestamp {
    since.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN)
}

/// A canonical record, or the news that one is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A client.
    Client(Client),
    /// A client's site.
    Site(Site),
    /// A technician.
    Technician(Technician),
    /// A catalogue entry.
    Service(Service),
    /// An agreement.
    Agreement(Agreement),
    /// A ticket.
    Ticket(Box<Ticket>),
    /// Worked time. Its client and its cost are for the use case to find: the source names neither.
    TimeEntry(TimeEntry),
    /// An invoice or a credit memo. Each line's offering is for the use case to set from the line's
    /// service: the source's line does not say whether it sells work or a product.
    Invoice(Invoice),
    /// A payment.
    Payment(Payment),
    /// A bill or another purchase.
    Expense(Expense),
    /// A device. It is counted for its client and not kept.
    Asset {
        /// Its id in the source.
        external_id: String,
        /// Whose it is; none where the source says nobody's.
        client: Option<ClientId>,
    },
    /// The source has deleted it.
    Removed {
        /// What it was.
        kind: RemovedKind,
        /// What its id is derived from, as in `InvoiceId::imported(org, source, &external_id)`.
        /// Where QuickBooks counts two entities of one kind each by itself, it is more than the
        /// number: `creditmemo:12`.
        external_id: String,
    },
}

/// What kind of record a source has deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovedKind {
    /// A client.
    Client,
    /// A catalogue entry.
    Service,
    /// An invoice or a credit memo.
    Invoice,
    /// A payment.
    Payment,
    /// A bill or another purchase.
    Expense,
}

/// A row of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its id in the source; empty when the row has none that can be read.
    pub external_id: String,
    /// The record, or why there is none.
    pub mapped: Result<Record, Rejection>,
}

/// A page of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The rows: at most as many as asked for, possibly none although the stage goes on.
    pub rows: Vec<Row>,
    /// Where the next page begins, in the connector's own words; none when the stage is read.
    pub next: Option<Value>,
    /// The source's answer as it came; empty when nothing had to be asked.
    pub raw: Vec<u8>,
}
