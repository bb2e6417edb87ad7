//! Removing an organisation with everything that is its.

use aws_sdk_dynamodb::types::{DeleteRequest, WriteRequest};
use clearmargin_domain::{id::OrgId, identity::Organization, integration::SyncRun, period::Month};
use jiff::Timestamp;

use crate::{
    ageing, desk,
    entity::{Entity as _, Walked as _},
    error::{StoreError, translate},
    item::Item,
    key,
    kinds::{ACCESS, BUSINESS},
    spent::SPENT,
    standing,
    table::{Sort, Span},
    tenant::Tenant,
};

/// How many deletions one batch takes.
const BATCH: usize = 25;
/// Partitions without records of a kind, by the name in their keys.
const PLAIN: [&str; 8] =
    ["BASIS", "LIMIT", "MIGRATION", "ONCE", "OUTBOX", "SEAL", SPENT, key::USAGE];

impl Tenant<'_> {
    /// Deletes items of the organisation, at least `enough` if there are so many; whether nothing is
    /// left. May be repeated and interrupted: the organisation itself goes last. What vanishes by
    /// itself within days may stay until then.
    pub async fn purge(
        &self,
        since: Timestamp,
        now: Timestamp,
        enough: usize,
    ) -> Result<bool, StoreError> {
        self.leave_commons().await?;
        let mut deleted = 0;
        for pk in self.partitions(since, now).await? {
            loop {
                if deleted >= enough {
                    return Ok(false);
                }
                let keys = self.keys_of(&pk).await?;
                if keys.is_empty() {
                    break;
                }
                deleted += keys.len();
                self.delete_all(keys).await?;
            }
        }
        self.unlist().await?;
        Ok(true)
    }

    /// Every partition that holds something of the organisation, in the order of deletion.
    async fn partitions(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        let org = self.org;
        let mut partitions: Vec<String> = Vec::new();
        // What rows a run refused is found by the run, so runs go after them.
        for run in self.all::<SyncRun>().await? {
            partitions.push(key::run_failures(org, run.id));
        }
        let kinds = BUSINESS.into_iter().chain(ACCESS);
        let records = kinds.filter(|kind| kind.name != Organization::KIND);
        partitions.extend(records.flat_map(|kind| (kind.partitions)(org)));
        partitions.extend(key::SUBJECTS.map(|letter| key::rollups(org, letter)));
        partitions.extend(desk::partitions(org));
        partitions.extend(ageing::partitions(org));
        partitions.extend(standing::partitions(org));
        partitions.extend(PLAIN.map(|kind| key::collection(org, kind)));
        partitions.extend(audit_months(org, since, now));
        partitions.extend(Organization::partitions(org));
        Ok(partitions)
    }

    async fn keys_of(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        let span = Span { pk: pk.to_owned(), sort: Sort::All, index: None };
        let query = self.store.query(&span).projection_expression("pk, sk").limit(500);
        Ok(query.send().await.map_err(translate)?.items.unwrap_or_default())
    }

    async fn delete_all(&self, keys: Vec<Item>) -> Result<(), StoreError> {
        for batch in keys.chunks(BATCH) {
            let mut left: Vec<_> = batch.iter().cloned().map(deletion).collect::<Result<_, _>>()?;
            while !left.is_empty() {
                let request = self.store.client.batch_write_item();
                let request = request.request_items(&self.store.table, left).send();
                let unprocessed = request.await.map_err(translate)?.unprocessed_items;
                let unprocessed = unprocessed.and_then(|mut all| all.remove(&self.store.table));
                left = unprocessed.unwrap_or_default();
            }
        }
        Ok(())
    }

    /// Takes the organisation off the list of all.
    async fn unlist(&self) -> Result<(), StoreError> {
        let key = key::directory("ORG", &self.org.to_string());
        let request = self.store.client.delete_item().table_name(&self.store.table);
        let request = request.set_key(Some(Item::from(key.attributes())));
        request.send().await.map_err(translate).map(|_| ())
    }
}

fn audit_months(org: OrgId, since: Timestamp, now: Timestamp) -> Vec<String> {
    let month = |at| Month::of(jiff::tz::TimeZone::UTC.to_datetime(at).date());
    let (mut at, last) = (month(since), month(now));
    let mut partitions = Vec::new();
    while at <= last {
        partitions.push(key::audit_month(org, at));
        at = at.plus(1);
    }
    partitions
}

fn deletion(key: Item) -> Result<WriteRequest, StoreError> {
    let delete = DeleteRequest::builder().set_key(Some(key)).build();
    let delete = delete.map_err(|error| StoreError::Backend {
        code: "InvalidRequest".to_owned(),
        source: Box::new(error),
    })?;
    Ok(WriteRequest::builder().delete_request(delete).build())
}
