//! Clients of SuperOps and QuickBooks Online, and their mapping to the canonical model.
//!
//! A source is read page by page: a stage (what is read), a time (since when) and a cursor (where the
//! page begins) give a [`Page`] of [`Row`]s and the next cursor. A row that cannot be
//! mapped carries its [`Rejection`] and never fails its page. Nothing is stored here, and no clock
//! is read: a page depends on its arguments and on what the source answers.

mod cursor;
mod error;
mod fields;
#[cfg(test)]
mod fixture;
mod http;
pub mod oauth;
mod quickbooks;
mod record;
mod rejection;
mod stage;
mod superops;

pub use error::Error;
pub use http::http_client;
pub use quickbooks::{QuickBooks, QuickBooksStage, change_horizon};
pub use record::{Context, MAX_ROWS, Page, Record, RemovedKind, Row};
pub use rejection::Rejection;
pub use stage::UnknownStage;
pub use superops::{SuperOps, SuperOpsCredentials, SuperOpsStage};
