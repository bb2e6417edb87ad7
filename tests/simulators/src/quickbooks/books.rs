//! The company's objects, indexed by id and by the time of their last change.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::clock;
use super::kind::{Kind, Nature};
use super::object::{Object, set, text};

/// Everything the company has on file.
#[derive(Debug, Default)]
pub(crate) struct Books {
    drawers: BTreeMap<Kind, Drawer>,
    last_id: BTreeMap<Sequence, u64>,
}

/// All objects of one entity.
#[derive(Debug, Default)]
struct Drawer {
    rows: BTreeMap<u64, Row>,
    by_change: BTreeSet<(Timestamp, u64)>,
    deleted: BTreeMap<u64, Timestamp>,
}

#[derive(Debug)]
struct Row {
    object: Object,
    changed: Timestamp,
}

/// Entities that count their ids together, as the recorded companies show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sequence {
    Parties,
    Transactions,
    Own(Kind),
}

impl Sequence {
    const fn of(kind: Kind) -> Self {
        match kind.nature() {
            Nature::Party => Self::Parties,
            Nature::Transaction => Self::Transactions,
            Nature::List | Nature::Singleton => Self::Own(kind),
        }
    }
}

/// One change that change data capture reports.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change<'a> {
    Kept(&'a Object),
    Deleted { id: u64, at: Timestamp },
}

/// An object that cannot be served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// The entity is not one of QuickBooks'.
    #[error("{0} is not a QuickBooks entity")]
    UnknownEntity(String),
    /// Not an object with a numeric `Id` and a `MetaData.LastUpdatedTime`.
    #[error("{entity}: {reason} in {object}")]
    Malformed {
        /// The entity it stands under.
        entity: String,
        /// What is wrong.
        reason: &'static str,
        /// The beginning of the object.
        object: String,
    },
    /// Two objects of one entity share an id.
    #[error("{entity} {id} occurs twice")]
    Duplicate {
        /// The entity.
        entity: String,
        /// The id.
        id: u64,
    },
}

impl Books {
    /// Files the objects of a seed as they are.
    pub(crate) fn open(entities: &BTreeMap<String, Vec<Value>>) -> Result<Self, SeedError> {
        let mut books = Self::default();
        for (entity, objects) in entities {
            let kind =
                Kind::parse(entity).ok_or_else(|| SeedError::UnknownEntity(entity.clone()))?;
            for object in objects {
                books.file_seeded(kind, object)?;
            }
        }
        Ok(books)
    }

    fn file_seeded(&mut self, kind: Kind, value: &Value) -> Result<(), SeedError> {
        let malformed = |reason| SeedError::Malformed {
            entity: kind.name().to_owned(),
            reason,
            object: value.to_string().chars().take(120).collect(),
        };
        let object = value.as_object().ok_or_else(|| malformed("no JSON object"))?;
        let id = text(object, "Id").and_then(|id| id.parse().ok());
        let id: u64 = id.ok_or_else(|| malformed("no numeric Id"))?;
        let changed =
            stamped_change(object).ok_or_else(|| malformed("no MetaData.LastUpdatedTime"))?;
        if text(object, "SyncToken").is_none_or(|token| token.parse::<u64>().is_err()) {
            return Err(malformed("no numeric SyncToken"));
        }
        let mut object = object.clone();
        object.entry("domain").or_insert_with(|| "QBO".into());
        object.entry("sparse").or_insert_with(|| false.into());
        if self.get(kind, id).is_some() {
            return Err(SeedError::Duplicate { entity: kind.name().to_owned(), id });
        }
        let last = self.last_id.entry(Sequence::of(kind)).or_default();
        *last = id.max(*last);
        self.file(kind, id, object, changed);
        Ok(())
    }

    pub(crate) fn get(&self, kind: Kind, id: u64) -> Option<&Object> {
        self.drawers.get(&kind)?.rows.get(&id).map(|row| &row.object)
    }

    /// All objects of an entity, by id.
    pub(crate) fn all(&self, kind: Kind) -> impl Iterator<Item = (u64, &Object)> {
        let rows = self.drawers.get(&kind).into_iter().flat_map(|drawer| &drawer.rows);
        rows.map(|(id, row)| (*id, &row.object))
    }

