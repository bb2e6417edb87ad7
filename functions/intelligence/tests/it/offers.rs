//! An office that sells: catalogue entries, agreements and the work that they take.

use clearmargin_domain::{
    agreement::{
        Agreement, AgreementKind, AgreementLine, AgreementStatus, AgreementTerms, DatedPrice,
        Escalator, Frequency, Months, Prices, PricingUnit, Quantity,
    },
    id::{
        AgreementId, AgreementLineId, ClientId, CostRateId, ServiceId, TechnicianId, TimeEntryId,
    },
    labour::WorkedTime,
    money::{Currency, Money},
    period::Month,
    service::{Offering, Service},
    time_entry::{BillingStatus, LabourCost, TimeEntry},
};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use crate::office::Office;

/// When every agreement began.
const START: Date = date(2025, 1, 1);

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

impl Office {
    /// A catalogue entry of that number.
    pub(crate) async fn service(&self, number: u128, offering: Offering) -> ServiceId {
        let id = ServiceId::new(self.world.now(), number);
        let service = Service {
            id,
            name: self.says(&format!("Service {number}")),
            offering,
            unit_price: None,
            purchase_cost: None,
            bought_on: None,
            active: true,
            origin: None,
            pricing: None,
            said: None,
        };
        self.made(&service).await;
        id
    }

    /// The line at that place of an agreement of that number.
    pub(crate) fn line(&self, number: u128, at: u128) -> AgreementLineId {
        AgreementLineId::new(self.world.now(), number * 100 + at)
    }

    /// An agreement of that number with a client, with lines of so many units at a price a month.
    pub(crate) async fn agreed(
        &self,
        number: u128,
        client: ClientId,
        lines: &[(ServiceId, Offering, i64, i64)],
    ) -> AgreementId {
        let id = AgreementId::new(self.world.now(), number);
        let agreement = Agreement {
            id,
            client,
            name: self.says(&format!("Agreement {number}")),
            kind: AgreementKind::Service,
            status: AgreementStatus::Active,
            start: START,
            end: None,
            origin: None,
            said: None,
        };
        self.made(&agreement).await;
        for (at, (service, offering, quantity, minor)) in (0..).zip(lines) {
            let price =
                DatedPrice { effective_from: START, unit_price: usd(*minor), unit_cost: None };
            let line = AgreementLine {
                id: self.line(number, at),
                agreement: id,
                client,
                service: Some(*service),
                description: self.says(""),
                offering: *offering,
                unit: PricingUnit::User,
                quantity: Quantity::try_from(Decimal::from(*quantity)).unwrap(),
                prices: Prices::new(vec![price]).unwrap(),
                frequency: Frequency::Monthly,
                start: START,
                end: None,
                included_minutes: None,
                tax_code: None,
            };
            self.made(&line).await;
        }
        id
    }

    /// An agreement's prices rise by so many per cent each October.
    pub(crate) async fn rises(&self, agreement: AgreementId, client: ClientId, percent: i64) {
        let escalator = Escalator {
            percent: Decimal::from(percent).try_into().unwrap(),
            every_months: Months::YEAR,
            first_on: date(2026, 10, 1),
        };
        let terms = AgreementTerms::new(agreement, client, Frequency::Monthly);
        self.made(&AgreementTerms { escalator: Some(escalator), ..terms }).await;
    }

    /// The rate of every hour that has one.
    pub(crate) fn rate(&self) -> CostRateId {
        CostRateId::new(self.world.now(), 1)
    }

    /// Ten hours of work for a client in each of so many months up to June 2026; what they cost in each, if
    /// there is a rate.
    pub(crate) async fn worked(&self, client: ClientId, months: i32, cost: Option<i64>) {
        let last: Month = "2026-06".parse().unwrap();
        for back in 0..months {
            let entry = work(self, client, last.plus(-back).first_day(), cost);
            self.made(&entry).await;
        }
    }
}

/// Ten hours of work for a client on a day, and what they cost, if there is a rate.
pub(crate) fn work(office: &Office, client: ClientId, day: Date, cost: Option<i64>) -> TimeEntry {
    TimeEntry {
        id: TimeEntryId::derived(&[&client.to_string(), &day.to_string()]),
        ticket: None,
        client: Some(client),
        technician: TechnicianId::new(office.world.now(), 1),
        service: None,
        day,
        worked: WorkedTime { seconds: 36_000 },
        billable: true,
        after_hours: false,
        status: BillingStatus::UnderContract,
        hourly_price: None,
        charge: None,
        invoiced: None,
        labour_cost: cost.map(|minor| LabourCost { rate: office.rate(), cost: usd(minor) }),
        started_at: None,
        note: None,
        origin: None,
    }
}
