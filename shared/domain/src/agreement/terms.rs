//! What the organisation itself says about an agreement, beyond what a source system delivers.

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Allowance, Escalator, Frequency, Months, Multiplier, Rounding, schedule};
use crate::{
    billing::UnitPrice,
    id::{AgreementId, ClientId, ServiceId, TaxCodeId},
    identity::Name,
    labour::WorkedTime,
    money::{Money, MoneyError},
    time_entry::{BillingStatus, TimeEntry},
};

/// The terms of an agreement; one record for each agreement, under its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgreementTerms {
    /// The agreement.
    pub agreement: AgreementId,
    /// Whose it is.
    pub client: ClientId,
    /// How often a line is charged that does not say otherwise.
    pub frequency: Frequency,
    /// Time that it includes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowance: Option<Allowance>,
    /// How many times its price an hour outside business hours costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_hours_multiplier: Option<Multiplier>,
    /// How time is rounded when it is charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Rounding>,
    /// How its prices rise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalator: Option<Escalator>,
    /// What it does not cover.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<Exclusion>,
    /// When it ends or begins anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal: Option<Renewal>,
    /// The most that the work of a month comes to where it is charged by the hour, in the
    /// organisation's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours_cap: Option<UnitPrice>,
    /// Which taxes a line's invoices charge that does not say otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<TaxCodeId>,
}

impl AgreementTerms {
    /// The terms of an agreement about which nothing else was said.
    pub const fn new(agreement: AgreementId, client: ClientId, frequency: Frequency) -> Self {
        Self {
            agreement,
            client,
            frequency,
            allowance: None,
            after_hours_multiplier: None,
            rounding: None,
            escalator: None,
            exclusions: Vec::new(),
            renewal: None,
            hours_cap: None,
            tax_code: None,
        }
    }

    /// Whether work as that service, on a ticket of that category, is part of the agreement.
    pub fn covers(&self, service: Option<ServiceId>, category: Option<&str>) -> bool {
        !self.exclusions.iter().any(|exclusion| exclusion.applies(service, category))
    }

    /// Whether it takes a ticket's category to say that.
    pub fn depends_on_category(&self) -> bool {
        self.exclusions.iter().any(|exclusion| matches!(exclusion, Exclusion::Category(_)))
    }

    /// How long work is when it is charged.
    pub fn charged(&self, worked: WorkedTime) -> WorkedTime {
        self.rounding.map_or(worked, |rounding| rounding.charged(worked))
    }

    /// How much of the agreement's allowance a piece of work uses, as it is charged: work that
    /// billing says an agreement covers, and that this one does not exclude. `category` is its
    /// ticket's. `None` for other work.
    pub fn uses(&self, entry: &TimeEntry, category: Option<&str>) -> Option<WorkedTime> {
        let covered = entry.status == BillingStatus::UnderContract;
        let covered = covered && self.covers(entry.service, category);
        covered.then(|| self.charged(entry.worked))
    }

    /// What an hour of work is charged at, given its price in business hours: × the multiplier
    /// outside them, to the smallest unit, half to even.
    pub fn hourly_price(&self, price: Money, after_hours: bool) -> Result<Money, MoneyError> {
        match self.after_hours_multiplier {
            Some(multiplier) if after_hours => price.scaled(multiplier.hundredths(), 100),
            _ => Ok(price),
        }
    }
}

/// Work that an agreement does not cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "by", content = "value")]
pub enum Exclusion {
    /// What is charged as that catalogue entry.
    Service(ServiceId),
    /// What is done on tickets of that category, in the organisation's own words; capitals and
    /// spaces around it make no difference.
    Category(Name),
}

impl Exclusion {
    fn applies(&self, service: Option<ServiceId>, category: Option<&str>) -> bool {
        match self {
            Self::Service(excluded) => service == Some(*excluded),
            Self::Category(excluded) => category.is_some_and(|category| {
                category.trim().to_lowercase() == excluded.as_str().to_lowercase()
            }),
        }
    }
}

/// The end of an agreement's term, and what happens then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Renewal {
    /// The first day of the next term.
    pub on: Date,
    /// Whether the next term begins by itself, and the ones after it.
    pub automatic: bool,
    /// How many days before the next term somebody has to object.
    #[serde(default)]
    pub notice_days: u16,
    /// How long the next terms are; a year unless another length is said.
    #[serde(default)]
    pub term_months: Months,
}

impl Renewal {
    /// The last day for notice before the next term.
    pub fn notice_by(&self) -> Date {
        self.notice_before(self.on)
    }

    /// The last day for notice before a term that begins on that day.
    pub fn notice_before(&self, renewal: Date) -> Date {
        renewal.saturating_sub(i64::from(self.notice_days).days())
    }

    /// The first renewal after a day. `None` when there is none: the day is past the end of a term
    /// that does not renew itself.
    pub fn next_renewal(&self, after: Date) -> Option<Date> {
        if self.on > after {
            return Some(self.on);
        }
        let passed = schedule::count_by(self.on, self.term_months, after);
        schedule::nth(self.on, self.term_months, passed).filter(|_| self.automatic)
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};
    use proptest::prelude::*;
    use rust_decimal::Decimal;
    use serde_json::json;

