//! One spelling for a JSON value, so that equal values are equal texts.

use serde_json::Value;

/// The value with the members of every object in the order of their names, whatever order this
/// build keeps them in.
#[must_use]
pub fn canonical(value: Value) -> Value {
    match value {
        Value::Array(values) => Value::Array(values.into_iter().map(canonical).collect()),
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            let members = members.into_iter();
            Value::Object(members.map(|(name, value)| (name, canonical(value))).collect())
        }
        scalar => scalar,
    }
}
