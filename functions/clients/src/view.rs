//! What the API shows of clients.

use clearmargin_domain::{client::Client, source::Source};
use serde::Serialize;

/// A client in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientView {
    /// Its id.
    #[schema(example = "cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Its name.
    #[schema(example = "Acme Dental LLC")]
    name: String,
    /// `active` or `inactive`.
    #[schema(example = "active")]
    status: &'static str,
    /// E-mail and web domains.
    domains: Vec<String>,
    /// The system whose record leads.
    #[schema(value_type = String, example = "superops")]
    source: Source,
}

impl ClientView {
    pub(crate) fn new(client: &Client) -> Self {
        Self {
            id: client.id.to_string(),
            name: client.name.clone(),
            status: if client.active { "active" } else { "inactive" },
            domains: client.domains.clone(),
            source: client.origin.source,
        }
    }
}

/// A client as one system knows it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordView {
    /// The record's id.
    id: String,
    /// The system.
    #[schema(value_type = String, example = "quickbooks")]
    source: Source,
    /// Its id there.
    #[schema(example = "12")]
    external_id: String,
    /// The name, as that system spells it.
    name: String,
}

impl RecordView {
    pub(crate) fn new(client: &Client) -> Self {
        Self {
            id: client.id.to_string(),
            source: client.origin.source,
            external_id: client.origin.external_id.clone(),
            name: client.name.clone(),
        }
    }
}
