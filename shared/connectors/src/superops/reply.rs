//! What SuperOps answers: a list, or an error that often comes with HTTP status 200.

use reqwest::StatusCode;
use serde_json::Value;

use super::{SuperOpsStage, document};
use crate::{error::Error, http::Answer};

/// A page of a list.
#[derive(Debug)]
pub(super) struct List {
    /// The rows; null stands for one that could not be delivered.
    pub(super) rows: Vec<Value>,
    /// Whether pages follow: on the last one the source says nothing rather than no.
    pub(super) has_more: bool,
    /// How many rows the whole list has.
    pub(super) total: Option<u64>,
    /// Why rows could not be delivered, when some could not.
    pub(super) trouble: String,
    /// The answer as it came.
    pub(super) raw: Vec<u8>,
}

/// The list in an answer.
pub(super) fn list(stage: SuperOpsStage, answer: Answer) -> Result<List, Error> {
    if answer.status == StatusCode::BAD_REQUEST && answer.body.is_empty() {
        return Err(Error::refused("SuperOps knows no such sub-domain"));
    }
    let (query, list) = document::list(stage);
    let raw = answer.body.clone();
    // Errors beside a list are about single rows of it.
    let mut body = answer.outcome(|body| match body.get("data") {
        Some(Value::Object(data)) if data.values().any(Value::is_object) => None,
        _ => error(body),
    })?;
    let trouble = first_message(&body).unwrap_or("no reason given").to_owned();
    let page = body.get_mut("data").and_then(|data| data.get_mut(query));
    let page = page.ok_or_else(|| Error::refused(format!("the answer has no {query}")))?;
    let info = page.get("listInfo");
    let number = |field| info.and_then(|info| info.get(field));
    let has_more = number("hasMore").and_then(Value::as_bool).unwrap_or(false);
    let total = number("totalCount").and_then(Value::as_u64);
    match page.get_mut(list).map(Value::take) {
        Some(Value::Array(rows)) => Ok(List { rows, has_more, total, trouble, raw }),
        Some(Value::Null) if total == Some(0) => {
            Ok(List { rows: Vec::new(), has_more: false, total, trouble, raw })
        }
        _ => {
            Err(error(&body)
                .unwrap_or_else(|| Error::unavailable(format!("the answer has no {list}"))))
        }
    }
}

fn error(body: &Value) -> Option<Error> {
    let errors = body.get("errors")?.as_array()?;
    let mut codes = errors.iter().filter_map(code);
    let known = codes.find_map(meaning);
    known.or_else(|| errors.first().map(unexplained))
}

/// The source's own code.
fn code(error: &Value) -> Option<&Value> {
    error.pointer("/extensions/clientError/0")
}

fn meaning(client_error: &Value) -> Option<Error> {
    let code = client_error.get("code")?.as_str()?;
    Some(match code {
        "rate_limit_exceeded" => Error::RateLimited { retry_after: None },
        "forbidden" => Error::forbidden("the token's user may not read this"),
        "subscription_trial_expired" => Error::forbidden("the trial of SuperOps has ended"),
        "subscription_paused" => Error::forbidden("the SuperOps subscription is paused"),
        "subscription_cancelled" => Error::forbidden("the SuperOps subscription has ended"),
        other => match client_error.pointer("/param/attributes") {
            Some(attributes) => Error::refused(format!("{other} {attributes}")),
            None => Error::refused(other),
        },
    })
}

/// An error without a code: a fault of the request, which GraphQL classifies, or of the server.
fn unexplained(error: &Value) -> Error {
    let message = error.get("message").and_then(Value::as_str).unwrap_or("");
    let classified = error.pointer("/extensions/classification");
    match classified.and_then(Value::as_str) {
        Some("ValidationError" | "InvalidSyntax") => Error::refused(message),
        None if message.contains("alidation error") => Error::refused(message),
        _ if message.is_empty() => Error::unavailable("an error without a message"),
        _ => Error::unavailable(message),
    }
}

fn first_message(body: &Value) -> Option<&str> {
    let message = body.pointer("/errors/0/message")?.as_str()?;
    (!message.is_empty()).then_some(message)
}
