//! Faults: what QuickBooks says in a body about a request it did not serve.

use serde_json::Value;

use crate::error::Error;

/// The error that a body's fault means. Refused tokens are reported with small letters.
pub(super) fn find(body: &Value) -> Option<Error> {
    let fault = body.get("Fault").or_else(|| body.get("fault"))?;
    let fault = fault.as_object()?;
    let errors = fault.get("Error").or_else(|| fault.get("error"));
    let first = errors.and_then(|errors| errors.get(0));
    let text = |upper: &str, lower: &str| {
        let value = first.and_then(|first| first.get(upper).or_else(|| first.get(lower)));
        value.and_then(Value::as_str).unwrap_or("").trim()
    };
    let code = text("code", "code").trim_start_matches('0');
    let reason = format!("{code} {}: {}", text("Message", "message"), text("Detail", "detail"));
    let kind = fault.get("type").and_then(Value::as_str).unwrap_or("");
    Some(match (code, kind) {
        ("3200", _) => Error::Unauthorized,
        ("3001", _) => Error::RateLimited { retry_after: None },
        // No right to the company, no right to the object, a company whose subscription has ended.
        ("3100" | "5020" | "6190", _) => Error::Forbidden { reason },
        ("10000", _) | (_, "SystemFault") => Error::Unavailable { reason },
        (_, "AUTHENTICATION") => Error::Unauthorized,
        _ => Error::Refused { reason },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::fixture::json;

    const ERRORS: &str = include_str!("../../tests/fixtures/errors.json");

    fn fault(name: &str) -> Option<Error> {
        let all: BTreeMap<String, Value> = serde_json::from_str(ERRORS).unwrap();
        find(&all[name]["body"])
    }

    #[test]
    fn a_refused_query_says_why() {
        let reason =
            "4001 Invalid query: QueryValidationError: invalid context declaration: Custmoer";
        assert_eq!(fault("query_unknown_entity"), Some(Error::refused(reason)));
    }

    #[test]
    fn faults_about_the_caller_are_told_apart() {
        assert_eq!(fault("unauthenticated_401"), Some(Error::Unauthorized));
        let slow = Error::RateLimited { retry_after: None };
        assert_eq!(fault("throttled_429"), Some(slow.clone()));
        let padded = json(r#"{"Fault": {"Error": [{"code": "003001"}], "type": "SERVICE"}}"#);
        assert_eq!(find(&padded), Some(slow));
        assert!(matches!(fault("forbidden_403"), Some(Error::Forbidden { .. })));
    }

    #[test]
    fn a_fault_of_the_system_may_pass() {
        let fault = json(r#"{"Fault": {"Error": [{"code": "10000"}], "type": "SystemFault"}}"#);
        assert!(find(&fault).unwrap().is_retryable());
        assert!(!self::fault("invalid_id").unwrap().is_retryable());
    }

    #[test]
    fn a_good_body_has_no_fault() {
        assert_eq!(find(&json(r#"{"QueryResponse": {}, "fault": null}"#)), None);
    }
}
