//! Everything that is wrong with a body. A reader stops at the first value that it refuses; whoever
//! fills in a form wants to know of all.
//!
//! Each value is read once more, alone in its place: an object with only that member, a list with
//! only that entry. What is refused then is that value's own fault, but for members that are
//! missing only because they were left out. This costs nothing unless something is wrong.

use clearmargin_app::FieldError;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::field;

/// How many are told.
pub(crate) const MOST: usize = 100;

/// Every refusal of a body that could not be read as a `T`, given the members that a `T` needs.
pub(crate) fn all<T: DeserializeOwned>(body: &Value, required: &[String]) -> Vec<FieldError> {
    let mut found = Vec::new();
    if let Value::Object(members) = body {
        let missing = required.iter().filter(|name| !members.contains_key(*name));
        found.extend(missing.map(|name| field::required(name)));
    }
    let root = Place { wrap: &|value| value, probed: String::new(), told: String::new() };
    explore::<T>(body, &root, &mut found);
    found.truncate(MOST);
    found
}

/// A place in the body.
struct Place<'a> {
    /// The whole body with nothing in it but that value.
    wrap: &'a dyn Fn(Value) -> Value,
    /// What the place is called in such a body…
    probed: String,
    /// …and in the one that was sent.
    told: String,
}

impl Place<'_> {
    /// What is refused of a value in this place.
    fn refusal<T: DeserializeOwned>(&self, value: &Value) -> Option<FieldError> {
        let read = serde_path_to_error::deserialize::<_, T>((self.wrap)(value.clone()));
        let error = read.err()?;
        let mut refusal = field::error("", error.path(), &error.inner().to_string());
        let inside = refusal.path.strip_prefix(&self.probed)?;
        let own = self.probed.is_empty() || inside.is_empty() || inside.starts_with(['.', '[']);
        if !own {
            return None;
        }
        refusal.path = format!("{}{inside}", self.told);
        Some(refusal)
    }
}

fn explore<T: DeserializeOwned>(value: &Value, place: &Place<'_>, found: &mut Vec<FieldError>) {
    let Some(refusal) = place.refusal::<T>(value) else { return };
    if found.len() >= MOST {
        return;
    }
    let before = found.len();
    match value {
        Value::Object(members) => explore_members::<T>(members, place, found),
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                let inner = Place {
                    wrap: &|value| (place.wrap)(Value::Array(vec![value])),
                    probed: format!("{}[0]", place.probed),
                    told: format!("{}[{index}]", place.told),
                };
                explore::<T>(entry, &inner, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    let known = found.iter().any(|other| other.path == refusal.path);
    // What is wrong with none of its parts is wrong with the whole.
    if (found.len() == before || refusal.code == "required") && !known {
        found.push(refusal);
    }
}

fn explore_members<T: DeserializeOwned>(
    members: &Map<String, Value>,
    place: &Place<'_>,
    found: &mut Vec<FieldError>,
) {
    for (name, member) in members {
        let inner = Place {
            wrap: &|value| {
                (place.wrap)(Value::Object([(name.clone(), value)].into_iter().collect()))
            },
            probed: field::child(&place.probed, name),
            told: field::child(&place.told, name),
        };
        explore::<T>(member, &inner, found);
    }
}
