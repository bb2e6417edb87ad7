//! What an hour of work costs the organisation, from when on.

mod preview;
mod scope;

use std::collections::HashMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    id::{CostRateId, OrgId, TechnicianId},
    labour::WorkedTime,
    money::{Money, MoneyError},
    time_entry::LabourCost,
};

pub use preview::{CostMove, Preview, PreviewError, preview};
pub use scope::{Scope, ScopeError};

/// A labour cost rate: in force from a day until the next rate of the same scope. It is for a
/// technician, for a role, or for whoever has no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CostRate {
    /// Our id, derived from scope and first day: one rate per scope and day.
    pub id: CostRateId,
    /// The technician that it is for; none for a role's or the organisation's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technician: Option<TechnicianId>,
    /// The role that it is for, as it was typed; never beside a technician.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Cost of an hour, burden included.
    pub hourly: Money,
    /// The first day it applies.
    pub effective_from: Date,
}

impl CostRate {
    /// The id of the rate of a scope from a day on.
    pub fn id_of(org: OrgId, scope: &Scope, effective_from: Date) -> CostRateId {
        let (org, scope, day) = (org.to_string(), scope.to_string(), effective_from.to_string());
        CostRateId::derived(&[&org, &scope, &day])
    }

    /// Whom it is for.
    pub fn scope(&self) -> Scope {
        match (self.technician, &self.role) {
            (Some(technician), _) => Scope::Technician(technician),
            (None, Some(role)) => Scope::role(role),
            (None, None) => Scope::Default,
        }
    }
}

/// All rates of an organisation, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct RateCard {
    /// The rates of each scope, by their days.
    rates: HashMap<Scope, Vec<CostRate>>,
}

impl RateCard {
    /// A card of these rates.
    pub fn new(mut rates: Vec<CostRate>) -> Self {
        rates.sort_by_key(|rate| rate.effective_from);
        let mut card = Self::default();
        for rate in rates {
            card.rates.entry(rate.scope()).or_default().push(rate);
        }
        card
    }

    /// The rate for a technician of a role on a day: the technician's own, else the role's, else
    /// the organisation's default; of each the latest in force. `None`: the hour is uncosted.
    pub fn rate(
        &self,
        technician: TechnicianId,
        role: Option<&str>,
        day: Date,
    ) -> Option<&CostRate> {
        self.latest(&Scope::Technician(technician), day)
            .or_else(|| self.latest(&Scope::role(role?), day))
            .or_else(|| self.latest(&Scope::Default, day))
    }

    fn latest(&self, scope: &Scope, day: Date) -> Option<&CostRate> {
        self.rates.get(scope)?.iter().rfind(|rate| rate.effective_from <= day)
    }

    /// What time worked by a technician of a role on a day cost; `None`: uncosted.
    pub fn cost(
        &self,
        technician: TechnicianId,
        role: Option<&str>,
        day: Date,
        worked: WorkedTime,
    ) -> Result<Option<LabourCost>, MoneyError> {
        let cost =
            |rate: &CostRate| Ok(LabourCost { rate: rate.id, cost: worked.at(rate.hourly)? });
        self.rate(technician, role, day).map(cost).transpose()
    }

    /// The rates of this card that the other one does not have, or not the same.
    fn not_in<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a CostRate> {
        self.rates.iter().flat_map(|(scope, rates)| {
            let others = other.rates.get(scope).map_or(&[][..], Vec::as_slice);
            rates.iter().filter(|rate| !others.contains(rate))
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};
    use serde_json::json;

    use super::*;
    use crate::money::Currency;

    fn technician(n: u128) -> TechnicianId {
        TechnicianId::new(Timestamp::UNIX_EPOCH, n)
    }

    fn default_rate(minor: i64, effective_from: Date) -> CostRate {
        let id = CostRateId::new(Timestamp::UNIX_EPOCH, u128::try_from(minor).unwrap());
        let hourly = Money::new(minor, Currency::USD);
        CostRate { id, technician: None, role: None, hourly, effective_from }
    }

    fn own_rate(technician: TechnicianId, minor: i64, effective_from: Date) -> CostRate {
        CostRate { technician: Some(technician), ..default_rate(minor, effective_from) }
    }

    fn role_rate(role: &str, minor: i64, effective_from: Date) -> CostRate {
        CostRate { role: Some(role.to_owned()), ..default_rate(minor, effective_from) }
    }

    #[test]
    fn the_own_rate_in_force_wins_over_the_default_and_before_the_first_there_is_none() {
        let ana = technician(1);
        let card = RateCard::new(vec![
            own_rate(ana, 5_000, date(2026, 3, 16)),
            default_rate(3_000, date(2026, 1, 1)),
            own_rate(ana, 4_000, date(2026, 2, 1)),
        ]);
        let minor = |who, day| card.rate(who, None, day).map(|rate| rate.hourly.minor);
        assert_eq!(minor(ana, date(2025, 12, 31)), None);
        assert_eq!(minor(ana, date(2026, 1, 31)), Some(3_000));
        assert_eq!(minor(ana, date(2026, 3, 15)), Some(4_000));
        assert_eq!(minor(ana, date(2026, 3, 16)), Some(5_000));
        assert_eq!(minor(technician(2), date(2026, 3, 16)), Some(3_000));
    }

    #[test]
    fn the_roles_rate_stands_between_the_own_one_and_the_default() {
        let (ana, ben) = (technician(1), technician(2));
        let card = RateCard::new(vec![
            own_rate(ana, 5_000, date(2026, 3, 1)),
            role_rate("Engineer", 4_000, date(2026, 2, 1)),
            default_rate(3_000, date(2026, 1, 1)),
        ]);
        let minor = |who, role, day| card.rate(who, role, day).map(|rate| rate.hourly.minor);
        let (february, march) = (date(2026, 2, 1), date(2026, 3, 1));
        assert_eq!(minor(ana, Some("Engineer"), march), Some(5_000));
        assert_eq!(minor(ana, Some("Engineer"), february), Some(4_000));
        assert_eq!(minor(ben, Some("Engineer"), date(2026, 1, 31)), Some(3_000));
        assert_eq!(minor(ben, Some("Dispatcher"), march), Some(3_000));
        assert_eq!(minor(ben, None, march), Some(3_000));
    }

    #[test]
    fn a_role_is_the_same_however_it_is_typed() {
        let card = RateCard::new(vec![
            role_rate(" Senior Engineer ", 4_000, date(2026, 1, 1)),
            role_rate("senior engineer", 4_500, date(2026, 2, 1)),
        ]);
        let minor =
            |day| card.rate(technician(1), Some("SENIOR ENGINEER"), day).unwrap().hourly.minor;
        assert_eq!([minor(date(2026, 1, 31)), minor(date(2026, 2, 1))], [4_000, 4_500]);
    }

    #[test]
    fn rates_written_before_there_were_roles_still_read() {
        let rate = own_rate(technician(1), 4_000, date(2026, 1, 1));
        let text = json!({
            "id": rate.id, "technician": technician(1), "effectiveFrom": "2026-01-01",
            "hourly": {"minor": 4_000, "currency": "USD"},
        });
        assert_eq!(serde_json::to_value(&rate).unwrap(), text);
        assert_eq!(serde_json::from_value::<CostRate>(text).unwrap(), rate);
    }
}
