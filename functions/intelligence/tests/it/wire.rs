//! Answers as they come over the wire: numbers are exact, and amounts have cents.

use rust_decimal::Decimal;
use serde_json::Value;

pub(crate) fn exact(number: &Value) -> Decimal {
    number.to_string().parse().unwrap()
}

/// An amount of so many cents.
pub(crate) fn usd(cents: i64) -> Value {
    serde_json::from_str(&Decimal::new(cents, 2).to_string()).unwrap()
}

/// An amount in cents.
pub(crate) fn cents(amount: &Value) -> i64 {
    i64::try_from(exact(amount) * Decimal::ONE_HUNDRED).unwrap()
}

pub(crate) fn rows<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().unwrap()
}
