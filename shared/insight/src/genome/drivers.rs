//! A gross margin as a formula over ratios, and the difference of two of them as a sum over the ratios.

mod sums;

use clearmargin_domain::money::{Currency, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub(super) use self::sums::Sums;
use super::{
    shapley::{of_product, to_the_unit},
    signature::{major, ten_thousandths, thousand},
};
use crate::forecast::whole;

/// What a client's size is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Basis {
    /// Users × months.
    Users,
    /// Endpoints × months.
    Endpoints,
    /// Revenue: then price and effort for one unit cannot be told apart, and there is no price driver.
    Revenue,
}

/// What moves a gross margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Driver {
    /// Size: user-months, endpoint-months, or the revenue. Not between a client and its cohort.
    Volume,
    /// Revenue for one unit of size.
    Price,
    /// The part of the revenue that is products.
    ProductMix,
    /// Product cost for one unit of product revenue.
    ProductCost,
    /// Tickets for one unit of size, or for 1,000 of revenue.
    Tickets,
    /// Hours for one ticket; for one unit of size or 1,000 of revenue where tickets are not known.
    Effort,
    /// The part of the time that has a cost rate: the rest costs something that nobody knows.
    Costed,
    /// Labour cost for one hour that has a rate: who does the work.
    LabourRate,
    /// Cost of products where no product was sold, for one unit of size.
    Bundled,
    /// Labour cost without worked time, for one unit of size.
    OtherLabour,
}

/// The value of each driver; `None` where there is nothing to divide by.
type Ratios = [Option<f64>; 10];

const DRIVERS: [Driver; 10] = [
    Driver::Volume,
    Driver::Price,
    Driver::ProductMix,
    Driver::ProductCost,
    Driver::Tickets,
    Driver::Effort,
    Driver::Costed,
    Driver::LabourRate,
    Driver::Bundled,
    Driver::OtherLabour,
];

/// The gross margin is the sum of these products, each with its sign.
const TERMS: [(f64, &[Driver]); 5] = [
    (1.0, &[Driver::Volume, Driver::Price]),
    (-1.0, &[Driver::Volume, Driver::Price, Driver::ProductMix, Driver::ProductCost]),
    (-1.0, &[Driver::Volume, Driver::Tickets, Driver::Effort, Driver::Costed, Driver::LabourRate]),
    (-1.0, &[Driver::Volume, Driver::Bundled]),
    (-1.0, &[Driver::Volume, Driver::OtherLabour]),
];

/// What a driver does to a margin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// The driver.
    pub driver: Driver,
    /// What it adds; negative where it takes.
    pub amount: Money,
    /// Its value where the difference begins: of the cohort, or of the year before. Money is in the
    /// currency, time in hours. `None` where there is nothing to divide by; then the other value stands in.
    pub from: Option<Decimal>,
    /// Its value where the difference ends: of the client, now.
    pub to: Option<Decimal>,
}

/// The way from one gross margin to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bridge {
    /// What size is counted in.
    pub basis: Basis,
    /// The margin where it begins: what the cohort's ratios would give, or that of the year before.
    pub from: Money,
    /// The margin where it ends: the client's own, now.
    pub to: Money,
    /// `to − from`.
    pub difference: Money,
    /// What makes the difference. They add up to it, to the smallest unit.
    pub parts: Vec<Part>,
}

/// How two margins differ.
#[derive(Debug, Clone, Copy)]
pub(super) struct Between {
    pub basis: Basis,
    pub by_tickets: bool,
    pub currency: Currency,
}

impl Between {
    /// From what another's ratios would give for this one's size, to what it has.
    pub(super) fn cohort_and_client(self, cohort: &Sums, client: &Sums) -> Bridge {
        let ratios = |sums: &Sums| sums.ratios(client.size, self.by_tickets);
        self.bridge(ratios(cohort), ratios(client), None, client.margin())
    }

    /// From what a client had to what it has.
    pub(super) fn then_and_now(self, then: &Sums, now: &Sums) -> Bridge {
        let ratios = |sums: &Sums| sums.ratios(sums.size, self.by_tickets);
        self.bridge(ratios(then), ratios(now), Some(then.margin()), now.margin())
    }

    fn bridge(
        self,
        known_from: Ratios,
        known_to: Ratios,
        begins: Option<i64>,
        ends: i64,
    ) -> Bridge {
        let (from, to) = (filled(&known_from, &known_to), filled(&known_to, &known_from));
        let begins = begins.unwrap_or_else(|| whole(margin(&from)));
        let shown = |driver: &Driver| {
            let at = *driver as usize;
            (known_from[at].is_some() || known_to[at].is_some())
                && !(*driver == Driver::Volume && known_from[at] == known_to[at])
                && !(*driver == Driver::Price && self.basis == Basis::Revenue)
                && !(*driver == Driver::OtherLabour && from[at] == 0.0 && to[at] == 0.0)
        };
        let drivers: Vec<Driver> = DRIVERS.into_iter().filter(shown).collect();
        let added = shares(&from, &to);
        let parts: Vec<f64> = drivers.iter().map(|driver| added[*driver as usize]).collect();
        let difference = ends.saturating_sub(begins);
        let money = |minor| Money::new(minor, self.currency);
        let part = |(driver, minor): (Driver, i64)| {
            let at = driver as usize;
            let value = |known: Option<f64>| known.map(|value| self.shown(driver, value));
            let (from, to) = (value(known_from[at]), value(known_to[at]));
            Part { driver, amount: money(minor), from, to }
        };
        let whole_parts = to_the_unit(&parts, difference);
        Bridge {
            basis: self.basis,
            from: money(begins),
            to: money(ends),
            difference: money(difference),
            parts: drivers.into_iter().zip(whole_parts).map(part).collect(),
        }
    }

