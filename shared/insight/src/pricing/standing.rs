//! Where a price stands among those of the other clients.

use std::collections::BTreeMap;

use clearmargin_domain::{
    agreement::PricingUnit,
    id::{ClientId, ServiceId},
    metrics::ratio,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    pricing::nearest,
    snapshot::sold::{SoldAgreement, SoldLine},
};

/// How many other clients there have to be: fewer say little.
pub const FEWEST_OTHERS: usize = 5;

/// Where a value stands among those of the other clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Among {
    /// The share of the others' values below it, those equal to it by half, to four decimals.
    pub percentile: Decimal,
    /// The middle one of the others, the lower one of two, in smallest units.
    pub median: i64,
}

/// Of how many other clients a value is known, and where one stands among them if they are enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// How many other clients.
    pub others: usize,
    /// Where; none with fewer than [`FEWEST_OTHERS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub among: Option<Among>,
}

/// One value for each client.
#[derive(Debug, Default)]
pub(super) struct Cohort {
    sorted: Vec<i64>,
}

impl Cohort {
    pub(super) fn of(values: impl IntoIterator<Item = i64>) -> Self {
        let mut sorted: Vec<i64> = values.into_iter().collect();
        sorted.sort_unstable();
        Self { sorted }
    }

    /// Where a client stands with a value, without that which it has among these.
    pub(super) fn place(&self, value: i64, own: Option<i64>) -> Place {
        let others = self.sorted.len() - usize::from(own.is_some());
        let among = (others >= FEWEST_OTHERS).then(|| {
            let count = |than: &dyn Fn(i64) -> bool| {
                let all = self.sorted.partition_point(|other| than(*other));
                all - usize::from(own.is_some_and(than))
            };
            let both = count(&|other| other < value) + count(&|other| other <= value);
            let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
            let percentile = ratio(number(both), number(2 * others)).unwrap_or_default();
            Among { percentile, median: self.middle(own, others) }
        });
        Place { others, among }
    }

    fn middle(&self, own: Option<i64>, others: usize) -> i64 {
        let at = others.saturating_sub(1) / 2;
        let skipped = own.map(|own| self.sorted.partition_point(|other| *other < own));
        let at = at + usize::from(skipped.is_some_and(|skipped| skipped <= at));
        self.sorted.get(at).copied().unwrap_or_default()
    }
}

/// What is sold in the same way: a catalogue entry by the same unit.
pub(super) type Same = (ServiceId, u8);

/// What prices can be for, each by its number.
const UNITS: [PricingUnit; 5] = [
    PricingUnit::User,
    PricingUnit::Device,
    PricingUnit::Hour,
    PricingUnit::Month,
    PricingUnit::Flat,
];

/// The number of what a price is for.
pub(crate) const fn number(unit: PricingUnit) -> u8 {
    match unit {
        PricingUnit::User => 0,
        PricingUnit::Device => 1,
        PricingUnit::Hour => 2,
        PricingUnit::Month => 3,
        PricingUnit::Flat => 4,
    }
}

fn same(line: &SoldLine) -> Option<Same> {
    line.service.map(|service| (service, number(line.unit)))
}

/// What the unit of a line comes to in a month at a price, to the smallest unit.
pub(super) fn monthly_unit(line: &SoldLine, price: i64) -> Option<i64> {
    nearest(price.into(), line.recurs()?.count().into())
}

/// What each client pays for a unit of what is sold in a month, on average over its lines.
#[derive(Debug, Default)]
pub(crate) struct Prices {
    own: BTreeMap<(Same, ClientId), i64>,
    cohorts: BTreeMap<Same, Cohort>,
}

impl Prices {
    pub(crate) fn of(agreements: &[SoldAgreement]) -> Self {
        let mut sums: BTreeMap<(Same, ClientId), (i128, i128)> = BTreeMap::new();
        for agreement in agreements {
            for line in &agreement.lines {
                let price = line.unit_price.and_then(|price| monthly_unit(line, price));
                let (Some(same), Some(price)) = (same(line), price) else { continue };
                let (amount, units) = sums.entry((same, agreement.client)).or_default();
                let quantity = line.hundredths();
                *amount = amount.saturating_add(i128::from(price).saturating_mul(quantity));
                *units = units.saturating_add(quantity);
            }
        }
        let mean = |(key, (amount, units))| Some((key, nearest(amount, units)?));
        let own: BTreeMap<_, i64> = sums.into_iter().filter_map(mean).collect();
        let mut values: BTreeMap<Same, Vec<i64>> = BTreeMap::new();
        for ((same, _), price) in &own {
            values.entry(*same).or_default().push(*price);
        }
        let cohorts = values.into_iter().map(|(same, values)| (same, Cohort::of(values)));
        Self { cohorts: cohorts.collect(), own }
    }

    /// Of how many clients the price of each entry by each unit is known, and the middle one of them, the lower
    /// one of two.
    pub(crate) fn middles(&self) -> impl Iterator<Item = (ServiceId, PricingUnit, usize, i64)> {
        self.cohorts.iter().filter_map(|((service, unit), cohort)| {
            let unit = UNITS.into_iter().find(|it| number(*it) == *unit)?;
            let count = cohort.sorted.len();
            Some((*service, unit, count, cohort.middle(None, count)))
        })
    }

    /// Where a line's price stands among what other clients pay for the same; `None` of a line that is no
    /// catalogue entry, or has no price that recurs.
    pub(super) fn place(&self, client: ClientId, line: &SoldLine) -> Option<Place> {
        let same = same(line)?;
        let value = monthly_unit(line, line.unit_price?)?;
        let own = self.own.get(&(same, client)).copied();
        self.cohorts.get(&same).map(|cohort| cohort.place(value, own))
    }
}
