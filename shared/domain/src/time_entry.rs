//! Worked time: what was delivered.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    agreement::AgreementTerms,
    id::{
        AgreementId, ClientId, CostRateId, InvoiceId, ServiceId, TechnicianId, TicketId,
        TimeEntryId,
    },
    labour::WorkedTime,
    money::{Money, MoneyError},
    source::Origin,
    text::Prose,
};

/// What was done in a piece of time.
pub type TimeNote = Prose<5_000>;

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

/// How time is charged by the agreement that covers it, decided when the entry is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Charge {
    /// The agreement.
    pub agreement: AgreementId,
    /// How long the work is, as its terms round it.
    pub time: WorkedTime,
}

/// On which invoice a piece of time stands. It is written with that invoice's draft, and goes when
/// the draft is thrown away or the invoice taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeInvoiced {
    /// The invoice.
    pub invoice: InvoiceId,
    /// The day that the invoice counts for.
    pub day: Date,
    /// What it charges for the time, before discounts and tax, in smallest units of the
    /// organisation's currency; nothing of what an agreement includes or its cap leaves out.
    pub minor: i64,
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
    /// How it is charged; none where no agreement covers it, and where a source decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
    /// On which invoice of ours it stands; none as long as it is on none. What a source says of
    /// invoices of its own is the status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoiced: Option<TimeInvoiced>,
    /// What it cost; none when no rate applies: the time is *uncosted*, which is not free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labour_cost: Option<LabourCost>,
    /// When the work began, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// What was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<TimeNote>,
    /// Where it came from; none for what was made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

impl TimeEntry {
    /// Delivered, may be charged, and neither invoiced, nor covered, nor written off.
    pub fn is_unbilled(&self) -> bool {
        let open = matches!(self.status, BillingStatus::Pending | BillingStatus::Approved);
        self.billable && open && self.invoiced.is_none()
    }

    /// Has it charged by an agreement's terms: rounded, and outside business hours at so many times
    /// its price.
    pub fn charge_by(&mut self, terms: &AgreementTerms) -> Result<(), MoneyError> {
        let (agreement, time) = (terms.agreement, terms.charged(self.worked));
        let price = |price| terms.hourly_price(price, self.after_hours);
        self.hourly_price = self.hourly_price.map(price).transpose()?;
        self.charge = Some(Charge { agreement, time });
        Ok(())
    }

    /// How long it is when it is charged.
    pub fn charged(&self) -> WorkedTime {
        self.charge.map_or(self.worked, |charge| charge.time)
    }

    /// What the time would bring at its price, as it is charged; `None` without a price.
    pub fn price(&self) -> Option<Money> {
        self.hourly_price.and_then(|hourly| self.charged().at(hourly).ok())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::civil::date;

    use super::*;

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
            charge: None,
            invoiced: None,
            labour_cost: None,
            started_at: None,
            note: None,
            origin: None,
        }
    }

    #[test]
    fn time_on_an_invoice_is_billed_and_reads_as_it_is_written() {
        let invoice = InvoiceId::new(Timestamp::UNIX_EPOCH, 1);
        let day = date(2026, 1, 31);
        let invoiced = Some(TimeInvoiced { invoice, day, minor: 12_000 });
        let billed = TimeEntry { invoiced, ..hour() };
        assert!(hour().is_unbilled() && !billed.is_unbilled());
        let text = serde_json::to_value(&billed).unwrap();
        let said = serde_json::json!({"invoice": invoice, "day": "2026-01-31", "minor": 12_000});
        assert_eq!(text["invoiced"], said);
        assert_eq!(serde_json::from_value::<TimeEntry>(text).unwrap(), billed);
        assert!(serde_json::to_value(hour()).unwrap().get("invoiced").is_none());
    }

    #[test]
    fn time_brings_what_is_charged_of_it() {
        let hourly_price = Some(Money::new(10_000, crate::money::Currency::USD));
        let worked = TimeEntry { worked: WorkedTime { seconds: 600 }, hourly_price, ..hour() };
        let brings = |entry: &TimeEntry| entry.price().map(|price| price.minor);
        assert_eq!(brings(&worked), Some(1_667));
        let agreement = AgreementId::new(Timestamp::UNIX_EPOCH, 1);
        let charge = Some(Charge { agreement, time: WorkedTime { seconds: 1_800 } });
        let charged = TimeEntry { charge, ..worked };
        assert_eq!(brings(&charged), Some(5_000));
        assert_eq!(brings(&TimeEntry { hourly_price: None, ..charged }), None);
    }
}
