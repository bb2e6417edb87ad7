//! Are the rollups what the rows say? Sums them afresh, compares, and mends.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::TransactWriteItem;
use clearmargin_domain::{
    budget::{BudgetExpense, Spent, SpentBucket, SpentDelta},
    desk::{DeskBucket, DeskDelta, DeskMeasures, Sample},
    expense::Expense,
    invoice::Invoice,
    payment::Payment,
    receivable::{Ageing, AgeingBucket, AgeingDelta},
    rollup::{Bucket, Delta, Measures},
    sketch::Sketch,
    standing::{Standing, StandingBucket, StandingDelta},
    ticket::Ticket,
    time_entry::TimeEntry,
};
use serde::Serialize;

use crate::{
    entity::{Walked, from_item},
    error::{StoreError, translate},
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

/// A sum of the desk that is not the sum of its tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DeskDrift {
    /// Counts: what the tickets say less what is stored.
    Counts(DeskBucket, DeskMeasures),
    /// Durations: what the tickets say less what is stored.
    Durations(DeskBucket, Sample, Sketch),
}

/// A sum of what a client owes that is not the sum of documents and payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AgeingDrift {
    /// The sum.
    pub bucket: AgeingBucket,
    /// What documents and payments say less what is stored.
    pub missing: Ageing,
}

/// A sum of what was spent of a budget that is not the sum of its expenses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SpentDrift {
    /// The sum.
    pub bucket: SpentBucket,
    /// What expenses say less what is stored.
    pub missing: Spent,
}

/// A sum of where things stand that is not the sum of their records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StandingDrift {
    /// The sum.
    pub bucket: StandingBucket,
    /// What the records say less what is stored.
    pub missing: Standing,
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
    /// Where the desk's stored sum and its tickets differ.
    pub desk_drifts: Vec<DeskDrift>,
    /// Where what clients owe and their documents and payments differ.
    pub ageing_drifts: Vec<AgeingDrift>,
    /// Where what was spent of budgets and their expenses differ.
    pub spent_drifts: Vec<SpentDrift>,
    /// Where sums of where things stand and their records differ.
    pub standing_drifts: Vec<StandingDrift>,
}

impl DriftReport {
    /// How many sums have drifted.
    pub fn drifted(&self) -> usize {
        let money = self.drifts.len() + self.ageing_drifts.len() + self.spent_drifts.len();
        money + self.desk_drifts.len() + self.standing_drifts.len()
    }
}

