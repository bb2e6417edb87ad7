//! What the tests of this crate share.

use clearmargin_domain::{
    id::OrgId,
    money::{Currency, Money},
};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use crate::record::Context;

/// The organisation that tests read for.
pub(crate) fn context() -> Context {
    Context {
        org: OrgId::new(Timestamp::UNIX_EPOCH, 7),
        currency: Currency::USD,
        zone: TimeZone::UTC,
    }
}

pub(crate) fn cents(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// A JSON text as the connectors read it: numbers keep their digits.
pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
