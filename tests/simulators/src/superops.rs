//! SuperOps: the service desk of the simulated MSP.
//!
//! One endpoint, `POST /msp`, that takes GraphQL. Every query is checked against the stored schema
//! and executed over raw objects; paging, filters, errors and limits follow the documentation and
//! what integrators have observed (sources in the crate's README).

mod attribute;
mod change;
mod condition;
mod dates;
mod error;
mod list;
mod resolve;
mod schema;
mod server;
mod store;
#[cfg(test)]
mod tests;

use serde_json::Value;

pub use schema::SchemaError;
pub use server::router;

/// What the SuperOps server starts with: raw objects with every field of their SDL type.
#[derive(Clone, Debug, Default)]
pub struct Seed {
    /// Value that the `CustomerSubDomain` header must carry.
    pub subdomain: String,
    /// The one valid API token.
    pub token: String,
    /// Requests a minute before `rate_limit_exceeded`; 0 for no limit.
    pub requests_per_minute: u32,
    /// `Client` objects.
    pub clients: Vec<Value>,
    /// `ClientSite` objects.
    pub sites: Vec<Value>,
    /// `Technician` objects.
    pub technicians: Vec<Value>,
    /// `ServiceItem` objects.
    pub service_items: Vec<Value>,
    /// `ClientContract` objects.
    pub client_contracts: Vec<Value>,
    /// `Ticket` objects.
    pub tickets: Vec<Value>,
    /// `WorklogEntry` objects; `workItem.module` tells tickets from projects.
    pub worklogs: Vec<Value>,
    /// `Asset` objects.
    pub assets: Vec<Value>,
}
