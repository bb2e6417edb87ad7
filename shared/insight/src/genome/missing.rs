//! What is not known, and why.

use clearmargin_domain::period::Month;
use serde::{Deserialize, Serialize};

/// Something that is known, or why it is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Known<T> {
    /// It is known.
    Known(T),
    /// Not enough data.
    Missing(Missing),
}

impl<T> Known<T> {
    /// What is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(known) => Some(known),
            Self::Missing(_) => None,
        }
    }

    /// Why it is not known.
    pub const fn missing(&self) -> Option<&Missing> {
        match self {
            Self::Known(_) => None,
            Self::Missing(missing) => Some(missing),
        }
    }
}

impl<T> From<Result<T, Missing>> for Known<T> {
    fn from(result: Result<T, Missing>) -> Self {
        result.map_or_else(Self::Missing, Self::Known)
    }
}

/// What something is divided by, or what is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Of {
    /// Revenue.
    Revenue,
    /// Revenue from work.
    ServiceRevenue,
    /// Revenue from products.
    ProductRevenue,
    /// What recurs.
    Recurring,
    /// Worked time.
    WorkedTime,
    /// Tickets.
    Tickets,
    /// Users.
    Users,
    /// Endpoints.
    Endpoints,
    /// Licences.
    Licences,
    /// Money that settled invoices.
    Settled,
}

/// Not enough data: what there is and what is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase", tag = "reason")]
pub enum Missing {
    /// Too short a history.
    #[error("{have} months are not enough, {needed} are needed: known with {until}")]
    Months {
        /// How many months there are.
        have: usize,
        /// How many are needed.
        needed: usize,
        /// The month that completes them.
        until: Month,
    },
    /// It was not counted in enough months.
    #[error("{of:?} are known of {have} months, {needed} are needed")]
    NotCounted {
        /// What was not counted.
        of: Of,
        /// Of how many months it is known.
        have: usize,
        /// Of how many it must be.
        needed: usize,
    },
    /// There is nothing, or less, to divide by.
    #[error("there is nothing to divide by: {of:?}")]
    Nothing {
        /// What there is nothing of.
        of: Of,
    },
    /// Too much of the worked time has no cost rate.
    #[error("{uncosted_seconds} of {worked_seconds} worked seconds have no cost rate")]
    #[serde(rename_all = "camelCase")]
    Uncosted {
        /// Time without a rate.
        uncosted_seconds: i64,
        /// All worked time.
        worked_seconds: i64,
    },
    /// Too few clients to compare with.
    #[error("{have} clients are not enough, {needed} are needed")]
    Clients {
        /// How many there are.
        have: usize,
        /// How many are needed.
        needed: usize,
    },
    /// Too few dimensions in which the client can be compared.
    #[error("{have} dimensions are not enough, {needed} are needed")]
    Dimensions {
        /// How many there are.
        have: usize,
        /// How many are needed.
        needed: usize,
    },
}
