//! What a run has read of a stage, remembered until the run has compared.

use std::collections::{HashMap, HashSet};

use clearmargin_domain::id::{ClientId, OrgId, SyncRunId};
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
/// Items of shape 1 do not say whose rows are.
const SHAPE: u16 = 2;
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
    /// Whose each of them is, in the same order; empty where rows are not counted by client.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<Option<ClientId>>,
    /// When the page was read.
    pub at: Timestamp,
}

impl SeenRows {
    fn item(&self, org: OrgId) -> Result<Item, StoreError> {
        let envelope = item::Envelope {
            key: &key::seen(org, self.run, &self.stage, self.step),
            indexes: Vec::new(),
            kind: KIND,
            shape: SHAPE,
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
        let pages = self.seen_pages(run, stage).await?;
        Ok(pages.into_iter().flat_map(|page| page.external_ids).collect())
    }

    /// Whose each row is that a run has read in a stage, by the row's id; of one read more than
    /// once, what was read last.
    pub async fn seen_clients(
        &self,
        run: SyncRunId,
        stage: &str,
    ) -> Result<HashMap<String, Option<ClientId>>, StoreError> {
        let pages = self.seen_pages(run, stage).await?;
        Ok(pages
            .into_iter()
            .flat_map(|page| page.external_ids.into_iter().zip(page.clients))
            .collect())
    }

    /// What each page brought, in the order of the steps.
    async fn seen_pages(&self, run: SyncRunId, stage: &str) -> Result<Vec<SeenRows>, StoreError> {
        let pk = key::seen_in_stage(self.org, run, stage);
        let items = self.store.query_all(Span { pk, sort: Sort::All, index: None }).await?;
        let read = |item| item::read::<SeenRows>(item, KIND, SHAPE, |_, doc| doc);
        items.into_iter().map(read).collect()
    }
}
