//! How long a page is.

use serde::{Deserialize, Serialize};
use utoipa::{PartialSchema, ToSchema, openapi};

/// How many entries a page has at most: 1 to 100, 50 unless asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "usize", into = "usize")]
pub struct Limit(usize);

impl Limit {
    /// The number.
    pub fn get(self) -> usize {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl TryFrom<usize> for Limit {
    type Error = &'static str;

    fn try_from(number: usize) -> Result<Self, &'static str> {
        if (1..=100).contains(&number) { Ok(Self(number)) } else { Err("expected 1 to 100") }
    }
}

impl From<Limit> for usize {
    fn from(limit: Limit) -> usize {
        limit.0
    }
}

impl PartialSchema for Limit {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        openapi::ObjectBuilder::new()
            .schema_type(openapi::Type::Integer)
            .minimum(Some(1))
            .maximum(Some(100))
            .default(Some(50.into()))
            .into()
    }
}

impl ToSchema for Limit {}
