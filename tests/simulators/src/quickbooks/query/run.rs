//! Answers a statement from the books.

use std::cmp::Ordering;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::super::books::Books;
use super::super::clock;
use super::super::fault::Fault;
use super::super::fields;
use super::super::kind::{Kind, Nature};
use super::super::object::{Object, at_path, is_active, text};
use super::parser::parse;
use super::syntax::{Comparison, Condition, Literal, Order, Select, Statement, Test};

const LAST_UPDATED: &str = "MetaData.LastUpdatedTime";
const DEFAULT_PAGE: u64 = 100;
const LARGEST_PAGE: u64 = 1000;

/// The content of a `QueryResponse`.
pub(crate) type Answer = Map<String, Value>;

/// Runs one statement.
pub(crate) fn run(books: &Books, query: &str) -> Result<Answer, Fault> {
    let statement = parse(query)?;
    let kind = Kind::parse(&statement.entity)
        .ok_or_else(|| invalid(format!("invalid context declaration: {}", statement.entity)))?;
    let window = Window::of(&statement)?;
    check_fields(kind, &statement)?;
    let filter = Filter::of(kind, &statement.conditions)?;
    let rows = books.changed(kind, filter.earliest_change()).filter(|(_, row)| filter.admits(row));
    if statement.select == Select::Count {
        return Ok(Map::from_iter([("totalCount".to_owned(), rows.count().into())]));
    }
    let page = window.cut(arranged(kind, &statement.order, rows.collect()));
    Ok(answer(kind, &statement.select, window.start, page))
}

/// Whether the query asks for a page after the first, and of which entity.
pub(crate) fn wants_inner_page(query: &str) -> Option<Kind> {
    let statement = parse(query).ok()?;
    if statement.start.unwrap_or(1) > 1 { Kind::parse(&statement.entity) } else { None }
}

fn answer(kind: Kind, select: &Select, start: u64, page: Vec<&Object>) -> Answer {
    if page.is_empty() {
        return Answer::new();
    }
    let count = page.len();
    let rows: Vec<Value> = page.into_iter().map(|row| Value::Object(chosen(select, row))).collect();
    Map::from_iter([
        (kind.name().to_owned(), rows.into()),
        ("startPosition".to_owned(), start.into()),
        ("maxResults".to_owned(), count.into()),
    ])
}

struct Window {
    start: u64,
    max: u64,
}

impl Window {
    fn of(statement: &Statement) -> Result<Self, Fault> {
        let window = Self {
            start: statement.start.unwrap_or(1),
            max: statement.max.unwrap_or(DEFAULT_PAGE),
        };
        if window.start == 0 {
            return Err(invalid("value 0 is too small. Min allowed value is 1".to_owned()));
        }
        if window.max > LARGEST_PAGE {
            // Inferred from the wording of the lower bound.
            return Err(invalid(format!(
                "value {} is too large. Max allowed value is {LARGEST_PAGE}",
                window.max
            )));
        }
        Ok(window)
    }

    fn cut<'a>(&self, rows: Vec<(u64, &'a Object)>) -> Vec<&'a Object> {
        let skipped = usize::try_from(self.start - 1).unwrap_or(usize::MAX);
        let max = usize::try_from(self.max).unwrap_or(usize::MAX);
        rows.into_iter().skip(skipped).take(max).map(|(_, row)| row).collect()
    }
}

fn check_fields(kind: Kind, statement: &Statement) -> Result<(), Fault> {
    let selected = match &statement.select {
        Select::Fields(fields) => fields.as_slice(),
        Select::All | Select::Count => &[],
    };
    let filtered = statement.conditions.iter().map(|condition| &condition.field);
    let ordered = statement.order.iter().map(|order| &order.field);
    for field in selected.iter().chain(filtered).chain(ordered) {
        check_field(kind, field)?;
    }
    match statement.order.iter().find(|order| order.field == "Id") {
        // Not sortable since January 2026; the wording is inferred.
        Some(_) => Err(invalid("property 'Id' is not sortable".to_owned())),
        None => Ok(()),
    }
}

fn check_field(kind: Kind, field: &str) -> Result<(), Fault> {
    let known = match field.split_once('.') {
        Some(("MetaData", part)) => matches!(part, "CreateTime" | "LastUpdatedTime"),
        Some((first, _)) => fields::is_known(kind, first),
        None => fields::is_known(kind, field),
    };
    if known {
        Ok(())
    } else {
        Err(invalid(format!("Property {field} not found for Entity {}", kind.name())))
    }
}

