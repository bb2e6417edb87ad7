//! Agreements: what was promised to a client.

mod allowance;
mod escalator;
mod governing;
pub(crate) mod line;
mod number;
mod price;
mod rounding;
mod schedule;
mod span;
pub(crate) mod standing;
mod terms;
mod value;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    id::{AgreementId, ClientId},
    source::{Fields, Origin, merge},
};

pub use allowance::{Allowance, AllowanceMonth, RollOver, ledger};
pub use escalator::Escalator;
pub use governing::governing;
pub use line::{AgreementLine, Frequency, PricingUnit};
pub use number::{Increment, InvalidTerms, Months, Multiplier, Percent, Quantity};
pub use price::{DatedPrice, PriceError, Prices};
pub use rounding::{Direction, Rounding};
pub use span::{Days, Due, PricedDays};
pub use standing::Standing;
pub use terms::{AgreementTerms, Exclusion, Renewal};
pub use value::{contract_value, mrr};

/// How an agreement is charged, in the source system's own four words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// Where it came from; none for what was made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// What the source last said of what was changed here; none while it says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<AgreementFields>,
}

/// What a source delivers of an agreement and people may change here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgreementFields {
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
}

impl Fields for AgreementFields {
    fn merged(last: &Self, now: &Self, here: &Self) -> Self {
        Self {
            name: merge(&last.name, &now.name, &here.name),
            kind: merge(&last.kind, &now.kind, &here.kind),
            status: merge(&last.status, &now.status, &here.status),
            start: merge(&last.start, &now.start, &here.start),
            end: merge(&last.end, &now.end, &here.end),
        }
    }
}

impl Agreement {
    /// What people may change of it.
    pub fn fields(&self) -> AgreementFields {
        let Self { kind, status, start, end, .. } = *self;
        AgreementFields { name: self.name.clone(), kind, status, start, end }
    }

    /// With these fields, set here. What the source said of them is kept beside them.
    #[must_use]
    pub fn edited(&self, fields: AgreementFields) -> Self {
        let imported = self.origin.is_some();
        let said = Fields::kept(self.said.as_ref(), self.fields(), &fields, imported);
        Self { said, ..self.clone().with(fields) }
    }

    /// As the source delivers it, with what was changed here.
    #[must_use]
    pub fn read_over(self, stored: &Self) -> Self {
        let now = self.fields();
        let (fields, said) = Fields::read_again(stored.said.as_ref(), now, &stored.fields());
        Self { said, ..self.with(fields) }
    }

    fn with(self, fields: AgreementFields) -> Self {
        let AgreementFields { name, kind, status, start, end } = fields;
        Self { name, kind, status, start, end, ..self }
    }

    /// Whether it is in force on a day.
    pub fn is_in_force_on(&self, day: Date) -> bool {
        let begun = self.start <= day && self.end.is_none_or(|end| day <= end);
        self.status == AgreementStatus::Active && begun
    }

    /// Whether it was in force on a day, or is to be after `today`; `None` for one that has ended
    /// where nobody says when: a status has no date, and its last day is none or still to come.
    pub fn was_in_force_on(&self, day: Date, today: Date) -> Option<bool> {
        let begun = self.start <= day && self.end.is_none_or(|end| day <= end);
        match self.status {
            AgreementStatus::Draft => Some(false),
            AgreementStatus::Active => Some(begun),
            AgreementStatus::Inactive if day < self.start => Some(false),
            AgreementStatus::Inactive => self.end.filter(|end| *end <= today).map(|_| begun),
        }
    }
}
