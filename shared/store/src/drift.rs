//! Are the rollups what the rows say? Sums them afresh, compares, and mends.

use std::collections::BTreeMap;

use clearmargin_domain::{
    expense::Expense,
    id::{OrgId, SHARDS},
    invoice::Invoice,
    rollup::{Bucket, Delta, Measures},
    time_entry::TimeEntry,
};
use serde::Serialize;

use crate::{
    entity::{Record, from_item},
    error::{StoreError, translate},
    key,
    rollups::add_action,
    table::{Sort, Span},
    tenant::Tenant,
};

/// A bucket whose stored sum is not the sum of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// The bucket.
    pub bucket: Bucket,
    /// What is stored.
    pub stored: Measures,
    /// What the rows say.
    pub rows: Measures,
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DriftReport {
    /// How many rows were summed.
    pub rows: u64,
    /// How many buckets were compared.
    pub buckets: usize,
    /// Where stored sum and rows differ.
    pub drifts: Vec<Drift>,
}

impl Tenant<'_> {
    /// Compares every rollup with its rows. Meaningful only while nothing is waiting in the outbox
    /// and nobody writes; `None` says that something is waiting.
    pub async fn drift(&self) -> Result<Option<DriftReport>, StoreError> {
        if !self.store.outbox().waiting(self.org).await?.is_empty() {
            return Ok(None);
        }
        let mut delta = Delta::default();
        let rows = self.sum_rows::<TimeEntry>(&mut delta).await?
            + self.sum_rows::<Invoice>(&mut delta).await?
            + self.sum_rows::<Expense>(&mut delta).await?;
        let fresh: BTreeMap<_, _> = delta.into_changes().collect();
        let mut stored = self.every_rollup().await?;
        stored.retain(|bucket, measures| !measures.is_zero() || fresh.contains_key(bucket));
        let mut buckets: Vec<_> = fresh.keys().chain(stored.keys()).copied().collect();
        buckets.sort_unstable();
        buckets.dedup();
        let compare = |bucket: &Bucket| {
            let stored = stored.get(bucket).copied().unwrap_or_default();
            let rows = fresh.get(bucket).copied().unwrap_or_default();
            (stored != rows).then_some(Drift {
                bucket: *bucket,
                stored,
                rows,
            })
        };
        let drifts = buckets.iter().filter_map(compare).collect();
        Ok(Some(DriftReport {
            rows,
            buckets: buckets.len(),
            drifts,
        }))
    }

    /// Moves each drifted bucket to what its rows say.
    pub async fn recompute(&self, report: &DriftReport) -> Result<(), StoreError> {
        for drift in &report.drifts {
            let correction = drift.rows.minus(drift.stored);
            self.add_to_rollup(self.org, drift.bucket, correction)
                .await?;
        }
        Ok(())
    }

    async fn add_to_rollup(
        &self,
        org: OrgId,
        bucket: Bucket,
        measures: Measures,
    ) -> Result<(), StoreError> {
        let update = add_action(&self.store.table, org, bucket, measures)?;
        let request = self
            .store
            .client
            .update_item()
            .table_name(update.table_name)
            .set_key(Some(update.key))
            .update_expression(update.update_expression)
            .set_expression_attribute_names(update.expression_attribute_names)
            .set_expression_attribute_values(update.expression_attribute_values);
        request.send().await.map_err(translate).map(|_| ())
    }

    async fn sum_rows<T: Record>(&self, delta: &mut Delta) -> Result<u64, StoreError> {
        let mut rows = 0;
        for shard in SHARDS {
            let pk = key::shard(self.org, T::KIND, char::from(*shard));
            let span = Span {
                pk,
                sort: Sort::All,
                indexed: false,
            };
            for item in self.store.query_all(span).await? {
                delta.merge(from_item::<T>(item)?.value.contribution());
                rows += 1;
            }
        }
        Ok(rows)
    }
}
