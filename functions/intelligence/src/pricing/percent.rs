//! Per cents as they are asked for: whole, and within their bounds.

use clearmargin_insight::pricing::HIGHEST_MARGIN;
use serde::Deserialize;
use utoipa::{PartialSchema, ToSchema, openapi};

/// A margin in whole per cent of what is charged: 0 to 95.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u8")]
pub(crate) struct MarginPercent(pub(super) u8);

impl TryFrom<u8> for MarginPercent {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, &'static str> {
        let fits = number <= HIGHEST_MARGIN;
        fits.then_some(Self(number)).ok_or("expected 0 to 95 per cent")
    }
}

impl PartialSchema for MarginPercent {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        percent(HIGHEST_MARGIN)
    }
}

impl ToSchema for MarginPercent {}

/// A probability in whole per cent: 0 to 100.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u8")]
pub(crate) struct ChurnPercent(pub(super) u8);

impl TryFrom<u8> for ChurnPercent {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, &'static str> {
        let fits = number <= 100;
        fits.then_some(Self(number)).ok_or("expected 0 to 100 per cent")
    }
}

impl PartialSchema for ChurnPercent {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        percent(100)
    }
}

impl ToSchema for ChurnPercent {}

fn percent(most: u8) -> openapi::RefOr<openapi::Schema> {
    let number = openapi::ObjectBuilder::new().schema_type(openapi::Type::Integer);
    number.minimum(Some(0)).maximum(Some(most)).into()
}
