//! What many records are computed from: whoever writes such a record names the version it knew.
//!
//! Without it, a writer that read the cost rates, was overtaken by a new rate and by the job that
//! costs time anew, and only then wrote, would leave a cost that no rate explains.

use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, TransactWriteItem, Update};

use crate::{
    change::Change,
    error::{Conflict, StoreError},
    item::{self, Item},
    key::{self, Key},
    tenant::Tenant,
};

/// Something that many records are computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The labour cost rates, from which the cost of worked time follows.
    CostRates,
    /// The books: what is refused or left alone because a month is closed.
    Books,
}

/// How often a basis had been changed when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasisVersion(u64);

impl Basis {
    fn key(self, tenant: Tenant<'_>) -> Key {
        let name = match self {
            Self::CostRates => "cost_rates",
            Self::Books => "books",
        };
        key::member(tenant.org, "BASIS", name)
    }
}

impl Tenant<'_> {
    /// The version of a basis; to be read before the basis itself.
    pub async fn basis(&self, basis: Basis) -> Result<BasisVersion, StoreError> {
        let item = self.store.get_item(&basis.key(*self)).await?;
        Ok(BasisVersion(item.as_ref().map_or(0, item::version)))
    }
}

impl Change<'_> {
    /// Says that the change alters a basis.
    pub fn alters(&mut self, basis: Basis) -> Result<(), StoreError> {
        let update = Update::builder()
            .table_name(&self.tenant.store.table)
            .set_key(Some(Item::from(basis.key(self.tenant).attributes())))
            .update_expression("ADD v :one")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .build();
        let action = update.map(|update| TransactWriteItem::builder().update(update).build());
        self.push(action, Conflict::Version)
    }

    /// Makes the change fail if a basis was altered since that version was read.
    pub fn rests_on(&mut self, basis: Basis, version: BasisVersion) -> Result<(), StoreError> {
        let check = ConditionCheck::builder()
            .table_name(&self.tenant.store.table)
            .set_key(Some(Item::from(basis.key(self.tenant).attributes())));
        let check = match version.0 {
            0 => check.condition_expression("attribute_not_exists(pk)"),
            known => check
                .condition_expression("v = :known")
                .expression_attribute_values(":known", AttributeValue::N(known.to_string())),
        };
        let check = check.build();
        let action = check.map(|check| TransactWriteItem::builder().condition_check(check).build());
        self.push(action, Conflict::Version)
    }
}
