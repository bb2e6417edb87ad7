//! Queries along the time of change.
//!
//! Each page begins with the last row of the page before, its anchor, at the position that row had
//! among the rows of its time. While the anchor is there nothing has shifted, and the page goes on
//! behind it. When it is not, rows before it have been touched or deleted, and that time is read
//! again from its first row: a row read twice does no harm, a row never read would.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::entity::Entity;
use crate::fields::{id_of, timestamp};

/// How often one time is read again; a source that orders rows of one time differently each time
/// would never show the anchor where it was.
const RESTARTS: u8 = 3;

/// Where along the time of change the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Query {
    /// Rows changed at this time or later, as the source spells it; none begins at the first.
    from: Option<String>,
    /// How many rows of that time have been read.
    read: usize,
    /// The last row read.
    anchor: Option<String>,
    restarts: u8,
}

/// A page and what follows.
pub(super) struct Step<'a> {
    pub(super) rows: &'a [Value],
    pub(super) next: Option<Query>,
}

/// The rows in an answer.
pub(super) fn rows(answer: &Value, entity: Entity) -> &[Value] {
    let response = answer.get("QueryResponse");
    let rows = response.and_then(|response| response.get(entity.name()));
    rows.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

impl Query {
    pub(super) fn start(since: Option<Timestamp>) -> Self {
        Self { from: since.map(|since| format!("{since:.0}")), read: 0, anchor: None, restarts: 0 }
    }

    /// The query in QuickBooks' language.
    pub(super) fn text(&self, entity: Entity, limit: usize) -> String {
        let active = entity.may_be_inactive().then(|| "Active IN (true, false)".to_owned());
        let from = self.from.as_ref();
        let from = from.map(|from| format!("MetaData.LastUpdatedTime >= '{from}'"));
        let conditions: Vec<_> = active.into_iter().chain(from).collect();
        let filter = match conditions.as_slice() {
            [] => String::new(),
            _ => format!(" WHERE {}", conditions.join(" AND ")),
        };
        format!(
            "SELECT * FROM {}{filter} ORDERBY MetaData.LastUpdatedTime STARTPOSITION {} MAXRESULTS {}",
            entity.name(),
            self.read.max(1),
            self.wanted(limit),
        )
    }

    fn wanted(&self, limit: usize) -> usize {
        limit + usize::from(self.anchor.is_some())
    }

    /// Takes in the rows of a page.
    pub(super) fn step<'a>(&self, received: &'a [Value], limit: usize) -> Step<'a> {
        let rows = match (&self.anchor, received) {
            (None, rows) => rows,
            (Some(anchor), [first, rest @ ..]) if id_of(first, "Id") == *anchor => rest,
            _ if self.restarts < RESTARTS => {
                return Step { rows: &[], next: Some(self.again()) };
            }
            (Some(_), rows) => rows.get(..limit).unwrap_or(rows),
        };
        let more = received.len() >= self.wanted(limit);
        Step { rows, next: more.then(|| self.after(rows)) }
    }

    fn again(&self) -> Self {
        Self { from: self.from.clone(), read: 0, anchor: None, restarts: self.restarts + 1 }
    }

    fn after(&self, rows: &[Value]) -> Self {
        rows.iter().fold(self.clone(), |place, row| {
            let time = row.pointer("/MetaData/LastUpdatedTime");
            let time = time.and_then(Value::as_str);
            let instant = time.and_then(timestamp);
            let here = place.from.as_deref().and_then(timestamp);
            let advanced = instant.is_some() && instant != here;
            Self {
                read: if advanced { 1 } else { place.read + 1 },
                restarts: if advanced { 0 } else { place.restarts },
                from: match time {
                    Some(time) if advanced => Some(time.to_owned()),
                    _ => place.from,
                },
                anchor: Some(id_of(row, "Id")),
            }
        })
    }
}

#[cfg(test)]
mod tests;
