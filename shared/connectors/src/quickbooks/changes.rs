//! Change data capture: what changed or was deleted, of several entities in one answer.
//!
//! An answer holds at most 1000 objects and begins at a time; there is no paging. So each page asks
//! anew from the last change read on and goes on behind it. An answer that reaches the limit is
//! narrowed to one entity at a time.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::entity::Entity;
use crate::{
    error::Error,
    fields::{id_of, timestamp},
    record::{Context, Row},
};

/// How many objects an answer holds at most.
const CAP: usize = 1_000;

/// The source looks back 30 days from its own now; a run that takes a while needs some of them.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(29 * 24);

/// The earliest time from which a run that began at `started_at` can be told of deletions. A run
/// that has to know of earlier ones must read everything and compare.
pub fn change_horizon(started_at: Timestamp) -> Timestamp {
    started_at.checked_sub(LOOK_BACK).unwrap_or(started_at)
}

/// Which change is the last one read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Key {
    time: Option<Timestamp>,
    entity: usize,
    id: String,
}

/// Where in the changes the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Changes {
    since: Timestamp,
    /// The one entity asked for; none asks for all.
    only: Option<usize>,
    last: Option<Key>,
}

/// A page and what follows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) rows: Vec<Row>,
    pub(super) next: Option<Changes>,
}

impl Changes {
    pub(super) fn start(since: Timestamp) -> Self {
        Self { since, only: None, last: None }
    }

    pub(super) fn parameters(&self) -> [(&'static str, String); 2] {
        let names: Vec<_> = self.entities().map(|(_, entity)| entity.name()).collect();
        // A second earlier, so that a second is read whole whether the bound is included or not.
        let last = self.last.as_ref().and_then(|last| last.time);
        let last = last.and_then(|time| time.checked_sub(SignedDuration::from_secs(1)).ok());
        let since = last.map_or(self.since, |last| last.max(self.since));
        [("entities", names.join(",")), ("changedSince", format!("{since:.0}"))]
    }

    fn entities(&self) -> impl Iterator<Item = (usize, Entity)> {
        let entities = Entity::ALL.into_iter().enumerate();
        entities.filter(|(index, _)| self.only.is_none_or(|only| only == *index))
    }

    /// Takes in an answer.
    pub(super) fn step(
        &self,
        answer: &Value,
        context: &Context,
        limit: usize,
    ) -> Result<Step, Error> {
        let found = self.found(answer);
        let full = found.len() >= CAP;
        if full && let Some(step) = self.narrowed() {
            return Ok(step);
        }
        // From a full answer only what is next may be taken, and only if it begins with the oldest.
        if full && !found.is_sorted_by_key(|(key, _, _)| key.time) {
            return Err(too_many());
        }
        let unread = found.into_iter().filter(|(key, _, _)| Some(key) > self.last.as_ref());
        let mut unread: Vec<_> = unread.collect();
        unread.sort_by(|(left, ..), (right, ..)| left.cmp(right));
        let more = full || unread.len() > limit;
        unread.truncate(limit);
        let next = match unread.last() {
            Some((last, ..)) if more => Some(Self { last: Some(last.clone()), ..self.clone() }),
            None if full => return Err(too_many()),
            _ => self.next_entity(),
        };
        let rows = unread.into_iter();
        let rows = rows.map(|(_, entity, row)| entity.row(context, row));
        Ok(Step { rows: rows.collect(), next })
    }

    /// The changes of each entity, in the source's order.
    fn found<'a>(&self, answer: &'a Value) -> Vec<(Key, Entity, &'a Value)> {
        let responses = answer.pointer("/CDCResponse/0/QueryResponse");
        let responses = responses.and_then(Value::as_array);
        let responses = responses.map(Vec::as_slice).unwrap_or_default();
        let mut found = Vec::new();
        for (index, entity) in self.entities() {
            let rows = responses.iter().filter_map(|all| all.get(entity.name()));
            for row in rows.filter_map(Value::as_array).flatten() {
                let time = row.pointer("/MetaData/LastUpdatedTime");
                let key = Key {
                    time: time.and_then(Value::as_str).and_then(timestamp),
                    entity: index,
                    id: id_of(row, "Id"),
                };
                found.push((key, entity, row));
            }
        }
        found
    }

    /// The same changes entity by entity; none when that is what is being done.
    pub(super) fn narrowed(&self) -> Option<Step> {
        let next = Self { only: Some(0), ..self.clone() };
        self.only.is_none().then(|| Step { rows: Vec::new(), next: Some(next) })
    }

    fn next_entity(&self) -> Option<Self> {
        let next = self.only? + 1;
        (next < Entity::ALL.len()).then_some(Self {
            since: self.since,
            only: Some(next),
            last: None,
        })
    }
}

fn too_many() -> Error {
    Error::refused("more changes than QuickBooks tells at once; a full synchronisation is due")
}

#[cfg(test)]
mod tests;
