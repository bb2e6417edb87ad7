//! Up to thirty writes and queries in one request, each with its own outcome.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::books::Books;
use super::fault::Fault;
use super::kind::Kind;
use super::object::{Object, text};
use super::query;
use super::write::{Leniency, Operation, write};

const MOST_ITEMS: usize = 30;

/// The `BatchItemResponse` member. Items run in order; one that fails undoes no other.
pub(crate) fn run(books: &mut Books, body: &Object, now: Timestamp) -> Result<Value, Fault> {
    let items = body.get("BatchItemRequest").and_then(Value::as_array);
    let items = items.ok_or(Fault::RequiredMissing("BatchItemRequest"))?;
    if items.len() > MOST_ITEMS {
        // The limit is documented, its fault inferred.
        return Err(Fault::Business(format!(
            "A batch holds at most {MOST_ITEMS} items, not {}.",
            items.len()
        )));
    }
    let items = items.iter().filter_map(Value::as_object);
    Ok(items.map(|item| answer(books, item, now)).collect())
}

fn answer(books: &mut Books, item: &Object, now: Timestamp) -> Value {
    let (member, content) = match outcome(books, item, now) {
        Ok((member, content)) => (member, content),
        Err(fault) => ("Fault", fault.member()),
    };
    let mut answer = Map::from_iter([(member.to_owned(), content)]);
    answer.insert("bId".to_owned(), item.get("bId").cloned().unwrap_or_default());
    Value::Object(answer)
}

fn outcome(
    books: &mut Books,
    item: &Object,
    now: Timestamp,
) -> Result<(&'static str, Value), Fault> {
    if let Some(statement) = text(item, "Query") {
        return Ok(("QueryResponse", query::run(books, statement)?.into()));
    }
    let entity =
        item.iter().find_map(|(member, body)| Some((Kind::parse(member)?, body.as_object()?)));
    let (kind, body) =
        entity.ok_or_else(|| Fault::UnsupportedOperation("without an entity".to_owned()))?;
    let object = write(books, kind, operation(item, body)?, body, Leniency::default(), now)?;
    Ok((kind.name(), json!(object)))
}

fn operation(item: &Object, body: &Object) -> Result<Operation, Fault> {
    match text(item, "operation") {
        _ if text(item, "optionsData") == Some("void") => Ok(Operation::Void),
        Some("create") if !body.contains_key("Id") => Ok(Operation::Save),
        Some("update") if body.contains_key("Id") => Ok(Operation::Save),
        Some("update") => Err(Fault::RequiredMissing("Id")),
        Some("delete") => Ok(Operation::Delete),
        other => Err(Fault::UnsupportedOperation(other.unwrap_or("null").to_owned())),
    }
}
