//! Errors on the wire: RFC 9457 problem documents. The only place that knows which status an error
//! of a use case has.

use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use clearmargin_app::{Error, FieldError};
use serde::Serialize;

/// A refusal or a failure, on its way to the edge, which adds the request's path and id.
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<u64>,
}

/// A problem as it is sent.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub(crate) struct Document<'a> {
    /// The kind of problem; `code` says which one.
    #[schema(example = "about:blank")]
    r#type: &'static str,
    /// The status in words.
    #[schema(example = "Unprocessable Entity")]
    title: &'a str,
    /// The status.
    #[schema(example = 422)]
    status: u16,
    /// What happened, for people.
    #[schema(example = "some values are refused")]
    detail: &'a str,
    /// The path that was asked for.
    #[schema(example = "/api/auth/register")]
    instance: &'a str,
    /// What happened, for programs.
    #[schema(example = "invalid")]
    code: &'a str,
    /// The same as `detail`.
    #[schema(example = "some values are refused")]
    message: &'a str,
    /// The values that were refused.
    errors: Vec<Refused<'a>>,
    /// The id under which the logs know the request.
    request_id: &'a str,
}

/// A value that was refused.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Refused<'a> {
    /// Where it is; `query.` precedes query parameters.
    #[schema(example = "timeZone")]
    path: &'a str,
    /// The reason, for programs.
    #[schema(example = "invalid")]
    code: &'a str,
    /// The reason, for people.
    #[schema(example = "expected an IANA time zone such as America/New_York")]
    message: &'a str,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self(Box::new(Inner { status, code, detail, errors: Vec::new(), retry_after: None }))
    }

    fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// What cannot be read at all.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", detail)
    }

    /// No token.
    pub(crate) fn no_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "sign in first")
    }

    /// A token that is forged, expired, or for somebody else.
    pub(crate) fn bad_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, INVALID_TOKEN, "the access token is not valid")
    }

    /// Nothing at this path.
    pub(crate) fn not_found(thing: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("{thing} not found"))
    }

    /// Values were refused.
    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        let mut problem =
            Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "some values are refused");
        problem.0.errors = errors;
        problem
    }

    /// A body in another format than JSON.
    pub(crate) fn not_json() -> Self {
        let detail = "send the body as application/json";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
    }

    /// A refusal by the HTTP library, of which only the status is known.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::NOT_FOUND => ("not_found", "there is nothing at this path"),
            StatusCode::METHOD_NOT_ALLOWED => {
                ("method_not_allowed", "this path does not know this method")
            }
            StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "the body is larger than 1 MB"),
            status if status.is_server_error() => (INTERNAL, INTERNAL_DETAIL),
            _ => ("malformed", "the request cannot be read"),
        };
        Self::new(status, code, detail)
    }

    /// Completes an answer: a problem gets its document, anything else stays as it is.
    pub(crate) fn complete(mut response: Response, instance: &str, request_id: &str) -> Response {
        let status = response.status();
        let found = response.extensions_mut().remove::<Self>();
        let refused = status.is_client_error() || status.is_server_error();
        let Some(problem) = found.or_else(|| refused.then(|| Self::of_status(status))) else {
            return response;
        };
        let document = problem.document(instance, request_id);
        let body = serde_json::to_vec(&document).unwrap_or_default();
        *response.body_mut() = Body::from(body);
        response.headers_mut().remove(CONTENT_LENGTH);
        let json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }

    pub(crate) fn document<'a>(&'a self, instance: &'a str, request_id: &'a str) -> Document<'a> {
        let Inner { status, code, detail, errors, .. } = &*self.0;
        let refused = |error: &'a FieldError| Refused {
            path: &error.path,
            code: error.code,
            message: &error.message,
        };
        Document {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Problem"),
            status: status.as_u16(),
            detail,
            instance,
            code,
            message: detail,
            errors: errors.iter().map(refused).collect(),
            request_id,
        }
    }
}

const INVALID_TOKEN: &str = "invalid_token";
const INTERNAL: &str = "internal";
const INTERNAL_DETAIL: &str = "something went wrong on our side";

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::NotFound(thing) => Self::not_found(thing),
            Error::Conflict { code, message } => Self::new(StatusCode::CONFLICT, code, message),
            Error::Stale => Self::new(StatusCode::PRECONDITION_FAILED, "stale", text),
            Error::Unauthenticated => Self::bad_token(),
            Error::BadCredentials => Self::new(StatusCode::UNAUTHORIZED, "bad_credentials", text),
            Error::SecondFactorRequired => {
                Self::new(StatusCode::UNAUTHORIZED, "second_factor_required", text)
            }
            Error::BadSecondFactor => {
                Self::new(StatusCode::UNAUTHORIZED, "bad_second_factor", text)
            }
            Error::BadRefreshToken => {
                Self::new(StatusCode::UNAUTHORIZED, "bad_refresh_token", text)
            }
            Error::Forbidden => {
                Self::new(StatusCode::FORBIDDEN, "forbidden", "your role does not allow this")
            }
            Error::Invalid(errors) => Self::invalid(errors),
            Error::KeyReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", text)
            }
            Error::Unavailable(what) => {
                tracing::warn!(what, "unavailable");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", text).retry_after(1)
            }
            Error::TooManyRequests { retry_after } => {
                let status = StatusCode::TOO_MANY_REQUESTS;
                Self::new(status, "too_many_requests", text).retry_after(retry_after)
            }
            Error::Internal(source) => {
                tracing::error!(error = chain(&*source), "internal error");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, INTERNAL_DETAIL)
            }
        }
    }
}

/// An error with everything that caused it.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.0.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if self.0.status == StatusCode::UNAUTHORIZED {
            let challenge = match self.0.code {
                INVALID_TOKEN => r#"Bearer realm="clearmargin", error="invalid_token""#,
                _ => r#"Bearer realm="clearmargin""#,
            };
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response.extensions_mut().insert(self);
        response
    }
}