fn invalid(problem: String) -> Fault {
    Fault::QueryValidation(problem)
}

/// Conditions with their literals understood once.
struct Filter<'a> {
    conditions: Vec<Prepared<'a>>,
    active_only: bool,
}

struct Prepared<'a> {
    field: &'a str,
    test: &'a Test,
    instant: Option<Timestamp>,
}

impl<'a> Filter<'a> {
    fn of(kind: Kind, conditions: &'a [Condition]) -> Result<Self, Fault> {
        let asks_for_active = conditions.iter().any(|condition| condition.field == "Active");
        Ok(Self {
            conditions: conditions.iter().map(Prepared::of).collect::<Result<_, _>>()?,
            active_only: kind.can_be_inactive() && !asks_for_active,
        })
    }

    fn admits(&self, row: &Object) -> bool {
        (!self.active_only || is_active(row))
            && self.conditions.iter().all(|condition| condition.holds(row))
    }

    /// A bound for the index: rows that changed before it cannot be meant.
    fn earliest_change(&self) -> Timestamp {
        let bounds = self.conditions.iter().filter_map(|condition| match condition.test {
            Test::Compare(
                Comparison::Greater | Comparison::GreaterOrEqual | Comparison::Equal,
                _,
            ) if condition.field == LAST_UPDATED => condition.instant,
            _ => None,
        });
        bounds.max().unwrap_or(Timestamp::MIN)
    }
}

impl<'a> Prepared<'a> {
    fn of(condition: &'a Condition) -> Result<Self, Fault> {
        let mut prepared = Self { field: &condition.field, test: &condition.test, instant: None };
        if let (true, Test::Compare(_, literal)) =
            (prepared.field.starts_with("MetaData."), prepared.test)
        {
            let Literal::Text(text) = literal else {
                return Err(bad_instant(literal));
            };
            prepared.instant = Some(clock::instant(text).ok_or_else(|| bad_instant(literal))?);
        }
        Ok(prepared)
    }

    fn holds(&self, row: &Object) -> bool {
        let Some(value) = at_path(row, self.field).and_then(scalar) else {
            return false;
        };
        match self.test {
            Test::Compare(comparison, literal) => {
                let order = self.instant.map_or_else(
                    || compare(self.field, value, literal),
                    |instant| Some(clock::instant(value.as_str()?)?.cmp(&instant)),
                );
                order.is_some_and(|order| comparison.admits(order))
            }
            Test::In(literals) => literals
                .iter()
                .any(|literal| compare(self.field, value, literal) == Some(Ordering::Equal)),
            Test::Like(pattern) => value.as_str().is_some_and(|text| like(text, pattern)),
        }
    }
}

/// Wording inferred.
fn bad_instant(literal: &Literal) -> Fault {
    invalid(format!("value {literal:?} is not a valid dateTime"))
}

