//! An item: a record's document with its key, kind, shape and version.

use std::{cmp::Ordering, collections::HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    error::StoreError,
    json,
    key::{IndexKey, Key},
};

/// An item as DynamoDB has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// What is said about a record beside its document.
pub(crate) struct Envelope<'a> {
    pub(crate) key: &'a Key,
    pub(crate) indexes: Vec<IndexKey>,
    pub(crate) kind: &'static str,
    pub(crate) shape: u16,
    pub(crate) version: u64,
    /// Unix seconds after which the item may vanish.
    pub(crate) expires_at: Option<i64>,
}

/// The item for a document.
pub(crate) fn write<T: Serialize>(envelope: Envelope<'_>, doc: &T) -> Result<Item, StoreError> {
    let kind = envelope.kind;
    let doc =
        serde_json::to_value(doc).map_err(|source| StoreError::Unwritable { kind, source })?;
    let doc = json::to_attribute(doc);
    let mut item = Item::from(envelope.key.attributes());
    let number = |value: String| AttributeValue::N(value);
    item.insert("kind".to_owned(), AttributeValue::S(kind.to_owned()));
    item.insert("shape".to_owned(), number(envelope.shape.to_string()));
    item.insert("v".to_owned(), number(envelope.version.to_string()));
    item.insert("doc".to_owned(), doc);
    for IndexKey { index, pk, sk } in envelope.indexes {
        let [hash, range] = index.attributes();
        item.insert(hash.to_owned(), AttributeValue::S(pk));
        item.insert(range.to_owned(), AttributeValue::S(sk));
    }
    if let Some(at) = envelope.expires_at {
        item.insert("expiresAt".to_owned(), number(at.to_string()));
    }
    Ok(item)
}

/// The version of an item.
pub(crate) fn version(item: &Item) -> u64 {
    number(item, "v").unwrap_or(0)
}

/// The shape that an item was written in.
pub(crate) fn shape(item: &Item) -> u16 {
    number(item, "shape").unwrap_or(1)
}

/// A text attribute.
pub(crate) fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}

/// A number attribute.
pub(crate) fn number<N: std::str::FromStr>(item: &Item, name: &str) -> Option<N> {
    item.get(name).and_then(|value| value.as_n().ok()).and_then(|text| text.parse().ok())
}

/// A binary attribute.
pub(crate) fn bytes<'a>(item: &'a Item, name: &str) -> Option<&'a [u8]> {
    item.get(name).and_then(|value| value.as_b().ok()).map(AsRef::as_ref)
}

/// The document of an item; one in an older shape goes through `upgrade` first.
pub(crate) fn read<T: DeserializeOwned>(
    mut item: Item,
    kind: &'static str,
    current: u16,
    upgrade: fn(u16, Value) -> Value,
) -> Result<T, StoreError> {
    let shape = shape(&item);
    let doc = item.remove("doc").and_then(json::from_attribute);
    let corrupt = |reason: String| StoreError::Corrupt {
        kind,
        sort_key: text(&item, "sk").unwrap_or_default().to_owned(),
        reason,
    };
    let doc = doc.ok_or_else(|| corrupt("no document".to_owned()))?;
    let doc = match shape.cmp(&current) {
        Ordering::Less => upgrade(shape, doc),
        Ordering::Equal => doc,
        Ordering::Greater => {
            return Err(corrupt(format!("shape {shape} is newer than this program")));
        }
    };
    serde_json::from_value(doc).map_err(|error| corrupt(error.to_string()))
}
