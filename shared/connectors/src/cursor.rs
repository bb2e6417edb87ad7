//! Cursors: a connector's state between two pages, as one opaque text.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::error::Error;

/// Reads a cursor; null is where a stage begins.
pub(crate) fn read<T: DeserializeOwned>(cursor: &Value) -> Result<Option<T>, Error> {
    let unreadable = || Error::refused("the cursor is not one of this stage");
    match cursor {
        Value::Null => Ok(None),
        Value::String(text) => serde_json::from_str(text).map_err(|_| unreadable()),
        _ => Err(unreadable()),
    }
}

/// Writes a cursor. As text it passes unchanged through any storage, numbers included.
pub(crate) fn write<T: Serialize>(state: &T) -> Result<Value, Error> {
    serde_json::to_string(state)
        .map(Value::String)
        .map_err(|error| Error::refused(error.to_string()))
}
