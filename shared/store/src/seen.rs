//! What a run has read of a stage, remembered until the run has compared.

use std::collections::HashSet;

use clearmargin_domain::id::{OrgId, SyncRunId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    change::Change,
    error::StoreError,
    item::{self, Item},
    key,
    table::{Sort, Span},
    tenant::Tenant,
};

const KIND: &str = "seen";
/// How long a run may take to compare, in seconds.
const LIFETIME: i64 = 2 * 86_400;

/// The ids, in the source, of the rows that a page of a run brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeenRows {
    /// The run.
    pub run: SyncRunId,
    /// What was read.
    pub stage: String,
    /// The page's step in the run.
    pub step: u64,
    /// The ids; empty for a row whose id could not be read.
    pub external_ids: Vec<String>,
    /// When the page was read.
    pub at: Timestamp,
}

impl SeenRows {
    fn item(&self, org: OrgId) -> Result<Item, StoreError> {
        let envelope = item::Envelope {
            key: &key::seen(org, self.run, &self.stage, self.step),
            index: None,
            kind: KIND,
            shape: 1,
            version: 1,
            expires_at: Some(self.at.as_second() + LIFETIME),
        };
        item::write(envelope, self)
    }
}

impl Change<'_> {
    /// Remembers which rows a page brought.
    pub fn saw(&mut self, rows: &SeenRows) -> Result<(), StoreError> {
        self.claim(rows.item(self.tenant.org)?)
    }
}

impl Tenant<'_> {
    /// The ids of all rows that a run has read in a stage.
    pub async fn seen(&self, run: SyncRunId, stage: &str) -> Result<HashSet<String>, StoreError> {
        let pk = key::seen_in_stage(self.org, run, stage);
        let items = self.store.query_all(Span { pk, sort: Sort::All, indexed: false }).await?;
        let read = |item| item::read::<SeenRows>(item, KIND, 1, |_, doc| doc);
        let pages: Vec<_> = items.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(pages.into_iter().flat_map(|page| page.external_ids).collect())
    }
}
