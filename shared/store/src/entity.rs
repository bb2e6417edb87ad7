//! How a canonical record becomes an item: the one place to look when a record is added.

use std::{fmt::Debug, ops::Deref};

use clearmargin_domain::{id::OrgId, rollup::Delta};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    error::StoreError,
    item::{self, Item},
    key::{IndexKey, Key},
};

/// A record as it was read, with the version that a write of it must name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored<T> {
    /// The record.
    pub value: T,
    /// How often it has been written.
    pub version: u64,
}

impl<T> Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A page of a list.
#[derive(Debug)]
pub struct Listing<T> {
    /// The records.
    pub items: Vec<Stored<T>>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<String>,
}

/// A record that the table holds.
pub trait Record: Entity {}

impl<T: Entity> Record for T {}

/// A record of which every one can be walked through.
pub trait Walked: Record {
    /// The partitions that an organisation's records live in.
    fn partitions(org: OrgId) -> Vec<String>;
}

/// A record of a collection small enough to be read whole: clients, services, technicians.
pub trait Listed: Record {}

/// The layout of a record. In a private module: nobody outside can call it.
pub trait Entity: Serialize + DeserializeOwned + Clone + PartialEq + Debug + Send + Sync {
    /// What the record is called; stored with it.
    const KIND: &'static str;
    /// The shape it is written in today.
    const SHAPE: u16 = 1;
    /// What names it.
    type Id: Copy + Send + Sync;

    /// Its id.
    fn id(&self) -> Self::Id;

    /// Where it lives.
    fn key(org: OrgId, id: Self::Id) -> Key;

    /// Where it appears in indexes, once in each at most.
    fn indexes(&self, _org: OrgId) -> Vec<IndexKey> {
        Vec::new()
    }

    /// What it adds to rollups.
    fn contribution(&self) -> Delta {
        Delta::default()
    }

    /// When it may vanish, in Unix seconds.
    fn expires_at(&self) -> Option<i64> {
        None
    }

    /// A document of an older shape, in today's.
    fn upgrade(_shape: u16, doc: Value) -> Value {
        doc
    }
}

/// The item for a record.
pub(crate) fn to_item<T: Entity>(org: OrgId, value: &T, version: u64) -> Result<Item, StoreError> {
    let envelope = item::Envelope {
        key: &T::key(org, value.id()),
        indexes: value.indexes(org),
        kind: T::KIND,
        shape: T::SHAPE,
        version,
        expires_at: value.expires_at(),
    };
    item::write(envelope, value)
}

/// The record of an item.
pub(crate) fn from_item<T: Entity>(item: Item) -> Result<Stored<T>, StoreError> {
    let version = item::version(&item);
    Ok(Stored { value: item::read(item, T::KIND, T::SHAPE, T::upgrade)?, version })
}
