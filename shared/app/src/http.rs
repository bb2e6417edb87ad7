//! HTTP to source systems.

use std::sync::{Arc, OnceLock};

use clearmargin_connectors::http_client;

use crate::Error;

/// The one client of a process, made when it is first needed: reading the certificates of all
/// authorities takes longer than anything else that a function does before its first event, and
/// most functions ask no source system anything.
#[derive(Debug, Clone, Default)]
pub struct Http(Arc<OnceLock<reqwest::Client>>);

impl Http {
    /// The client; cheap to ask for again.
    pub(crate) fn client(&self) -> Result<reqwest::Client, Error> {
        if let Some(client) = self.0.get() {
            return Ok(client.clone());
        }
        let client = http_client().map_err(Error::internal)?;
        Ok(self.0.get_or_init(|| client).clone())
    }
}
