//! Which web pages may call.

use std::{str::FromStr, time::Duration};

use axum::http::{
    HeaderName, HeaderValue, Method,
    header::{
        AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, LINK, LOCATION, RETRY_AFTER,
    },
};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// The origins of web pages that may call; none unless configured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cors(Vec<HeaderValue>);

/// The text is no list of origins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected origins such as https://app.example.com, got {0:?}")]
pub struct InvalidOrigin(String);

impl FromStr for Cors {
    type Err = InvalidOrigin;

    /// Reads origins with commas between; an empty text is none.
    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let origins = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        origins.map(origin).collect::<Result<_, _>>().map(Self)
    }
}

fn origin(text: &str) -> Result<HeaderValue, InvalidOrigin> {
    let invalid = || InvalidOrigin(text.to_owned());
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |host: &str| !host.is_empty() && !host.contains(['/', '*', '?', '#', '@', ' ']);
    if !host.is_some_and(plain) {
        return Err(invalid());
    }
    HeaderValue::from_str(text).map_err(|_| invalid())
}

impl Cors {
    pub(crate) fn layer(&self) -> CorsLayer {
        let name = HeaderName::from_static;
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(self.0.clone()))
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allow_headers([
                AUTHORIZATION,
                CONTENT_TYPE,
                IF_MATCH,
                IF_NONE_MATCH,
                name("idempotency-key"),
                name("x-correlation-id"),
                name("x-requested-with"),
            ])
            .expose_headers([
                ETAG,
                LINK,
                LOCATION,
                RETRY_AFTER,
                name("idempotent-replayed"),
                name("ratelimit"),
                name("ratelimit-policy"),
                name("x-request-id"),
            ])
            .max_age(Duration::from_mins(10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_listed_with_commas() {
        let cors: Cors = "https://a.example, http://localhost:5173".parse().unwrap();
        assert_eq!(cors.0.len(), 2);
        assert_eq!("".parse(), Ok(Cors::default()));
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in ["*", "https://*.example", "a.example", "https://", "https://a.example/x"] {
            assert!(text.parse::<Cors>().is_err(), "{text}");
        }
    }
}