    /// A driver's value as it is shown.
    fn shown(self, driver: Driver, value: f64) -> Decimal {
        let by_revenue = self.basis == Basis::Revenue;
        let major = major(self.currency);
        let each = if by_revenue { thousand(self.currency) } else { 1.0 };
        ten_thousandths(match driver {
            Driver::Volume if by_revenue => value / major,
            Driver::Volume | Driver::ProductMix | Driver::ProductCost | Driver::Costed => value,
            Driver::Tickets => value * each,
            Driver::Effort if self.by_tickets => value / 3_600.0,
            Driver::Effort => value * each / 3_600.0,
            Driver::LabourRate => value * 3_600.0 / major,
            // A part of 1 of revenue, or money for one unit.
            Driver::Bundled | Driver::OtherLabour if by_revenue => value,
            Driver::Price | Driver::Bundled | Driver::OtherLabour => value / major,
        })
    }
}

/// The ratios of one, with the other's where it has none: what one of both lacks makes no difference
/// between them. Tickets that nobody counted are one for each unit of size.
fn filled(one: &Ratios, other: &Ratios) -> [f64; 10] {
    let neither = |at| if at == Driver::Tickets as usize { 1.0 } else { 0.0 };
    std::array::from_fn(|at| one[at].or(other[at]).unwrap_or_else(|| neither(at)))
}

/// The margin that ratios give.
fn margin(ratios: &[f64; 10]) -> f64 {
    let term = |(sign, factors): &(f64, &[Driver])| {
        sign * factors.iter().map(|driver| ratios[*driver as usize]).product::<f64>()
    };
    TERMS.iter().map(term).sum()
}

/// What each driver adds. The Shapley value of a sum is the sum of those of its terms, and a factor
/// that a term lacks has none of it, so each term is looked at by itself.
fn shares(from: &[f64; 10], to: &[f64; 10]) -> [f64; 10] {
    let mut added = [0.0; 10];
    for (sign, factors) in &TERMS {
        let of = |ratios: &[f64; 10]| -> Vec<f64> {
            factors.iter().map(|driver| ratios[*driver as usize]).collect()
        };
        for (driver, share) in factors.iter().zip(of_product(&of(from), &of(to))) {
            added[*driver as usize] += sign * share;
        }
    }
    added
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clearmargin_domain::period::{Month, Period};
    use proptest::prelude::*;

    use super::*;
    use crate::genome::figures::{MonthFigures, Window};

    fn sums(figures: MonthFigures, basis: Basis, by_tickets: bool) -> Option<Sums> {
        let period = Period::new(Month::FIRST, Month::FIRST, 1).unwrap();
        let history = BTreeMap::from([(Month::FIRST, figures)]);
        Sums::of(&Window::of(&history, period), basis, by_tickets)
    }

    fn any_figures() -> impl Strategy<Value = MonthFigures> {
        let money = || prop_oneof![-500_000_i64..2_000_000, Just(0)];
        let seconds = || prop_oneof![-1_000_i64..400_000, Just(0)];
        (money(), money(), money(), money(), seconds(), seconds(), 1_i64..300).prop_map(
            |(service, product, labour, cost, worked, uncosted, count)| MonthFigures {
                service_revenue_minor: service,
                product_revenue_minor: product,
                labour_cost_minor: labour,
                product_cost_minor: cost,
                worked_seconds: worked,
                uncosted_seconds: uncosted,
                tickets: Some(count),
                users: Some(count * 2),
                ..MonthFigures::default()
            },
        )
    }

    proptest! {
        /// So what is rounded to the cent hides nothing that the formula lacks.
        #[test]
        fn the_formula_gives_the_margin_and_shares_its_difference(
            one in any_figures(), two in any_figures(), by_tickets in any::<bool>(),
        ) {
            for basis in [Basis::Users, Basis::Revenue] {
                let sums = |figures| sums(figures, basis, by_tickets);
                let (Some(one), Some(two)) = (sums(one), sums(two)) else { continue };
                let known = [&one, &two].map(|sums| sums.ratios(sums.size, by_tickets));
                let from = filled(&known[0], &known[1]);
                let to = filled(&known[1], &known[0]);
                prop_assert!((margin(&from) - one.margin() as f64).abs() < 1e-3);
                prop_assert!((margin(&to) - two.margin() as f64).abs() < 1e-3);
                let shared: f64 = shares(&from, &to).iter().sum();
                prop_assert!((shared - (margin(&to) - margin(&from))).abs() < 1e-3);
            }
        }
    }
}
