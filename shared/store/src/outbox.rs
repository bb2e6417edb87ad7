//! The outbox: what a change still has to cause — messages to workers, rollup deltas.
//!
//! A change writes its outbox records in its own transaction. The stream function reads them,
//! sends the messages, then adds the deltas to the rollups and deletes the records in one
//! transaction: the record's existence is the proof that it was not applied yet. So a delta counts
//! exactly once whatever is replayed, re-batched or run in parallel; this needs no shard id (which
//! Lambda's stream events do not carry) and no order.

use std::collections::{BTreeMap, HashSet};

use aws_sdk_dynamodb::types::{Delete, TransactWriteItem};
use clearmargin_domain::{
    budget::{Spent, SpentBucket},
    desk::{DeskBucket, DeskMeasures, Sample},
    id::{OrgId, OutboxId},
    job::{Envelope, Job},
    receivable::{Ageing, AgeingBucket},
    rollup::{Bucket, Delta, Measures},
    sketch::Sketch,
    standing::{Standing, StandingBucket},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    ageing,
    change::{Cancelled, TRANSACTION, cancelled},
    desk,
    error::StoreError,
    item::{self, Item},
    key::{self, Key},
    rollups::Sheet,
    spent, standing,
    table::{Sort, Span, Store},
};

/// How many items the sums of one record may be in, so that it can always be applied in one
/// transaction.
const SHEETS: usize = 90;
/// How many sums one record may carry: far less than an item can hold.
const SUMS: usize = 900;
/// How often a transaction that met another one is tried again. Of those that meet in a sketch one
/// gets through each time.
const ATTEMPTS: u32 = 30;
const KIND: &str = "outbox";

/// A part of what a change still has to cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutboxRecord {
    id: OutboxId,
    org: OrgId,
    at: Timestamp,
    request_id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deltas: Vec<(Bucket, Measures)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    counts: Vec<(DeskBucket, DeskMeasures)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    durations: Vec<(DeskBucket, Sample, Sketch)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    owed: Vec<(AgeingBucket, Ageing)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    spent: Vec<(SpentBucket, Spent)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    standing: Vec<(StandingBucket, Standing)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    jobs: Vec<Job>,
}

impl OutboxRecord {
    /// How many records a change needs.
    pub(crate) fn count(delta: &Delta, jobs: &[Job]) -> usize {
        let parts = Parts::of(delta).len();
        if jobs.is_empty() { parts } else { parts.max(1) }
    }

    /// The records of a change; the messages travel with the first.
    pub(crate) fn split(
        org: OrgId,
        delta: &Delta,
        jobs: Vec<Job>,
        at: Timestamp,
        request_id: &str,
        name: impl Fn(usize) -> OutboxId,
    ) -> Vec<Self> {
        let mut parts = Parts::of(delta);
        if parts.is_empty() && !jobs.is_empty() {
            parts.push(Part::default());
        }
        let mut jobs = Some(jobs);
        let record = |(number, part): (usize, Part)| Self {
            id: name(number),
            org,
            at,
            request_id: request_id.to_owned(),
            deltas: part.deltas,
            counts: part.counts,
            durations: part.durations,
            owed: part.owed,
            spent: part.spent,
            standing: part.standing,
            jobs: jobs.take().unwrap_or_default(),
        };
        parts.into_iter().enumerate().map(record).collect()
    }

    /// What it adds to the sums.
    fn delta(&self) -> Delta {
        let mut delta = Delta::default();
        for (bucket, measures) in &self.deltas {
            delta.add(*bucket, *measures);
        }
        for (bucket, measures) in &self.counts {
            delta.desk_mut().count(bucket.clone(), *measures);
        }
        for (bucket, sample, durations) in &self.durations {
            delta.desk_mut().sketch(bucket.clone(), *sample, durations);
        }
        for (bucket, ageing) in &self.owed {
            delta.ageing_mut().add(*bucket, *ageing);
        }
        for (bucket, spent) in &self.spent {
            delta.spent_mut().add(*bucket, *spent);
        }
        for (bucket, standing) in &self.standing {
            delta.standing_mut().add(*bucket, *standing);
        }
        delta
    }

