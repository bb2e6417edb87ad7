//! What serde refuses, as fields with stable codes.

use clearmargin_app::FieldError;

use crate::Problem;

/// The problem of a refused value. `place` precedes the path (`query.` or nothing).
pub(crate) fn refused(place: &str, path: &serde_path_to_error::Path, message: &str) -> Problem {
    Problem::invalid(vec![error(place, path, message)])
}

/// A body that is something else altogether.
pub(crate) fn invalid(message: &str) -> FieldError {
    FieldError { path: String::new(), code: "invalid", message: message.to_owned() }
}

/// A member that is not there.
pub(crate) fn required(name: &str) -> FieldError {
    let message = format!("missing field `{name}`");
    FieldError { path: name.to_owned(), code: "required", message }
}

/// A refused value.
pub(crate) fn error(place: &str, path: &serde_path_to_error::Path, message: &str) -> FieldError {
    let path = match path.to_string() {
        // The root.
        path if path == "." => String::new(),
        path => path,
    };
    let (code, path) = if let Some(name) = named(message, "missing field `") {
        ("required", child(&path, name))
    } else if let Some(name) = named(message, "unknown field `") {
        ("unknown", at(path, name))
    } else if let Some(name) = named(message, "duplicate field `") {
        ("duplicate", at(path, name))
    } else {
        ("invalid", path)
    };
    let message = without_position(message).to_owned();
    FieldError { path: format!("{place}{path}"), code, message }
}

/// What a member of a value is called.
pub(crate) fn child(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Some readers already count the name to the path.
fn at(path: String, name: &str) -> String {
    if path.rsplit('.').next() == Some(name) { path } else { child(&path, name) }
}

fn named<'a>(message: &'a str, start: &str) -> Option<&'a str> {
    message.strip_prefix(start)?.split('`').next()
}

/// `serde_json` ends its messages with where in the text it stopped.
fn without_position(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(message, _)| message)
}
