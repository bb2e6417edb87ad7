//! How a caller stands, in the header fields of the IETF's draft
//! `draft-ietf-httpapi-ratelimit-headers`.

use axum::{
    http::{HeaderName, HeaderValue},
    response::Response,
};
use clearmargin_domain::limit::Rate;

use super::Limits;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// How a bucket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Requests left.
    pub(crate) left: u32,
    /// Seconds until the bucket is full.
    pub(crate) reset: u64,
    /// Seconds until the next request, when there is none left.
    pub(crate) wait: Option<u64>,
}

/// How the caller's and the organisation's buckets stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    limits: Limits,
    pub(crate) caller: Standing,
    pub(crate) organization: Standing,
}

impl Allowance {
    /// Both full.
    pub(crate) fn new(limits: Limits) -> Self {
        let full = |rate: Rate| Standing { left: rate.quota, reset: 0, wait: None };
        let (caller, organization) = (full(limits.caller), full(limits.organization));
        Self { limits, caller, organization }
    }

    /// Says so on an answer.
    pub(crate) fn on(&self, mut response: Response) -> Response {
        let Limits { organization, caller } = self.limits;
        let policy = |name, rate: Rate| format!("\"{name}\";q={};w={}", rate.quota, rate.window);
        let stands = |name, it: Standing| format!("\"{name}\";r={};t={}", it.left, it.reset);
        for (header, value) in [
            (POLICY, [policy("caller", caller), policy("organization", organization)]),
            (LIMIT, [stands("caller", self.caller), stands("organization", self.organization)]),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value.join(", ")) {
                response.headers_mut().insert(header, value);
            }
        }
        response
    }
}
