//! What is told of a leak.

use std::collections::BTreeMap;

use clearmargin_domain::{
    id::{AgreementId, ClientId, ServiceId},
    leak::{Bearing, LeakKind},
    money::Money,
    period::Month,
    source::Source,
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Where a row of evidence is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ledger {
    /// What was agreed.
    Contract,
    /// What was counted.
    Usage,
    /// What the service desk's side charged.
    Desk,
    /// What the books say.
    Books,
    /// What was paid.
    Payments,
    /// What was worked.
    Time,
    /// What vendors charged.
    Vendor,
    /// What the catalogue, or other clients' agreements, say.
    Catalogue,
}

impl Ledger {
    /// The ledger whose documents a system holds.
    pub(super) const fn of(system: Source) -> Self {
        match system {
            Source::SuperOps => Self::Desk,
            Source::QuickBooks => Self::Books,
        }
    }
}

/// What kind of record a row of evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// An agreement.
    Agreement,
    /// A line of an agreement.
    AgreementLine,
    /// A discount of an agreement.
    AgreedDiscount,
    /// A count.
    UsageCount,
    /// An invoice or credit memo.
    Document,
    /// A payment.
    Payment,
    /// A piece of work.
    TimeEntry,
    /// A vendor's bill or another purchase.
    Purchase,
    /// A catalogue entry.
    Service,
}

/// A record that a leak follows from, and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// Where it is from.
    pub ledger: Ledger,
    /// The system that it was read from; none for what was made here, or where it does not matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What kind of record.
    pub record: RecordKind,
    /// Its id.
    pub id: String,
    /// The day that it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
    /// How many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Decimal>,
    /// The price or cost of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Money>,
    /// What it comes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub says: String,
}

impl Evidence {
    /// A row that says nothing yet.
    pub(super) fn of(ledger: Ledger, record: RecordKind, id: &impl ToString) -> Self {
        Self {
            ledger,
            source: None,
            record,
            id: id.to_string(),
            day: None,
            quantity: None,
            unit_price: None,
            amount: None,
            says: String::new(),
        }
    }

    pub(super) fn from(mut self, source: Option<Source>) -> Self {
        self.source = source;
        self
    }

    pub(super) fn on(mut self, day: Date) -> Self {
        self.day = Some(day);
        self
    }

    pub(super) fn many(mut self, quantity: impl Into<Option<Decimal>>) -> Self {
        self.quantity = quantity.into().map(|it| it.normalize());
        self
    }

    pub(super) fn at(mut self, unit_price: impl Into<Option<Money>>) -> Self {
        self.unit_price = unit_price.into();
        self
    }

    pub(super) fn amounting(mut self, amount: Money) -> Self {
        self.amount = Some(amount);
        self
    }

    pub(super) fn saying(mut self, says: &str) -> Self {
        says.clone_into(&mut self.says);
        self
    }
}

/// How sure a leak is: it begins at 100 and each doubt takes off what the table of
/// `docs/leaks.md` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Confidence {
    /// From 0 to 100.
    pub percent: u8,
    /// The doubts, each with what it takes off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
}

/// Money that goes lost, or is charged too much, with the proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Leak {
    /// What kind.
    pub kind: LeakKind,
    /// Whose.
    pub client: ClientId,
    /// Names the leak in every run, whatever it comes to by then.
    pub key: String,
    /// The agreement, if it is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<AgreementId>,
    /// The catalogue entry, if it is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// What the money is.
    pub bearing: Bearing,
    /// The rule in words, with its figures.
    pub rule: String,
    /// The first day that it is of.
    pub first_seen: Date,
    /// All of it.
    pub total: Money,
    /// What it comes to in each month; together the total.
    pub months: BTreeMap<Month, Money>,
    /// How sure it is.
    pub confidence: Confidence,
    /// The records that it follows from, by ledger.
    pub evidence: Vec<Evidence>,
}

impl Leak {
    /// By client, kind and key.
    pub(super) fn order(&self, other: &Self) -> std::cmp::Ordering {
        let key = |leak: &Self| (leak.client, leak.kind);
        key(self).cmp(&key(other)).then_with(|| self.key.cmp(&other.key))
    }
}