    use super::{
        schedule::tests::{day, months},
        *,
    };
    use crate::{
        agreement::Direction,
        labour::WorkedTime,
        money::Currency,
        time_entry::{BillingStatus, tests::hour},
    };

    fn terms() -> AgreementTerms {
        let agreement = AgreementId::new(Timestamp::UNIX_EPOCH, 1);
        let client = ClientId::new(Timestamp::UNIX_EPOCH, 1);
        AgreementTerms::new(agreement, client, Frequency::Monthly)
    }

    fn service(n: u128) -> ServiceId {
        ServiceId::new(Timestamp::UNIX_EPOCH, n)
    }

    fn renewal(automatic: bool) -> Renewal {
        let on = date(2027, 1, 31);
        Renewal { on, automatic, notice_days: 60, term_months: Months::YEAR }
    }

    #[test]
    fn an_agreement_covers_all_that_it_does_not_exclude() {
        let category = Exclusion::Category("Project Work".parse().unwrap());
        let exclusions = vec![Exclusion::Service(service(1)), category];
        let terms = AgreementTerms { exclusions, ..terms() };
        assert!(terms.covers(None, None));
        assert!(terms.covers(Some(service(2)), Some("Incident")));
        assert!(!terms.covers(Some(service(1)), Some("Incident")));
        assert!(!terms.covers(Some(service(2)), Some(" project work ")));
    }

    #[test]
    fn an_allowance_pays_for_covered_work_as_it_is_charged() {
        let increment = 15.try_into().unwrap();
        let rounding = Rounding { increment, minimum_minutes: 0, direction: Direction::Up };
        let excluded = Exclusion::Category("Projects".parse().unwrap());
        let terms =
            AgreementTerms { rounding: Some(rounding), exclusions: vec![excluded], ..terms() };
        let worked = WorkedTime { seconds: 16 * 60 };
        let covered = TimeEntry { status: BillingStatus::UnderContract, worked, ..hour() };
        let half_an_hour = Some(WorkedTime { seconds: 30 * 60 });
        assert_eq!(terms.uses(&covered, Some("Incident")), half_an_hour);
        assert_eq!(terms.uses(&covered, None), half_an_hour);
        assert_eq!(terms.uses(&covered, Some("Projects")), None);
        assert_eq!(terms.uses(&hour(), None), None);
        let plain = AgreementTerms { rounding: None, ..terms };
        assert_eq!(plain.uses(&covered, None), Some(worked));
    }

    #[test]
    fn an_hour_outside_business_hours_costs_so_many_times_its_price() {
        let multiplier = Decimal::new(15, 1).try_into().unwrap();
        let terms = AgreementTerms { after_hours_multiplier: Some(multiplier), ..terms() };
        let price = |after_hours| terms.hourly_price(Money::new(9_999, Currency::USD), after_hours);
        assert_eq!(price(true).unwrap().minor, 14_998);
        assert_eq!(price(false).unwrap().minor, 9_999);
    }

    #[test]
    fn notice_is_due_so_many_days_before_the_renewal() {
        assert_eq!(renewal(true).notice_by(), date(2026, 12, 2));
        assert_eq!(Renewal { notice_days: 0, ..renewal(true) }.notice_by(), date(2027, 1, 31));
    }

    #[test]
    fn an_automatic_renewal_comes_again_and_another_does_not() {
        let next = |automatic, day| renewal(automatic).next_renewal(day);
        for automatic in [true, false] {
            assert_eq!(next(automatic, date(2026, 1, 1)), Some(date(2027, 1, 31)));
        }
        assert_eq!(next(true, date(2027, 1, 31)), Some(date(2028, 1, 31)));
        assert_eq!(next(false, date(2027, 1, 31)), None);
    }

    #[test]
    fn terms_read_as_they_are_written() {
        let text = json!({
            "agreement": terms().agreement, "client": terms().client, "frequency": "one_time",
            "afterHoursMultiplier": "1.5",
            "rounding": {"incrementMinutes": 15, "minimumMinutes": 30, "direction": "up"},
            "exclusions": [
                {"by": "service", "value": service(1)}, {"by": "category", "value": "Projects"},
            ],
            "renewal": {"on": "2027-01-31", "automatic": true, "noticeDays": 60, "termMonths": 12},
        });
        let read: AgreementTerms = serde_json::from_value(text.clone()).unwrap();
        assert_eq!(read.renewal, Some(renewal(true)));
        assert_eq!(serde_json::to_value(read).unwrap(), text);
    }

    proptest! {
        #[test]
        fn the_next_renewal_is_the_first_of_them_after_the_day(
            on in day(), term_months in months(), after in day(),
        ) {
            let renewal = Renewal { on, automatic: true, notice_days: 0, term_months };
            let mut all = (0..).map_while(|n| schedule::nth(on, term_months, n));
            prop_assert_eq!(renewal.next_renewal(after), all.find(|day| *day > after));
        }
    }
}
