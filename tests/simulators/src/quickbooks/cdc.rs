//! Change data capture: what changed since a moment, deletions included.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::books::{Books, Change};
use super::clock;
use super::fault::Fault;
use super::kind::Kind;
use super::object::Object;

/// The most objects one answer holds.
const LARGEST_ANSWER: usize = 1000;

/// The `CDCResponse` member.
///
/// When more has changed than fits, the oldest changes of the entities named first are told; the real
/// choice is not documented.
pub(crate) fn changes(
    books: &Books,
    entities: &str,
    changed_since: &str,
    lookback: SignedDuration,
    now: Timestamp,
) -> Result<Value, Fault> {
    let since = clock::instant(changed_since).ok_or_else(|| {
        Fault::Business(format!("changedSince {changed_since} is not a valid dateTime."))
    })?;
    if since < clock::later(now, -lookback) {
        // The limit is documented, the fault inferred; the recorded company of 2020 did not refuse.
        return Err(Fault::Business("changedSince must not be more than 30 days ago.".to_owned()));
    }
    let mut room = LARGEST_ANSWER;
    let mut responses = Vec::new();
    for name in entities.split(',').map(str::trim) {
        let kind = Kind::parse(name).ok_or_else(|| {
            Fault::QueryValidation(format!("invalid context declaration: {name}"))
        })?;
        let objects: Vec<Value> =
            books.changes(kind, since).into_iter().take(room).map(shown).collect();
        room -= objects.len();
        responses.push(response(kind, objects));
    }
    Ok(json!([{ "QueryResponse": responses }]))
}

fn response(kind: Kind, objects: Vec<Value>) -> Object {
    if objects.is_empty() {
        return Object::new();
    }
    let count = objects.len();
    Map::from_iter([
        (kind.name().to_owned(), objects.into()),
        ("startPosition".to_owned(), 1.into()),
        ("maxResults".to_owned(), count.into()),
    ])
}

fn shown(change: Change<'_>) -> Value {
    match change {
        Change::Kept(object) => Value::Object(object.clone()),
        Change::Deleted { id, at } => json!({
            "domain": "QBO",
            "status": "Deleted",
            "Id": id.to_string(),
            "MetaData": { "LastUpdatedTime": clock::in_seconds(at) },
        }),
    }
}
