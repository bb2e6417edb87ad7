//! What is compared with the market: the organisation's own figures, and what its clients pay for what it sells.
//!
//! A figure of a month is that of the twelve months that end with it. What is not known says why, and is never
//! told as nothing. `docs/market.md` has the definitions.

mod figures;
mod published;
#[cfg(test)]
mod tests;
mod trend;

use std::collections::BTreeMap;

use clearmargin_domain::{
    agreement::PricingUnit,
    id::ServiceId,
    market::{Metric, Share, SizeBand},
    money::Currency,
    period::Month,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use figures::{MONTHS, NoFigure};
pub use published::{Published, published};
pub use trend::{Ahead, FEWEST_POINTS, MONTHS_AHEAD, NoTrend, Trend, trend};

use crate::{pricing::Prices, snapshot::Snapshot};

/// The version of the definitions.
pub const MODEL: &str = "market/2";
/// Of how many months figures are kept at most.
pub const HISTORY: usize = 36;

/// A metric's value, or why there is none.
pub type Figure = Result<Decimal, NoFigure>;

/// What is compared with the market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Market {
    /// The month that is over.
    pub month: Month,
    /// How many active clients there are.
    pub clients: usize,
    /// Each metric of the months that end with it. Money is in the currency's major unit.
    pub figures: BTreeMap<Metric, Figure>,
    /// What is known of each of the months up to it, the earliest first, at most [`HISTORY`]: of each that has
    /// twelve months with anything to say.
    pub course: BTreeMap<Month, BTreeMap<Metric, Decimal>>,
    /// What own clients pay, by catalogue entry and unit.
    pub prices: Vec<OwnPrice>,
}

/// What own clients pay for a unit of something in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnPrice {
    /// The catalogue entry.
    pub service: ServiceId,
    /// What the price is for.
    pub unit: PricingUnit,
    /// How many clients pay for it.
    pub clients: usize,
    /// The middle one of what each pays on average over its lines, the lower one of two, in smallest units.
    pub median: i64,
}

impl Market {
    /// What the organisation gives of the month, as coarse as that is.
    pub fn share(&self, currency: Currency) -> Share {
        let coarse = |(metric, figure): (&Metric, &Figure)| {
            let value = figure.as_ref().ok().and_then(|value| metric.coarse(*value))?;
            Some((*metric, value))
        };
        Share {
            month: self.month,
            size: SizeBand::of(self.clients),
            currency,
            values: self.figures.iter().filter_map(coarse).collect(),
        }
    }
}

/// What of a snapshot is compared with the market.
pub fn of_snapshot(snapshot: &Snapshot) -> Market {
    let middles = Prices::of(&snapshot.sold.agreements);
    let price = |(service, unit, clients, median)| OwnPrice { service, unit, clients, median };
    Market {
        month: snapshot.period.to(),
        clients: snapshot.clients.values().filter(|client| client.active).count(),
        figures: figures::of(snapshot, snapshot.period.to()),
        course: course(snapshot),
        prices: middles.middles().map(price).collect(),
    }
}

fn course(snapshot: &Snapshot) -> BTreeMap<Month, BTreeMap<Metric, Decimal>> {
    let months: Vec<_> = snapshot.period.months().collect();
    let last = months.into_iter().rev().take(HISTORY);
    let of = |month| {
        let figures = figures::of(snapshot, month).into_iter();
        let known = figures.filter_map(|(metric, figure)| Some((metric, figure.ok()?)));
        (month, known.collect::<BTreeMap<_, _>>())
    };
    last.map(of).filter(|(_, known)| !known.is_empty()).collect()
}
