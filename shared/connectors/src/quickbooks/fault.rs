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
    let reason = format!(
        "{code} {}: {}",
        text("Message", "message"),
        text("Detail", "detail")
    );
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
