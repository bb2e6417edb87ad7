//! QuickBooks Online: the accounting system of the simulated MSP.

use std::collections::BTreeMap;

use serde_json::Value;

/// What the QuickBooks server starts with.
#[derive(Clone, Debug, Default)]
pub struct Seed {
    /// The company ("realm") that the data belongs to.
    pub realm_id: String,
    /// OAuth client id of the connecting app.
    pub client_id: String,
    /// OAuth client secret of the connecting app.
    pub client_secret: String,
    /// Name of the company.
    pub company_name: String,
    /// Raw objects by entity name (`Customer`, `Invoice`, …), complete with `Id`, `SyncToken` and
    /// `MetaData`.
    pub entities: BTreeMap<String, Vec<Value>>,
}
