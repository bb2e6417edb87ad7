//! A change: one transaction with everything that belongs to it.

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem},
};
use clearmargin_domain::{
    audit::AuditEntry,
    id::{OrgId, OutboxId},
    job::Job,
    rollup::Delta,
};

use crate::{
    audit,
    entity::{Record, Stored, to_item},
    error::{Conflict, StoreError, translate},
    item::Item,
    once::Once,
    outbox::OutboxRecord,
    tenant::Tenant,
};

/// How many actions one transaction takes.
pub(crate) const TRANSACTION: usize = 100;

/// A change being put together: records, audit row, messages, rollup deltas.
///
/// Rollup deltas follow from the records by themselves (*new − old*), so no writer can forget them.
#[derive(Debug)]
pub struct Change<'a> {
    pub(crate) tenant: Tenant<'a>,
    audit: AuditEntry,
    actions: Vec<TransactWriteItem>,
    conflicts: Vec<Conflict>,
    delta: Delta,
    jobs: Vec<Job>,
}

impl<'a> Change<'a> {
    pub(crate) fn new(tenant: Tenant<'a>, audit: AuditEntry) -> Self {
        Self {
            tenant,
            audit,
            actions: Vec::new(),
            conflicts: Vec::new(),
            delta: Delta::default(),
            jobs: Vec::new(),
        }
    }

    /// Adds a record that must not be there yet.
    pub fn insert<T: Record>(&mut self, value: &T) -> Result<(), StoreError> {
        self.delta.merge(value.contribution());
        let item = to_item(self.tenant.org, value, 1)?;
        self.put(item, "attribute_not_exists(pk)", None, Conflict::Version)
    }

    /// Replaces a record that must still be as it was read.
    pub fn update<T: Record>(&mut self, old: &Stored<T>, new: &T) -> Result<(), StoreError> {
        self.delta.merge(old.value.contribution().negated());
        self.delta.merge(new.contribution());
        let item = to_item(self.tenant.org, new, old.version + 1)?;
        self.put(item, "v = :expected", Some(old.version), Conflict::Version)
    }

    /// Adds a record, or replaces the one that was read in its place.
    pub fn set<T: Record>(&mut self, old: Option<&Stored<T>>, new: &T) -> Result<(), StoreError> {
        match old {
            Some(old) => self.update(old, new),
            None => self.insert(new),
        }
    }

    /// Removes a record that must still be as it was read.
    pub fn delete<T: Record>(&mut self, old: &Stored<T>) -> Result<(), StoreError> {
        self.delta.merge(old.value.contribution().negated());
        let key = T::key(self.tenant.org, old.value.id());
        let delete = Delete::builder()
            .table_name(&self.tenant.store.table)
            .set_key(Some(Item::from(key.attributes())))
            .condition_expression("v = :expected")
            .expression_attribute_values(":expected", AttributeValue::N(old.version.to_string()))
            .build();
        let action = delete.map(|delete| TransactWriteItem::builder().delete(delete).build());
        self.push(action, Conflict::Version)
    }

    /// Makes the change fail unless a record is still as it was read.
    pub fn unchanged<T: Record>(&mut self, read: &Stored<T>) -> Result<(), StoreError> {
        let key = T::key(self.tenant.org, read.value.id());
        let check = ConditionCheck::builder()
            .table_name(&self.tenant.store.table)
            .set_key(Some(Item::from(key.attributes())))
            .condition_expression("v = :expected")
            .expression_attribute_values(":expected", AttributeValue::N(read.version.to_string()))
            .build();
        let action = check.map(|check| TransactWriteItem::builder().condition_check(check).build());
        self.push(action, Conflict::Version)
    }

    /// Remembers that a request was carried out; the change fails when it was already.
    pub fn once(&mut self, once: &Once) -> Result<(), StoreError> {
        self.once_of(self.tenant.org, once)
    }

    /// [`once`](Self::once), for a request that was made in another organisation than the one that
    /// changes.
    pub fn once_of(&mut self, org: OrgId, once: &Once) -> Result<(), StoreError> {
        let item = once.item(org)?;
        // Expired items linger in the table for a while.
        let condition = "attribute_not_exists(pk) OR expiresAt <= :expected";
        let now = u64::try_from(once.at.as_second()).unwrap_or_default();
        self.put(item, condition, Some(now), Conflict::Once)
    }

