//! HTTP as all connectors use it: time limits, size limits, no redirects, one mapping of failures.

use std::time::Duration;

use reqwest::{
    RequestBuilder, Response, StatusCode, Url,
    header::{HeaderMap, RETRY_AFTER},
    redirect::Policy,
};
use serde_json::Value;

use crate::error::Error;

const TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_BODY: usize = 8 * 1024 * 1024;
const USER_AGENT: &str = concat!("Clearmargin/", env!("CARGO_PKG_VERSION"));

/// The HTTP client for all connectors: make one and clone it, so that connections are shared.
pub fn http_client() -> Result<reqwest::Client, Error> {
    // A redirect would carry the credentials to wherever it points.
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .timeout(TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(Policy::none())
        .build()
        .map_err(|error| failure(&error))
}

/// Reads an address that configuration gives.
pub(crate) fn url(text: &str) -> Result<Url, Error> {
    Url::parse(text).map_err(|_| Error::refused("the configured address is not a URL"))
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
    pub(crate) retry_after: Option<Duration>,
}

impl Answer {
    /// Sends a request and reads the answer.
    pub(crate) async fn to(request: RequestBuilder) -> Result<Self, Error> {
        let response = request.send().await.map_err(|error| failure(&error))?;
        Ok(Self {
            status: response.status(),
            retry_after: retry_after(response.headers()),
            body: body(response).await?,
        })
    }

    /// The JSON of a good answer. `explain` finds the source's own error in a body, if there is one.
    pub(crate) fn outcome(self, explain: fn(&Value) -> Option<Error>) -> Result<Value, Error> {
        if self.is_general() {
            return Err(self.failure());
        }
        let json: Option<Value> = serde_json::from_slice(&self.body).ok();
        if let Some(error) = json.as_ref().and_then(explain) {
            return Err(error);
        }
        if !self.status.is_success() {
            return Err(self.failure());
        }
        // Half a body, or a page that somebody in between put there: neither is the source's word.
        json.ok_or_else(|| Error::unavailable("the answer is not JSON"))
    }

    /// Whether the status says all there is to know.
    fn is_general(&self) -> bool {
        let status = self.status;
        status.is_server_error()
            || status == StatusCode::UNAUTHORIZED
            || status == StatusCode::TOO_MANY_REQUESTS
    }

    /// What a status other than success means by itself.
    pub(crate) fn failure(&self) -> Error {
        let status = self.status.as_u16();
        match self.status {
            StatusCode::UNAUTHORIZED => Error::Unauthorized,
            StatusCode::FORBIDDEN => Error::forbidden("it answered 403"),
            StatusCode::TOO_MANY_REQUESTS => Error::RateLimited { retry_after: self.retry_after },
            StatusCode::REQUEST_TIMEOUT => Error::unavailable("it answered 408"),
            _ if self.status.is_server_error() => {
                Error::unavailable(format!("it answered {status}"))
            }
            _ => Error::refused(format!("it answered {status}")),
        }
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, Error> {
    let announced = response.content_length().unwrap_or(0);
    if usize::try_from(announced).is_ok_and(|length| length > MAX_BODY) {
        return Err(Error::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(Error::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Seconds only: the form with a date would need a clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn failure(error: &reqwest::Error) -> Error {
    // Without the address: it may hold an account's id.
    let reason = if error.is_timeout() {
        "it did not answer in time"
    } else if error.is_connect() {
        "no connection"
    } else if error.is_builder() {
        return Error::refused("the request cannot be built from the configured values");
    } else {
        "the answer broke off"
    };
    Error::unavailable(reason)
}