    /// The record in a stream image; `None` when the image is of something else.
    pub fn from_image(image: serde_dynamo::Item) -> Result<Option<Self>, StoreError> {
        let item = Item::from(image);
        let outbox = item::text(&item, "kind") == Some(KIND);
        outbox.then(|| item::read(item, KIND, 1, |_, doc| doc)).transpose()
    }

    /// The messages to send, each in its envelope; a repeat gives the same ones.
    pub fn messages(&self) -> impl Iterator<Item = Envelope> {
        self.jobs.iter().enumerate().map(|(place, job)| Envelope {
            id: OutboxId::derived(&[&self.id.to_string(), &place.to_string()]),
            version: Envelope::VERSION,
            org_id: self.org,
            occurred_at: self.at,
            request_id: self.request_id.clone(),
            job: job.clone(),
        })
    }

    /// When the change was made.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The items that its deltas go to.
    fn sheets(&self) -> HashSet<(OrgId, AnySheet)> {
        let parts = Parts::of(&self.delta()).into_iter();
        parts.flat_map(|part| part.sheets).map(|sheet| (self.org, sheet)).collect()
    }

    fn key(&self) -> Key {
        key::member(self.org, "OUTBOX", &self.id.to_string())
    }

    pub(crate) fn item(&self) -> Result<Item, StoreError> {
        let envelope = item::Envelope {
            key: &self.key(),
            indexes: Vec::new(),
            kind: KIND,
            shape: 1,
            version: 1,
            expires_at: None,
        };
        item::write(envelope, self)
    }
}

/// The stream function's door.
#[derive(Debug, Clone, Copy)]
pub struct Outbox<'a> {
    pub(crate) store: &'a Store,
}