    /// Gives an order to a worker, if and only if the change happens.
    pub fn send(&mut self, job: Job) {
        self.jobs.push(job);
    }

    /// Adds an item under a key outside the tenant's partitions that must not be taken.
    pub(crate) fn claim(&mut self, item: Item) -> Result<(), StoreError> {
        self.put(item, "attribute_not_exists(pk)", None, Conflict::Unique)
    }

    /// How many actions the transaction would have now.
    #[expect(clippy::len_without_is_empty, reason = "the audit row is always there")]
    pub fn len(&self) -> usize {
        self.actions.len() + 1 + OutboxRecord::count(&self.delta, &self.jobs)
    }

    /// Writes everything, or nothing.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.write_audit()?;
        self.write_outbox()?;
        if self.actions.len() > TRANSACTION {
            return Err(StoreError::TooLarge(self.actions.len()));
        }
        let request = self.tenant.store.client.transact_write_items();
        let request = request.set_transact_items(Some(self.actions));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(match cancelled(error) {
                Cancelled::Condition(place) => {
                    let conflict = self.conflicts.get(place).copied();
                    StoreError::Conflict(conflict.unwrap_or(Conflict::Version))
                }
                Cancelled::Otherwise(error) => error,
            }),
        }
    }

    /// [`commit`](Self::commit) of what can be done again: `false`, with nothing written, when
    /// another change of the same records was faster.
    pub async fn attempt(self) -> Result<bool, StoreError> {
        match self.commit().await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict(_) | StoreError::Busy) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn write_audit(&mut self) -> Result<(), StoreError> {
        let item = audit::item(self.tenant.org, &self.audit)?;
        self.put(item, "attribute_not_exists(pk)", None, Conflict::Version)
    }

    fn write_outbox(&mut self) -> Result<(), StoreError> {
        let delta = std::mem::take(&mut self.delta);
        let jobs = std::mem::take(&mut self.jobs);
        let audit = &self.audit;
        let name = |part: usize| OutboxId::derived(&[&audit.id.to_string(), &part.to_string()]);
        let records =
            OutboxRecord::split(self.tenant.org, &delta, jobs, audit.at, &audit.request_id, name);
        for record in records {
            let item = record.item()?;
            self.put(item, "attribute_not_exists(pk)", None, Conflict::Version)?;
        }
        Ok(())
    }

    fn put(
        &mut self,
        item: Item,
        condition: &str,
        expected: Option<u64>,
        conflict: Conflict,
    ) -> Result<(), StoreError> {
        let mut put = Put::builder()
            .table_name(&self.tenant.store.table)
            .set_item(Some(item))
            .condition_expression(condition);
        if let Some(version) = expected {
            put = put
                .expression_attribute_values(":expected", AttributeValue::N(version.to_string()));
        }
        let action = put.build().map(|put| TransactWriteItem::builder().put(put).build());
        self.push(action, conflict)
    }

    pub(crate) fn push(
        &mut self,
        action: Result<TransactWriteItem, aws_sdk_dynamodb::error::BuildError>,
        conflict: Conflict,
    ) -> Result<(), StoreError> {
        self.actions.push(action.map_err(|error| StoreError::Backend {
            code: "InvalidRequest".to_owned(),
            source: Box::new(error),
        })?);
        self.conflicts.push(conflict);
        Ok(())
    }
}

/// Why a transaction did not happen.
pub(crate) enum Cancelled {
    /// The condition of the action at this place did not hold.
    Condition(usize),
    /// Anything else; usually it met another transaction.
    Otherwise(StoreError),
}

/// Reads a transaction's error.
pub(crate) fn cancelled<R>(error: SdkError<TransactWriteItemsError, R>) -> Cancelled
where
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let reasons = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons()
        }
        _ => &[],
    };
    let has = |code: &str| reasons.iter().position(|reason| reason.code() == Some(code));
    if let Some(place) = has("ConditionalCheckFailed") {
        return Cancelled::Condition(place);
    }
    let busy = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    if busy.into_iter().any(|code| has(code).is_some()) {
        return Cancelled::Otherwise(StoreError::Busy);
    }
    Cancelled::Otherwise(translate(error))
}
