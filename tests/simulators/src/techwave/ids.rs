//! SuperOps ids: nineteen digits, above what a 64-bit float can hold exactly.

use serde_json::{Value, json};

use crate::random::Random;

/// Hands out ids in rising order.
#[derive(Debug)]
pub(super) struct Ids {
    last: u64,
    random: Random,
}

/// One SuperOps id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(u64);

impl Ids {
    pub(super) fn new(random: Random) -> Self {
        Self { last: 4_610_000_000_000_000_000, random }
    }

    pub(super) fn next(&mut self) -> Id {
        self.last += 1 + self.random.below(900_000_000);
        Id(self.last)
    }
}

impl Id {
    /// The usual form, a string.
    pub(super) fn text(self) -> String {
        self.0.to_string()
    }

    /// The form that some JSON-scalar associations have: an unquoted number.
    pub(super) fn number(self) -> Value {
        json!(self.0)
    }
}
