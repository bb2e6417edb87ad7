//! SuperOps: the service desk of the simulated MSP.

use serde_json::Value;

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
}
