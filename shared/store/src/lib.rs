//! The one table: keys, repositories, cursors, outbox and rollups.
//!
//! What belongs here: everything that knows how a record is laid out in DynamoDB. What does not:
//! rules about what a record means (they live in `domain`) and who may touch it (`app`).
//!
//! Four doors lead in. [`Store::tenant`] is the only way to an organisation's records; every key
//! that it makes begins with that organisation. [`Store::directory`] holds the few things that are
//! looked up before the organisation is known. [`Store::commons`] holds what organisations share without
//! a name. [`Store::outbox`] is the stream function's.
//!
//! Every write goes through [`Change`]: the new state, the audit row, the outbox record (messages
//! and rollup deltas) and the idempotency record are one transaction.

mod accounts;
mod ageing;
mod agreements;
mod audit;
mod backwards;
mod basis;
mod bucket;
mod change;
mod commons;
mod consumption;
mod cursor;
mod desk;
mod directory;
mod drift;
mod entity;
mod error;
mod expenses;
mod export;
mod invoices;
mod item;
mod json;
mod key;
mod kinds;
mod limiter;
mod lists;
mod migrate;
mod once;
mod outbox;
mod purge;
mod records;
mod rollups;
mod seen;
mod slot;
mod spent;
mod standing;
mod sums;
mod table;
mod tenant;
mod tickets;
mod usage;
mod walk;

pub use audit::{Advanced, AuditFilter, AuditList, AuditRow};
pub use basis::{Basis, BasisVersion};
pub use bucket::Lease;
pub use change::Change;
pub use commons::Commons;
pub use consumption::{Consumed, counted};
pub use cursor::{CursorKey, InvalidCursor};
pub use directory::{Consent, Directory, SigningKeyRecord};
pub use drift::{AgeingDrift, DeskDrift, Drift, DriftReport, SpentDrift, StandingDrift};
pub use entity::{Listed, Listing, Record, Stored, Walked};
pub use error::{Conflict, StoreError};
pub use expenses::{ExpenseFilter, ExpenseList};
pub use export::Versions;
pub use invoices::{InvoiceFilter, InvoiceList, InvoicesOf};
pub use lists::List;
pub use migrate::Migration;
pub use once::Once;
pub use outbox::{Outbox, OutboxRecord};
pub use records::RunFailure;
pub use rollups::ClientMonth;
pub use seen::SeenRows;
pub use table::{Store, definition};
pub use tenant::{ListError, Tenant};
pub use tickets::{TicketFilter, TicketList, TicketsOf};
pub use usage::{RouteDay, UsageOfDays};
pub use walk::Walk;

#[cfg(test)]
extern crate self as clearmargin_store;

#[cfg(test)]
#[path = "../tests/it/bench.rs"]
#[expect(dead_code, reason = "the tests in `tests` use all of it")]
mod bench;
