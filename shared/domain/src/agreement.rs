//! Agreements: what was promised to a client.

mod allowance;
mod escalator;
mod line;
mod number;
mod price;
mod rounding;
mod schedule;
mod terms;
mod value;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    id::{AgreementId, ClientId},
    source::Origin,
};

pub use allowance::{Allowance, AllowanceMonth, RollOver, ledger};
pub use escalator::Escalator;
pub use line::{AgreementLine, Frequency, PricingUnit};
pub use number::{Increment, InvalidTerms, Months, Multiplier, Percent, Quantity};
pub use price::{DatedPrice, PriceError, Prices};
pub use rounding::{Direction, Rounding};
pub use terms::{AgreementTerms, Exclusion, Renewal};
pub use value::{contract_value, mrr};

/// How an agreement is charged, in the source system's own four words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreementKind {
    /// A recurring service.
    Service,
    /// By usage: users, devices, licences.
    Usage,
    /// Once.
    OneTime,
    /// Time and material.
    TimeAndMaterial,
}

/// Where an agreement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreementStatus {
    /// Not in force yet.
    Draft,
    /// In force.
    Active,
    /// No longer in force.
    Inactive,
}

/// An agreement (client contract).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Agreement {
    /// Our id.
    pub id: AgreementId,
    /// Whose it is.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// How it is charged.
    pub kind: AgreementKind,
    /// Where it stands.
    pub status: AgreementStatus,
    /// First day.
    pub start: Date,
    /// Last day, when one is agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Date>,
    /// Where it came from.
    pub origin: Origin,
}