impl Tenant<'_> {
    /// Compares every rollup with its rows; `None` when changes are still waiting in the outbox.
    ///
    /// Rows and rollups cannot be read in one moment, so a change in between looks like a drift.
    /// What differs is compared a second time: only what differs the same way again has drifted.
    pub async fn drift(&self) -> Result<Option<DriftReport>, StoreError> {
        // It holds every sum while it waits: too much to be part of whoever asks.
        let Some(first) = Box::pin(self.compare()).await? else {
            return Ok(None);
        };
        if first.drifted() == 0 {
            return Ok(Some(first));
        }
        let again = Box::pin(self.compare()).await?;
        Ok(again.map(|mut again| {
            again.drifts.retain(|drift| first.drifts.contains(drift));
            again.desk_drifts.retain(|drift| first.desk_drifts.contains(drift));
            again.ageing_drifts.retain(|drift| first.ageing_drifts.contains(drift));
            again.spent_drifts.retain(|drift| first.spent_drifts.contains(drift));
            again.standing_drifts.retain(|drift| first.standing_drifts.contains(drift));
            again
        }))
    }

    async fn compare(&self) -> Result<Option<DriftReport>, StoreError> {
        if !self.store.outbox().waiting(self.org).await?.is_empty() {
            return Ok(None);
        }
        let mut delta = Delta::default();
        let rows = self.sum_rows::<TimeEntry>(&mut delta).await?
            + self.sum_rows::<Invoice>(&mut delta).await?
            + self.sum_rows::<Payment>(&mut delta).await?
            + self.sum_rows::<Expense>(&mut delta).await?
            + self.sum_rows::<BudgetExpense>(&mut delta).await?
            + self.sum_rows::<Ticket>(&mut delta).await?;
        let desk_sums = delta.desk().counts().count() + delta.desk().sketches().count();
        let desk_drifts = desk_drifts(delta.desk().clone(), self.every_desk_sum().await?);
        let ageing_sums = delta.ageing().changes().count();
        let ageing_drifts = ageing_drifts(delta.ageing().clone(), self.every_ageing().await?);
        let spent_sums = delta.spent().changes().count();
        let spent_drifts = spent_drifts(delta.spent().clone(), self.every_spending().await?);
        let standing_sums = delta.standing().changes().count();
        let standing_drifts =
            standing_drifts(delta.standing().clone(), self.every_standing().await?);
        let fresh: BTreeMap<_, _> = delta.changes().collect();
        let mut stored = self.every_rollup().await?;
        stored.retain(|bucket, measures| !measures.is_zero() || fresh.contains_key(bucket));
        let buckets: BTreeSet<_> = fresh.keys().chain(stored.keys()).collect();
        let compare = |bucket: &Bucket| {
            let stored = stored.get(bucket).copied().unwrap_or_default();
            let rows = fresh.get(bucket).copied().unwrap_or_default();
            let bucket = *bucket;
            (stored != rows).then_some(Drift { bucket, stored, rows })
        };
        Ok(Some(DriftReport {
            rows,
            buckets: buckets.len() + desk_sums + ageing_sums + spent_sums + standing_sums,
            drifts: buckets.into_iter().filter_map(compare).collect(),
            desk_drifts,
            ageing_drifts,
            spent_drifts,
            standing_drifts,
        }))
    }

    /// Moves each drifted bucket to what its rows say. What was counted since the comparison
    /// stays counted.
    pub async fn recompute(&self, report: &DriftReport) -> Result<(), StoreError> {
        let mut delta = Delta::default();
        for drift in &report.drifts {
            delta.add(drift.bucket, drift.rows.minus(drift.stored));
        }
        for drift in &report.desk_drifts {
            let desk = delta.desk_mut();
            match drift {
                DeskDrift::Counts(bucket, measures) => desk.count(bucket.clone(), *measures),
                DeskDrift::Durations(bucket, sample, durations) => {
                    desk.sketch(bucket.clone(), *sample, durations);
                }
            }
        }
        for drift in &report.ageing_drifts {
            delta.ageing_mut().add(drift.bucket, drift.missing);
        }
        for drift in &report.spent_drifts {
            delta.spent_mut().add(drift.bucket, drift.missing);
        }
        for drift in &report.standing_drifts {
            delta.standing_mut().add(drift.bucket, drift.missing);
        }
        for update in self.sum_actions(&delta).await? {
            let action = TransactWriteItem::builder().update(update).build();
            // A transaction, since the SDK's retries of one count once; those of an update may not.
            let request = self.store.client.transact_write_items();
            request.transact_items(action).send().await.map_err(translate)?;
        }
        Ok(())
    }

    async fn sum_rows<T: Walked>(&self, delta: &mut Delta) -> Result<u64, StoreError> {
        let mut rows = 0;
        for pk in T::partitions(self.org) {
            let span = Span { pk, sort: Sort::All, index: None };
            for item in self.store.query_all(span).await? {
                delta.merge(from_item::<T>(item)?.value.contribution());
                rows += 1;
            }
        }
        Ok(rows)
    }
}

fn ageing_drifts(mut fresh: AgeingDelta, stored: AgeingDelta) -> Vec<AgeingDrift> {
    fresh.merge(stored.negated());
    fresh.changes().map(|(bucket, missing)| AgeingDrift { bucket, missing }).collect()
}

fn spent_drifts(mut fresh: SpentDelta, stored: SpentDelta) -> Vec<SpentDrift> {
    fresh.merge(stored.negated());
    fresh.changes().map(|(bucket, missing)| SpentDrift { bucket, missing }).collect()
}

fn standing_drifts(mut fresh: StandingDelta, stored: StandingDelta) -> Vec<StandingDrift> {
    fresh.merge(stored.negated());
    fresh.changes().map(|(bucket, missing)| StandingDrift { bucket, missing }).collect()
}

fn desk_drifts(mut fresh: DeskDelta, stored: DeskDelta) -> Vec<DeskDrift> {
    fresh.merge(stored.negated());
    let counts = fresh.counts().map(|(bucket, sum)| DeskDrift::Counts(bucket.clone(), sum));
    let durations = fresh.sketches().map(|(bucket, sample, sketch)| {
        DeskDrift::Durations(bucket.clone(), sample, sketch.clone())
    });
    counts.chain(durations).collect()
}
