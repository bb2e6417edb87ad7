//! Worked time: what was delivered.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    id::{ClientId, CostRateId, ServiceId, TechnicianId, TicketId, TimeEntryId},
    labour::WorkedTime,
    money::Money,
    source::Origin,
};

/// What has become of a piece of time in billing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingStatus {
    /// Waits for approval.
    Pending,
    /// Approved and not invoiced.
    Approved,
    /// Will not be invoiced.
    Ignored,
    /// On an invoice.
    Invoiced,
    /// Covered by an agreement.
    UnderContract,
}

/// What the time cost, decided when the entry is written and again when a rate changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabourCost {
    /// The rate that applied.
    pub rate: CostRateId,
    /// Time × rate.
    pub cost: Money,
}

/// A piece of worked time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeEntry {
    /// Our id.
    pub id: TimeEntryId,
    /// The ticket it was worked on; none for project work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    /// The ticket's client; none where the source does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// Who worked.
    pub technician: TechnicianId,
    /// The catalogue entry it is charged as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// The day it counts for.
    pub day: Date,
    /// How long.
    pub worked: WorkedTime,
    /// Whether it may be charged.
    pub billable: bool,
    /// Whether it was outside business hours.
    pub after_hours: bool,
    /// What has become of it.
    pub status: BillingStatus,
    /// Price per hour; none where neither the entry nor its catalogue entry has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hourly_price: Option<Money>,
    /// What it cost; none when no rate applies: the time is *uncosted*, which is not free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labour_cost: Option<LabourCost>,
    /// Where it came from.
    pub origin: Origin,
}

impl TimeEntry {
    /// Delivered, may be charged, and neither invoiced, nor covered, nor written off.
    pub fn is_unbilled(&self) -> bool {
        self.billable && matches!(self.status, BillingStatus::Pending | BillingStatus::Approved)
    }

    /// What the time would bring at its price; `None` without a price.
    pub fn price(&self) -> Option<Money> {
        self.hourly_price.and_then(|hourly| self.worked.at(hourly).ok())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::{Timestamp, civil::date};

    use super::*;
    use crate::source::Source;

    /// An hour of billable time on the first day of 2026, with neither price nor cost.
    pub(crate) fn hour() -> TimeEntry {
        TimeEntry {
            id: TimeEntryId::new(Timestamp::UNIX_EPOCH, 1),
            ticket: None,
            client: None,
            technician: TechnicianId::new(Timestamp::UNIX_EPOCH, 1),
            service: None,
            day: date(2026, 1, 1),
            worked: WorkedTime { seconds: 3_600 },
            billable: true,
            after_hours: false,
            status: BillingStatus::Approved,
            hourly_price: None,
            labour_cost: None,
            origin: Origin {
                source: Source::SuperOps,
                kind: "WorklogEntry".to_owned(),
                external_id: "1".to_owned(),
                revision: None,
            },
        }
    }
}
