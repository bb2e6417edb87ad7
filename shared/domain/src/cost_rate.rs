//! What an hour of work costs the organisation, from when on.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    id::{CostRateId, TechnicianId},
    labour::WorkedTime,
    money::{Money, MoneyError},
    time_entry::LabourCost,
};

/// A labour cost rate: in force from a day until the next rate of the same scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CostRate {
    /// Our id, derived from scope and first day: one rate per scope and day.
    pub id: CostRateId,
    /// Whom it is for; none for the organisation's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technician: Option<TechnicianId>,
    /// Cost of an hour, burden included.
    pub hourly: Money,
    /// The first day it applies.
    pub effective_from: Date,
}

/// All rates of an organisation, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct RateCard {
    rates: Vec<CostRate>,
}

impl RateCard {
    /// A card of these rates.
    pub fn new(mut rates: Vec<CostRate>) -> Self {
        rates.sort_by_key(|rate| rate.effective_from);
        Self { rates }
    }

    /// The rate for a technician on a day: the technician's own, else the organisation's default;
    /// of each the latest in force. `None`: the hour is uncosted.
    pub fn rate(&self, technician: TechnicianId, day: Date) -> Option<&CostRate> {
        let latest = |scope: Option<TechnicianId>| {
            let in_force =
                |rate: &&CostRate| rate.technician == scope && rate.effective_from <= day;
            self.rates.iter().rfind(in_force)
        };
        latest(Some(technician)).or_else(|| latest(None))
    }

    /// What time worked by a technician on a day cost; `None`: uncosted.
    pub fn cost(
        &self,
        technician: TechnicianId,
        day: Date,
        worked: WorkedTime,
    ) -> Result<Option<LabourCost>, MoneyError> {
        let cost =
            |rate: &CostRate| Ok(LabourCost { rate: rate.id, cost: worked.at(rate.hourly)? });
        self.rate(technician, day).map(cost).transpose()
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};

    use super::*;
    use crate::money::Currency;

    fn technician(n: u128) -> TechnicianId {
        TechnicianId::new(Timestamp::UNIX_EPOCH, n)
    }

    fn rate(technician: Option<TechnicianId>, minor: i64, effective_from: Date) -> CostRate {
        let id = CostRateId::new(Timestamp::UNIX_EPOCH, u128::try_from(minor).unwrap());
        CostRate { id, technician, hourly: Money::new(minor, Currency::USD), effective_from }
    }

    #[test]
    fn the_own_rate_in_force_wins_over_the_default_and_before_the_first_there_is_none() {
        let ana = technician(1);
        let card = RateCard::new(vec![
            rate(Some(ana), 5_000, date(2026, 3, 16)),
            rate(None, 3_000, date(2026, 1, 1)),
            rate(Some(ana), 4_000, date(2026, 2, 1)),
        ]);
        let minor = |who, day| card.rate(who, day).map(|rate| rate.hourly.minor);
        assert_eq!(minor(ana, date(2025, 12, 31)), None);
        assert_eq!(minor(ana, date(2026, 1, 31)), Some(3_000));
        assert_eq!(minor(ana, date(2026, 3, 15)), Some(4_000));
        assert_eq!(minor(ana, date(2026, 3, 16)), Some(5_000));
        assert_eq!(minor(technician(2), date(2026, 3, 16)), Some(3_000));
    }
}
