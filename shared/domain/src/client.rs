//! Clients, and how several systems' records of one client are held together.

mod band;
mod contact;
mod health;
mod note;
mod profile;

use serde::{Deserialize, Serialize};

use crate::{
    id::{ClientId, SiteId},
    source::{Origin, Source},
    text::Line,
};

pub use band::MarginBand;
pub use contact::Contact;
pub use health::{Health, Receivables, Standing};
pub use note::{Note, NoteText};
pub use profile::{ClientProfile, ClientStatus, ContractType, EndsBeforeItStarts, Industry, Term};

/// A client as one source system knows it.
///
/// Each system's record keeps its own id, and money and time stay attached to the record they came
/// with. That two records are one client is said by `merged_into` alone, so that joining and undoing
/// are one small write and never rewrite history: a client's figures are the sum over its records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Client {
    /// Our id.
    pub id: ClientId,
    /// The name, as that system spells it.
    pub name: String,
    /// Lower-case e-mail and web domains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
    /// The organisation's own word for its stage or industry, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Whether the system still lists it as active.
    pub active: bool,
    /// The customer that this one is a part of in the same system (QuickBooks sub-customers).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ClientId>,
    /// The record that this one is the same client as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<ClientId>,
    /// Where it came from; none for what was made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

impl Client {
    /// The system that the record came from; none for one made here.
    pub fn source(&self) -> Option<Source> {
        self.origin.as_ref().map(|origin| origin.source)
    }
}

/// A place where a client works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Site {
    /// Our id.
    pub id: SiteId,
    /// Whose it is.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// IANA or source time zone code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Where it is; none for what a source brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Line<300>>,
    /// Whether it is the headquarters.
    pub headquarters: bool,
    /// Where it came from; none for what was made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}
