//! What goes wrong, as SuperOps words it: application errors come with HTTP 200 and without a message.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::faults::Faces;

/// A query that the schema does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// graphql-java's name for the mistake; `None` for a syntax error.
    pub(super) kind: Option<&'static str>,
    pub(super) text: String,
    /// Line and column.
    pub(super) location: Option<(usize, usize)>,
}

impl Refusal {
    fn json(&self) -> Value {
        let Self { text, .. } = self;
        let (message, classification) = match self.kind {
            Some(kind) => (format!("Validation error of type {kind}: {text}"), "ValidationError"),
            None => (format!("Invalid Syntax : {text}"), "InvalidSyntax"),
        };
        let location = self.location.iter();
        let locations: Vec<_> =
            location.map(|(line, column)| json!({ "line": line, "column": column })).collect();
        json!({
            "message": message,
            "locations": locations,
            "extensions": { "classification": classification },
        })
    }
}

/// An error of the application: a code and the attributes it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClientError {
    code: &'static str,
    attributes: Vec<String>,
}

impl ClientError {
    /// A value has the wrong type or is out of range.
    pub(super) fn invalid(attribute: &str) -> Self {
        Self { code: "type_validation_failed", attributes: vec![attribute.to_owned()] }
    }

    /// A value is missing.
    pub(super) fn missing(attribute: &str) -> Self {
        Self { code: "mandatory_validation_failed", attributes: vec![attribute.to_owned()] }
    }

    /// The object does not exist.
    pub(super) fn absent(attribute: &str) -> Self {
        Self { code: "entity_does_not_exist", attributes: vec![attribute.to_owned()] }
    }

    /// The operation is not served to this token.
    pub(super) fn forbidden() -> Self {
        Self { code: "forbidden", attributes: Vec::new() }
    }

    fn rate_limit() -> Self {
        Self { code: "rate_limit_exceeded", attributes: Vec::new() }
    }

    /// The entry in `errors`; with the path of the field, if it happened in one.
    pub(super) fn json(&self, path: Option<&str>) -> Value {
        let param = if self.attributes.is_empty() {
            json!({})
        } else {
            json!({ "attributes": self.attributes })
        };
        let clients = json!({ "clientError": [{ "code": self.code, "param": param }] });
        path.map_or_else(
            || json!({ "extensions": clients }),
            |path| json!({ "message": null, "path": [path], "extensions": clients }),
        )
    }
}

/// The answer to a query that the schema does not allow.
pub(super) fn refused(refusals: &[Refusal]) -> Response {
    let errors: Vec<_> = refusals.iter().map(Refusal::json).collect();
    Json(json!({ "errors": errors })).into_response()
}

/// The answer beyond the rate limit.
pub(super) fn rate_limited() -> Response {
    let error = ClientError::rate_limit().json(None);
    Json(json!({ "errors": [error], "data": {} })).into_response()
}

/// The answer to a bad token.
pub(super) fn unauthorized() -> Response {
    StatusCode::UNAUTHORIZED.into_response()
}

/// How SuperOps words injected faults. The rate limit is documented as HTTP 200; clients have met
/// 429 as well.
pub(super) const FACES: Faces = Faces {
    too_many_requests: |draw| match draw % 3 {
        0 => StatusCode::TOO_MANY_REQUESTS.into_response(),
        _ => rate_limited(),
    },
    expired_token: unauthorized,
    server_error: |draw| match draw % 4 {
        0 => StatusCode::BAD_GATEWAY.into_response(),
        1 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        2 => Json(json!({ "errors": [{ "message": "Internal Server Error" }], "data": null }))
            .into_response(),
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    },
};
