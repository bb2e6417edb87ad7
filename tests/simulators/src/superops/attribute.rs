//! Attributes of an object that lists can be filtered and sorted by.

use std::cmp::Ordering;

use apollo_compiler::Schema;
use serde_json::Value;

use crate::money;

/// What an attribute holds; it decides which operators apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Date,
    Boolean,
}

/// An attribute of a type, possibly inside an association: `updatedTime`, `technician.email`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    path: Vec<String>,
    pub(super) kind: Kind,
}

/// Texts that hold numbers.
const NUMERIC: [&str; 7] = [
    "qty",
    "quantity",
    "amount",
    "unitPrice",
    "businessHoursUnitPrice",
    "afterHoursUnitPrice",
    "worklogTimespent",
];

impl Attribute {
    /// The attribute that `name` means on the type, if there is one.
    pub(super) fn find(schema: &Schema, type_name: &str, name: &str) -> Option<Self> {
        let path: Vec<String> = name.split('.').map(str::to_owned).collect();
        let root = schema.get_object(type_name)?.fields.get(path.first()?.as_str())?;
        let held = root.ty.inner_named_type().as_str();
        let last = path.last()?.as_str();
        let kind = match held {
            "Boolean" => Kind::Boolean,
            "Int" => Kind::Number,
            _ if NUMERIC.contains(&last) => Kind::Number,
            _ if last.ends_with("Time") || last.ends_with("Date") => Kind::Date,
            _ => Kind::Text,
        };
        // Only associations, which are JSON, have anything inside.
        (path.len() == 1 || held == "JSON").then_some(Self { path, kind })
    }

    /// The value in a row.
    pub(super) fn of<'a>(&self, row: &'a Value) -> &'a Value {
        let mut value = row;
        for name in &self.path {
            value = value.get(name).unwrap_or(&Value::Null);
        }
        value
    }

    /// Order of two values; null comes first.
    pub(super) fn compare(&self, left: &Value, right: &Value) -> Ordering {
        match (left, right) {
            (Value::String(left), Value::String(right)) if self.kind != Kind::Number => {
                left.cmp(right)
            }
            (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
            _ => money::cents(left)
                .cmp(&money::cents(right))
                .then_with(|| plain(left).cmp(&plain(right))),
        }
    }
}

/// A value as text: ids compare alike whether they are quoted or not.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