impl Comparison {
    const fn admits(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// A reference is compared by its `value`.
fn scalar(value: &Value) -> Option<&Value> {
    match value {
        Value::Object(reference) => reference.get("value"),
        Value::Array(_) | Value::Null => None,
        scalar => Some(scalar),
    }
}

/// How a stored value stands to a literal, which may be quoted whatever its type:
/// `TotalAmt > '300.00'` is recorded.
fn compare(field: &str, value: &Value, literal: &Literal) -> Option<Ordering> {
    match value {
        Value::Bool(flag) => Some(flag.cmp(&as_bool(literal)?)),
        Value::Number(number) => Some(decimal(number.as_str())?.cmp(&as_decimal(literal)?)),
        Value::String(stored) if field == "Id" => Some(decimal(stored)?.cmp(&as_decimal(literal)?)),
        Value::String(stored) => Some(stored.as_str().cmp(as_text(literal)?)),
        _ => None,
    }
}

fn as_bool(literal: &Literal) -> Option<bool> {
    match literal {
        Literal::Bool(flag) => Some(*flag),
        Literal::Text(text) => text.parse().ok(),
        Literal::Number(_) => None,
    }
}

fn as_decimal(literal: &Literal) -> Option<Decimal> {
    match literal {
        Literal::Number(number) => Some(*number),
        Literal::Text(text) => decimal(text),
        Literal::Bool(_) => None,
    }
}

fn as_text(literal: &Literal) -> Option<&str> {
    match literal {
        Literal::Text(text) => Some(text),
        Literal::Number(_) | Literal::Bool(_) => None,
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok()
}

/// `%` stands for any run of characters; whether the real LIKE minds case is not known, ours does not.
fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (text.to_lowercase(), pattern.to_lowercase());
    let mut pieces = pattern.split('%');
    let Some(mut rest) = text.strip_prefix(pieces.next().unwrap_or_default()) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        let Some((_, after)) = rest.split_once(piece) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

/// Sorts rows that come oldest change first. Without ORDERBY lists come by name and transactions by
/// last change, newest first: so are the recorded answers, capital letters before small ones.
fn arranged<'a>(
    kind: Kind,
    order: &[Order],
    mut rows: Vec<(u64, &'a Object)>,
) -> Vec<(u64, &'a Object)> {
    match order {
        [] if kind.nature() == Nature::Transaction => rows.reverse(),
        [] => rows.sort_by_cached_key(|(id, row)| (listed_name(row), *id)),
        [Order { field, descending }] if field == LAST_UPDATED => {
            if *descending {
                rows.reverse();
            }
        }
        order => sort(order, &mut rows),
    }
    rows
}

fn listed_name(row: &Object) -> String {
    let name =
        ["FullyQualifiedName", "DisplayName", "Name"].iter().find_map(|field| text(row, field));
    name.unwrap_or_default().to_owned()
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum SortKey {
    Missing,
    Flag(bool),
    Number(Decimal),
    Instant(Timestamp),
    Text(String),
}

fn sort(order: &[Order], rows: &mut [(u64, &Object)]) {
    // The last criterion first: the sort is stable, so earlier ones prevail.
    rows.sort_by_key(|(id, _)| *id);
    for Order { field, descending } in order.iter().rev() {
        if *descending {
            rows.sort_by_cached_key(|(_, row)| std::cmp::Reverse(sort_key(row, field)));
        } else {
            rows.sort_by_cached_key(|(_, row)| sort_key(row, field));
        }
    }
}

fn sort_key(row: &Object, field: &str) -> SortKey {
    match at_path(row, field).and_then(scalar) {
        Some(Value::Bool(flag)) => SortKey::Flag(*flag),
        Some(Value::Number(number)) => {
            decimal(number.as_str()).map_or(SortKey::Missing, SortKey::Number)
        }
        Some(Value::String(text)) if field.starts_with("MetaData.") => {
            clock::instant(text).map_or(SortKey::Missing, SortKey::Instant)
        }
        Some(Value::String(text)) => SortKey::Text(text.clone()),
        _ => SortKey::Missing,
    }
}

/// The selected fields of a row; a partial object says so by `sparse` (inferred).
fn chosen(select: &Select, row: &Object) -> Object {
    let Select::Fields(fields) = select else {
        return row.clone();
    };
    let mut partial =
        Map::from_iter([("domain".to_owned(), json!("QBO")), ("sparse".to_owned(), json!(true))]);
    for field in fields {
        let path: Vec<&str> = field.split('.').collect();
        if let (Some(value), Some((last, parents))) = (at_path(row, field), path.split_last()) {
            place(&mut partial, parents, last, value.clone());
        }
    }
    partial
}

fn place(object: &mut Object, parents: &[&str], last: &str, value: Value) {
    let Some((first, rest)) = parents.split_first() else {
        object.insert(last.to_owned(), value);
        return;
    };
    let child = object.entry(*first).or_insert_with(|| json!({}));
    if let Some(child) = child.as_object_mut() {
        place(child, rest, last, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_knows_the_percent_sign_alone() {
        let matches = [
            ("Amy's Bird", "%bird"),
            ("Amy's Bird", "amy%"),
            ("Amy's Bird", "%'s%"),
            ("x", "%"),
            ("x", "x"),
        ];
        assert!(matches.iter().all(|(text, pattern)| like(text, pattern)));
        let misses =
            [("Amy's Bird", "bird"), ("ab", "a_"), ("ab", "b%"), ("aba", "ab%ba"), ("", "a%")];
        assert!(misses.iter().all(|(text, pattern)| !like(text, pattern)));
    }
}
