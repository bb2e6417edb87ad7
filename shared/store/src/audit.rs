//! Audit rows: written with each change, read newest first, marked once they are sealed.
//!
//! A row's `sealed` attribute is the number of the block that holds it. It is set in the
//! transaction that advances the chain's head, so a row belongs to one block and every block that
//! the head has passed has marked its rows.

mod rows;

use std::collections::HashSet;

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use clearmargin_domain::{
    audit::{AuditEntry, Block, Head},
    id::{AuditId, OrgId},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

pub use rows::{AuditFilter, AuditList};

use crate::{
    change::{Cancelled, cancelled},
    error::StoreError,
    item::{self, Item},
    key::{self, Key},
    table::{Sort, Span},
    tenant::Tenant,
};

const KIND: &str = "audit";
const SHAPE: u16 = 2;
const HEAD: &str = "seal";

/// A stored audit row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// What happened.
    pub entry: AuditEntry,
    /// The block that it is sealed in.
    pub sealed_in: Option<u64>,
}

/// What became of an attempt to advance a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advanced {
    /// The head is the new one.
    Done,
    /// The head was another one: somebody was faster.
    Elsewhere,
    /// This row of the block is not in the table, or is sealed already; nothing was written.
    Row(AuditId),
}

impl AuditRow {
    /// The row in a stream image, with its organisation; `None` when the image is of something
    /// else.
    pub fn from_image(
        image: serde_dynamo::Item,
    ) -> Result<Option<(OrgId, AuditEntry)>, StoreError> {
        let item = Item::from(image);
        if item::text(&item, "kind") != Some(KIND) {
            return Ok(None);
        }
        let org = item::text(&item, "pk").and_then(|pk| pk.split('#').next()?.parse().ok());
        let sort_key = item::text(&item, "sk").unwrap_or_default().to_owned();
        let reason = "its key names no organisation".to_owned();
        let org = org.ok_or(StoreError::Corrupt { kind: KIND, sort_key, reason })?;
        Ok(Some((org, Self::read(item)?.entry)))
    }

    fn read(item: Item) -> Result<Self, StoreError> {
        let sealed_in = item::number(&item, "sealed");
        Ok(Self { entry: item::read(item, KIND, SHAPE, upgrade)?, sealed_in })
    }
}

/// The first shape had no version of its own.
fn upgrade(_: u16, mut doc: Value) -> Value {
    if let Some(members) = doc.as_object_mut() {
        members.insert("version".to_owned(), 1.into());
    }
    doc
}

/// The item of a row.
pub(crate) fn item(org: OrgId, entry: &AuditEntry) -> Result<Item, StoreError> {
    let envelope = item::Envelope {
        key: &row_key(org, entry.id, entry.at),
        indexes: Vec::new(),
        kind: KIND,
        shape: SHAPE,
        version: 1,
        expires_at: None,
    };
    item::write(envelope, entry)
}

fn row_key(org: OrgId, id: AuditId, at: Timestamp) -> Key {
    Key { pk: key::audit(org, at), sk: id.to_string() }
}

impl Tenant<'_> {
    /// Where the chain of sealed blocks ends.
    pub async fn audit_head(&self) -> Result<Head, StoreError> {
        let item = self.store.get_item(&key::audit_head(self.org)).await?;
        let head = item.map(|item| item::read(item, HEAD, 1, |_, doc| doc)).transpose()?;
        Ok(head.unwrap_or_default())
    }

    /// Those of the entries whose rows are not sealed yet. A row that is not in the table counts as
    /// unsealed: it was there when it was told of.
    pub async fn unsealed_of(&self, rows: Vec<AuditEntry>) -> Result<Vec<AuditEntry>, StoreError> {
        let mut sealed = HashSet::new();
        for batch in rows.chunks(100) {
            let keys = batch.iter().map(|row| row_key(self.org, row.id, row.at));
            let keys = keys.map(|key| Item::from(key.attributes())).collect();
            for item in self.read_batch(keys).await? {
                if item.contains_key("sealed") {
                    sealed.extend(item::text(&item, "sk").map(str::to_owned));
                }
            }
        }
        let open = |row: &AuditEntry| !sealed.contains(&row.id.to_string());
        Ok(rows.into_iter().filter(open).collect())
    }

    /// Whether there is a row of that id.
    pub async fn has_audit_row(&self, id: AuditId) -> Result<bool, StoreError> {
        let key = row_key(self.org, id, id.at());
        Ok(self.store.get_item(&key).await?.is_some())
    }

    /// Rows from a moment on, oldest first.
    pub async fn audit_since(
        &self,
        from: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let mut rows = Vec::new();
        // A row may be of a clock that is a little ahead.
        for pk in key::audit_months(self.org, from, now + SignedDuration::from_hours(1)) {
            let sort = Sort::Between(AuditId::new(from, 0).to_string(), key::AUDIT_END.to_owned());
            for item in self.store.query_all(Span { pk, sort, index: None }).await? {
                rows.push(AuditRow::read(item)?);
            }
        }
        Ok(rows)
    }

    /// Makes a block the last of the chain and marks its rows, except those in `absent`, if `old`
    /// is the head still.
    pub async fn advance_audit(
        &self,
        old: &Head,
        block: &Block,
        absent: &HashSet<AuditId>,
    ) -> Result<Advanced, StoreError> {
        let rows: Vec<_> = block.rows().iter().filter(|row| !absent.contains(&row.id)).collect();
        let mut actions = vec![self.put_head(old, &old.then(block))?];
        for row in &rows {
            actions.push(self.mark(row, block.number())?);
        }
        let request = self.store.client.transact_write_items().set_transact_items(Some(actions));
        match request.send().await {
            Ok(_) => Ok(Advanced::Done),
            Err(error) => match cancelled(error) {
                Cancelled::Condition(0) => Ok(Advanced::Elsewhere),
                Cancelled::Condition(place) => {
                    Ok(rows.get(place - 1).map_or(Advanced::Elsewhere, |row| Advanced::Row(row.id)))
                }
                Cancelled::Otherwise(error) => Err(error),
            },
        }
    }

    fn put_head(&self, old: &Head, new: &Head) -> Result<TransactWriteItem, StoreError> {
        let envelope = item::Envelope {
            key: &key::audit_head(self.org),
            indexes: Vec::new(),
            kind: HEAD,
            shape: 1,
            version: new.block,
            expires_at: None,
        };
        let item = item::write(envelope, new)?;
        let put = Put::builder().table_name(&self.store.table).set_item(Some(item));
        let put = match old.block {
            0 => put.condition_expression("attribute_not_exists(pk)"),
            block => put
                .condition_expression("v = :block AND doc.#hash = :hash")
                .expression_attribute_names("#hash", "hash")
                .expression_attribute_values(":block", AttributeValue::N(block.to_string()))
                .expression_attribute_values(":hash", AttributeValue::S(old.hash.to_string())),
        };
        let put = put.build().map_err(invalid)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn mark(&self, row: &AuditEntry, block: u64) -> Result<TransactWriteItem, StoreError> {
        let update = Update::builder()
            .table_name(&self.store.table)
            .set_key(Some(Item::from(row_key(self.org, row.id, row.at).attributes())))
            .update_expression("SET sealed = :block")
            .condition_expression("attribute_exists(pk) AND attribute_not_exists(sealed)")
            .expression_attribute_values(":block", AttributeValue::N(block.to_string()))
            .build()
            .map_err(invalid)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}

fn invalid(error: aws_sdk_dynamodb::error::BuildError) -> StoreError {
    StoreError::Backend { code: "InvalidRequest".to_owned(), source: Box::new(error) }
}