impl Outbox<'_> {
    /// Adds the deltas of records to the rollups and forgets the records, each exactly once;
    /// records applied before are passed over. As many as fit go into one transaction.
    pub async fn apply(&self, records: Vec<OutboxRecord>) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for record in records {
            if !batch.takes(&record) {
                self.apply_batch(std::mem::take(&mut batch).records).await?;
            }
            batch.push(record);
        }
        self.apply_batch(batch.records).await
    }

    async fn apply_batch(&self, mut records: Vec<OutboxRecord>) -> Result<(), StoreError> {
        let mut attempts = ATTEMPTS;
        while !records.is_empty() {
            match self.try_apply(&records).await {
                Ok(Applied::All) => return Ok(()),
                // Somebody was faster with this one: the rest still counts.
                Ok(Applied::Before(place)) => {
                    records.remove(place);
                }
                // Two appliers met in a bucket; one of them got through.
                Err(StoreError::Busy) if attempts > 0 => attempts -= 1,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn try_apply(&self, records: &[OutboxRecord]) -> Result<Applied, StoreError> {
        // The deletions come first, so that a failed condition's place names its record.
        let mut actions = Vec::with_capacity(TRANSACTION);
        for record in records {
            actions.push(self.delete_action(record)?);
        }
        let mut sums: BTreeMap<OrgId, Delta> = BTreeMap::new();
        for record in records {
            sums.entry(record.org).or_default().merge(record.delta());
        }
        for (org, delta) in sums {
            for update in self.store.tenant(org).sum_actions(&delta).await? {
                actions.push(TransactWriteItem::builder().update(update).build());
            }
        }
        let request = self.store.client.transact_write_items().set_transact_items(Some(actions));
        match request.send().await {
            Ok(_) => Ok(Applied::All),
            Err(error) => match cancelled(error) {
                Cancelled::Condition(place) if place < records.len() => Ok(Applied::Before(place)),
                // A sketch was changed after it was read.
                Cancelled::Condition(_) => Err(StoreError::Busy),
                Cancelled::Otherwise(error) => Err(error),
            },
        }
    }

    fn delete_action(self, record: &OutboxRecord) -> Result<TransactWriteItem, StoreError> {
        let delete = Delete::builder()
            .table_name(&self.store.table)
            .set_key(Some(Item::from(record.key().attributes())))
            .condition_expression("attribute_exists(pk)")
            .build();
        let delete = delete.map_err(|error| StoreError::Backend {
            code: "InvalidRequest".to_owned(),
            source: Box::new(error),
        })?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    /// Records of an organisation that wait to be applied, oldest change first within a page.
    pub async fn waiting(&self, org: OrgId) -> Result<Vec<OutboxRecord>, StoreError> {
        let span = Span { pk: key::collection(org, "OUTBOX"), sort: Sort::All, index: None };
        let items = self.store.query_all(span).await?;
        items.into_iter().map(|item| item::read(item, KIND, 1, |_, doc| doc)).collect()
    }
}

enum Applied {
    All,
    Before(usize),
}

/// An item that sums are in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum AnySheet {
    Money(Sheet),
    Desk(desk::SheetKey),
    Ageing(ageing::Sheet),
    Spent(spent::Sheet),
    Standing(standing::Sheet),
}

/// What a record carries.
#[derive(Default)]
struct Part {
    deltas: Vec<(Bucket, Measures)>,
    counts: Vec<(DeskBucket, DeskMeasures)>,
    durations: Vec<(DeskBucket, Sample, Sketch)>,
    owed: Vec<(AgeingBucket, Ageing)>,
    spent: Vec<(SpentBucket, Spent)>,
    standing: Vec<(StandingBucket, Standing)>,
    sheets: HashSet<AnySheet>,
}

impl Part {
    fn sums(&self) -> usize {
        let desk = self.counts.len() + self.durations.len();
        self.deltas.len() + desk + self.owed.len() + self.spent.len() + self.standing.len()
    }

    fn takes(&self, sheet: &AnySheet) -> bool {
        let fits = self.sheets.len() < SHEETS || self.sheets.contains(sheet);
        fits && self.sums() < SUMS
    }
}

/// What a change carries, in parts that are each small enough for a record.
#[derive(Default)]
struct Parts {
    full: Vec<Part>,
    last: Part,
}

impl Parts {
    fn of(delta: &Delta) -> Vec<Part> {
        let mut parts = Self::default();
        for (bucket, measures) in delta.changes() {
            let sheet = AnySheet::Money(Sheet::of(bucket));
            parts.for_sum_in(sheet).deltas.push((bucket, measures));
        }
        for (bucket, measures) in delta.desk().counts() {
            let sheet = AnySheet::Desk(desk::SheetKey::of(bucket, None));
            parts.for_sum_in(sheet).counts.push((bucket.clone(), measures));
        }
        for (bucket, sample, durations) in delta.desk().sketches() {
            let sheet = AnySheet::Desk(desk::SheetKey::of(bucket, Some(sample)));
            let part = parts.for_sum_in(sheet);
            part.durations.push((bucket.clone(), sample, durations.clone()));
        }
        for (bucket, sum) in delta.ageing().changes() {
            let sheet = AnySheet::Ageing(ageing::Sheet::of(bucket));
            parts.for_sum_in(sheet).owed.push((bucket, sum));
        }
        for (bucket, sum) in delta.spent().changes() {
            let sheet = AnySheet::Spent(spent::Sheet::of(bucket));
            parts.for_sum_in(sheet).spent.push((bucket, sum));
        }
        for (bucket, sum) in delta.standing().changes() {
            let sheet = AnySheet::Standing(standing::Sheet::of(bucket));
            parts.for_sum_in(sheet).standing.push((bucket, sum));
        }
        if parts.last.sums() > 0 {
            parts.full.push(parts.last);
        }
        parts.full
    }

    /// The part that a sum of that item belongs to.
    fn for_sum_in(&mut self, sheet: AnySheet) -> &mut Part {
        if !self.last.takes(&sheet) {
            self.full.push(std::mem::take(&mut self.last));
        }
        self.last.sheets.insert(sheet);
        &mut self.last
    }
}

/// Records that fit into one transaction together.
#[derive(Default)]
struct Batch {
    records: Vec<OutboxRecord>,
    sheets: HashSet<(OrgId, AnySheet)>,
}

impl Batch {
    fn takes(&self, record: &OutboxRecord) -> bool {
        let fresh = record.sheets();
        let fresh = fresh.difference(&self.sheets).count();
        let twice = self.records.iter().any(|other| other.id == record.id);
        !twice && self.records.len() + 1 + self.sheets.len() + fresh <= TRANSACTION
    }

    fn push(&mut self, record: OutboxRecord) {
        self.sheets.extend(record.sheets());
        self.records.push(record);
    }
}
