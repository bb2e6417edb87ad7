//! The errors of the API, worded as recorded; where a wording is only inferred, the variant says so.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::clock;

/// Why the API refuses a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// A property the entity does not have, or a body that is no JSON (the latter inferred).
    #[error("Property Name:{0} specified is unsupported or invalid")]
    UnsupportedProperty(String),
    #[error("Required parameter {0} is missing in the request")]
    RequiredMissing(&'static str),
    #[error("Id should be a valid number. Supplied value:{0}")]
    InvalidId(String),
    /// Code documented, wording inferred.
    #[error("Supplied value's length exceeds the maximum of {limit} for {field}")]
    TooLong { field: &'static str, limit: usize },
    /// Code documented, wording inferred.
    #[error("Invalid Reference Id : {list} element id {id} not found")]
    InvalidReference { list: &'static str, id: String },
    #[error("{0}")]
    QueryParse(String),
    #[error("QueryValidationError: {0}")]
    QueryValidation(String),
    #[error("Operation {0} is not supported.")]
    UnsupportedOperation(String),
    #[error(
        "Object Not Found : Something you're trying to use has been made inactive. Check the fields \
         with accounts, customers, items, vendors or employees."
    )]
    NotFound,
    #[error(
        "Stale Object Error : You and Another User were working on this at the same time. Another \
         User finished before you did, so your work was not saved."
    )]
    Stale,
    #[error("The name supplied already exists. : null")]
    DuplicateName,
    /// Code cited by integrators, wording inferred.
    #[error(
        "Duplicate Document Number Error : You must specify a different number. This number has \
         already been used. DocNumber={number} is assigned to TxnType={kind} with TxnId={id}"
    )]
    DuplicateDocNumber { number: String, kind: &'static str, id: u64 },
    /// Code and message documented, wording cited by integrators.
    #[error(
        "Amount calculation incorrect in the request: Amount is not equal to UnitPrice * Qty. Supplied value:{0}"
    )]
    AmountMismatch(String),
    #[error("Business Validation Error: {0}")]
    Business(String),
    /// 401 in its own lower-case shape.
    #[error("{0}")]
    Unauthenticated(String),
    /// Shape inferred from the 401.
    #[error("")]
    Forbidden,
    /// Recorded as XML, JSON inferred.
    #[error("The request limit was reached.  Try again later")]
    Throttled,
}

/// `element` is absent in some recorded faults, empty in others.
type Element = Option<&'static str>;

impl Fault {
    fn code_message_element(&self) -> (&'static str, &'static str, Element) {
        const EMPTY: Element = Some("");
        match self {
            Self::UnsupportedProperty(_) => {
                ("2010", "Request has invalid or unsupported property", None)
            }
            Self::RequiredMissing(field) => (
                "2020",
                "Required param missing, need to supply the required value for the API",
                Some(field),
            ),
            Self::InvalidId(_) => ("2030", "Invalid ID", Some("Id")),
            Self::TooLong { field, .. } => {
                ("2050", "String length specified doesn't match with supported length", Some(field))
            }
            Self::InvalidReference { .. } => ("2500", "Invalid Reference Id", EMPTY),
            Self::QueryParse(_) => ("4000", "Error parsing query", None),
            Self::QueryValidation(_) => ("4001", "Invalid query", None),
            Self::UnsupportedOperation(_) => ("500", "Unsupported Operation", None),
            Self::NotFound => ("610", "Object Not Found", EMPTY),
            Self::Stale => ("5010", "Stale Object Error", EMPTY),
            Self::DuplicateName => ("6240", "Duplicate Name Exists Error", None),
            Self::DuplicateDocNumber { .. } => ("6140", "Duplicate Document Number Error", EMPTY),
            Self::AmountMismatch(_) => {
                ("6070", "Amount calculation incorrect in the request", EMPTY)
            }
            Self::Business(_) => (
                "6000",
                "A business validation error has occurred while processing your request",
                EMPTY,
            ),
            Self::Unauthenticated(_) => {
                ("3200", "message=AuthenticationFailed; errorCode=003200; statusCode=401", None)
            }
            Self::Forbidden => (
                "3100",
                "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403",
                None,
            ),
            Self::Throttled => {
                ("3001", "message=ThrottleExceeded; errorCode=003001; statusCode=429", None)
            }
        }
    }

    /// The `Fault` member, as in a body of its own and inside a batch.
    pub(crate) fn member(&self) -> Value {
        let (code, message, element) = self.code_message_element();
        let mut error = Map::new();
        error.insert("Message".to_owned(), message.into());
        error.insert("Detail".to_owned(), self.to_string().into());
        error.insert("code".to_owned(), code.into());
        if let Some(element) = element {
            error.insert("element".to_owned(), element.into());
        }
        let fault_type = if *self == Self::Throttled { "SERVICE" } else { "ValidationFault" };
        json!({ "Error": [error], "type": fault_type })
    }

    /// The whole answer.
    pub(crate) fn response(&self, now: Timestamp) -> Response {
        match self {
            Self::Unauthenticated(_) => {
                let challenge = "Bearer realm=\"Intuit\", error=\"invalid_token\"";
                let body = Json(self.gateway_body("AUTHENTICATION", now));
                (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, challenge)], body).into_response()
            }
            Self::Forbidden => {
                (StatusCode::FORBIDDEN, Json(self.gateway_body("AUTHORIZATION", now)))
                    .into_response()
            }
            Self::Throttled => {
                (StatusCode::TOO_MANY_REQUESTS, Json(json!({ "Fault": self.member() })))
                    .into_response()
            }
            _ => {
                let body = json!({ "Fault": self.member(), "time": clock::in_milliseconds(now) });
                (StatusCode::BAD_REQUEST, Json(body)).into_response()
            }
        }
    }

    /// The gateway before the API writes lower-case members and milliseconds.
    fn gateway_body(&self, fault_type: &str, now: Timestamp) -> Value {
        let (code, message, _) = self.code_message_element();
        let error = json!({ "message": message, "detail": self.to_string(), "code": code, "element": null });
        json!({
            "warnings": null,
            "intuitObject": null,
            "fault": { "error": [error], "type": fault_type },
            "report": null,
            "queryResponse": null,
            "batchItemResponse": [],
            "attachableResponse": [],
            "syncErrorResponse": null,
            "requestId": null,
            "time": now.as_millisecond(),
            "status": null,
            "cdcresponse": [],
        })
    }
}

/// The answer for a path that leads nowhere, as recorded.
pub(crate) fn no_such_resource(path: &str) -> Fault {
    let full = format!("https://c50.sandbox.qbo.intuit.com/qbo50{path}");
    Fault::UnsupportedOperation(format!(
        "Could not find resource for relative : {path} of full path: {full}"
    ))
}

/// The API's own failure, as integrators quote it.
pub(crate) fn system_failure() -> Value {
    let error = json!({
        "Message": "An application error has occurred while processing your request",
        "Detail": "System Failure Error: An unexpected error occurred.",
        "code": "10000",
    });
    json!({ "Fault": { "Error": [error], "type": "SystemFault" } })
}
