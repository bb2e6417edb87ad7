//! Reading and writing the fields of raw objects.

use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Map, Value, json};

use super::kind::Kind;
use crate::money;

/// One QuickBooks object as it travels.
pub(crate) type Object = Map<String, Value>;

/// A link from one transaction to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) kind: Kind,
    pub(crate) id: u64,
}

pub(crate) fn text<'a>(object: &'a Object, field: &str) -> Option<&'a str> {
    object.get(field)?.as_str()
}

/// The `value` of a reference such as `CustomerRef`.
pub(crate) fn reference<'a>(object: &'a Object, field: &str) -> Option<&'a str> {
    object.get(field)?.get("value")?.as_str()
}

/// The id a reference points at.
pub(crate) fn reference_id(object: &Object, field: &str) -> Option<u64> {
    reference(object, field)?.parse().ok()
}

/// An amount in cents; a missing one is zero.
pub(crate) fn cents(object: &Object, field: &str) -> i64 {
    object.get(field).and_then(money::cents).unwrap_or(0)
}

/// A quantity, price or percentage, which may be finer than a cent.
pub(crate) fn decimal(object: &Object, field: &str) -> Option<Decimal> {
    match object.get(field)? {
        Value::Number(number) => number.as_str().parse().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// The nearest cent, halves away from zero.
pub(crate) fn nearest_cent(amount: Decimal) -> Option<i64> {
    let cents = amount.checked_mul(Decimal::ONE_HUNDRED)?;
    cents.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64()
}

/// Cents as JSON: real bodies write a plain `0`, and at least one decimal otherwise.
pub(crate) fn amount(cents: i64) -> Value {
    if cents == 0 { json!(0) } else { money::number(cents) }
}

pub(crate) fn set_cents(object: &mut Object, field: &str, cents: i64) {
    object.insert(field.to_owned(), amount(cents));
}

pub(crate) fn set(object: &mut Object, field: &str, value: impl Into<Value>) {
    object.insert(field.to_owned(), value.into());
}

/// Sets a field that the caller left out.
pub(crate) fn default(object: &mut Object, field: &str, value: impl Into<Value>) {
    object.entry(field).or_insert_with(|| value.into());
}

pub(crate) fn is_active(object: &Object) -> bool {
    object.get("Active").and_then(Value::as_bool).unwrap_or(true)
}

/// The name other objects show for this one.
pub(crate) fn shown_name(kind: Kind, object: &Object) -> &str {
    let fields: &[&str] = match kind {
        Kind::Account | Kind::Customer => &["FullyQualifiedName", "DisplayName", "Name"],
        _ => &["DisplayName", "Name"],
    };
    fields.iter().find_map(|field| text(object, field)).unwrap_or_default()
}

pub(crate) fn lines(object: &Object) -> impl Iterator<Item = &Object> {
    object.get("Line").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

/// The part of a line that its `DetailType` names.
pub(crate) fn detail<'a>(line: &'a Object, kind: &str) -> Option<&'a Object> {
    line.get(kind)?.as_object()
}

/// The transactions that `LinkedTxn` names.
pub(crate) fn links(object: &Object) -> impl Iterator<Item = Link> {
    let links = object.get("LinkedTxn").and_then(Value::as_array).into_iter().flatten();
    links.filter_map(|link| {
        Some(Link {
            kind: Kind::parse(link.get("TxnType")?.as_str()?)?,
            id: link.get("TxnId")?.as_str()?.parse().ok()?,
        })
    })
}

/// Adds a link to `LinkedTxn`, once.
pub(crate) fn link(object: &mut Object, to: &Link) {
    if links(object).any(|present| present == *to) {
        return;
    }
    let entry = json!({ "TxnId": to.id.to_string(), "TxnType": to.kind.name() });
    match object.get_mut("LinkedTxn").and_then(Value::as_array_mut) {
        Some(links) => links.push(entry),
        None => set(object, "LinkedTxn", vec![entry]),
    }
}

/// Removes a link from `LinkedTxn`.
pub(crate) fn unlink(object: &mut Object, from: &Link) {
    let id = from.id.to_string();
    if let Some(links) = object.get_mut("LinkedTxn").and_then(Value::as_array_mut) {
        links.retain(|link| link["TxnId"] != id.as_str() || link["TxnType"] != from.kind.name());
    }
}

/// The value at a dotted path such as `MetaData.LastUpdatedTime`.
pub(crate) fn at_path<'a>(object: &'a Object, path: &str) -> Option<&'a Value> {
    let mut parts = path.split('.');
    let first = object.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part))
}