    /// The objects changed at `since` or later, oldest change first.
    pub(crate) fn changed(
        &self,
        kind: Kind,
        since: Timestamp,
    ) -> impl DoubleEndedIterator<Item = (u64, &Object)> {
        let drawer = self.drawers.get(&kind).into_iter();
        drawer.flat_map(move |drawer| {
            let recent = drawer.by_change.range((since, 0)..);
            recent.filter_map(|(_, id)| Some((*id, &drawer.rows.get(id)?.object)))
        })
    }

    /// What change data capture tells of an entity, oldest change first.
    pub(crate) fn changes(&self, kind: Kind, since: Timestamp) -> Vec<Change<'_>> {
        let Some(drawer) = self.drawers.get(&kind) else {
            return Vec::new();
        };
        let kept = drawer
            .by_change
            .range((since, 0)..)
            .filter_map(|(at, id)| Some((*at, Change::Kept(&drawer.rows.get(id)?.object))));
        let deleted = drawer.deleted.iter().filter(|(_, at)| **at >= since);
        let deleted = deleted.map(|(id, at)| (*at, Change::Deleted { id: *id, at: *at }));
        let mut changes: Vec<_> = kept.chain(deleted).collect();
        changes.sort_by_key(|(at, _)| *at);
        changes.into_iter().map(|(_, change)| change).collect()
    }

    /// Files a new object under the next id of its sequence.
    pub(crate) fn insert(&mut self, kind: Kind, mut object: Object, now: Timestamp) -> u64 {
        let last = self.last_id.entry(Sequence::of(kind)).or_default();
        *last += 1;
        let id = *last;
        let now = whole_second(now);
        set(&mut object, "Id", id.to_string());
        set(&mut object, "SyncToken", "0");
        let stamp = clock::in_seconds(now);
        set(&mut object, "MetaData", json!({ "CreateTime": stamp, "LastUpdatedTime": stamp }));
        self.file(kind, id, object, now);
        id
    }

    /// A caller's update: the next `SyncToken` and a new time.
    pub(crate) fn update(&mut self, kind: Kind, id: u64, mut object: Object, now: Timestamp) {
        let token = sync_token(&object).saturating_add(1);
        set(&mut object, "SyncToken", token.to_string());
        self.restamp(kind, id, object, now);
    }

    /// A change that follows from another object's: a new time, but the recorded bodies (an estimate
    /// linked to an invoice, a customer's balance) keep their `SyncToken`.
    pub(crate) fn touch(
        &mut self,
        kind: Kind,
        id: u64,
        now: Timestamp,
        change: impl FnOnce(&mut Object),
    ) {
        if let Some(mut object) = self.get(kind, id).cloned() {
            change(&mut object);
            self.restamp(kind, id, object, now);
        }
    }

    /// Deletes for good; only change data capture still knows the id.
    pub(crate) fn remove(&mut self, kind: Kind, id: u64, now: Timestamp) {
        let drawer = self.drawers.entry(kind).or_default();
        if let Some(row) = drawer.rows.remove(&id) {
            drawer.by_change.remove(&(row.changed, id));
            drawer.deleted.insert(id, whole_second(now));
        }
    }

    fn restamp(&mut self, kind: Kind, id: u64, mut object: Object, now: Timestamp) {
        let now = whole_second(now);
        if let Some(meta) = object.get_mut("MetaData").and_then(Value::as_object_mut) {
            set(meta, "LastUpdatedTime", clock::in_seconds(now));
        }
        self.file(kind, id, object, now);
    }

    fn file(&mut self, kind: Kind, id: u64, object: Object, changed: Timestamp) {
        let drawer = self.drawers.entry(kind).or_default();
        if let Some(previous) = drawer.rows.insert(id, Row { object, changed }) {
            drawer.by_change.remove(&(previous.changed, id));
        }
        drawer.by_change.insert((changed, id));
    }
}

/// The optimistic lock of an object.
pub(crate) fn sync_token(object: &Object) -> u64 {
    text(object, "SyncToken").and_then(|token| token.parse().ok()).unwrap_or(0)
}

fn stamped_change(object: &Object) -> Option<Timestamp> {
    clock::instant(object.get("MetaData")?.get("LastUpdatedTime")?.as_str()?)
}

/// `MetaData` has no fractions, and the index must agree with what is shown.
fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
