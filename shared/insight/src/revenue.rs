//! How revenue goes on: of the organisation, and of each client so that they make it up.
//!
//! The organisation's forecast is the one with a backtest. It is divided among the clients, and what
//! belongs to none, in proportion to what each of their own forecasts says ("forecast proportions":
//! Athanasopoulos, Ahmed, Hyndman: "Hierarchical forecasts for Australian domestic tourism", 2009),
//! by largest remainder, so the parts sum to the cent.

mod scenario;

use std::collections::BTreeMap;

use clearmargin_domain::{billing::apportion, id::ClientId, period::Month, rollup::Measures};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    forecast::{self, Backtest, NotEnough, Rhythm, Series, whole},
    snapshot::{Client, Snapshot},
};

pub use scenario::{Expected, ExpectedMonth, Hire, Leaving, Rise, Scenario};

/// The version of the model.
pub const MODEL: &str = "revenue/2";
/// A client that brought nothing for so many months, and is contracted for nothing, brings nothing.
const SILENT_MONTHS: i32 = 3;

/// How revenue goes on. Amounts are in smallest units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevenueOutlook {
    /// The months ahead, the current one first.
    pub months: Vec<Month>,
    /// The organisation, or why there is no forecast.
    pub outcome: Result<Organization, NoOutlook>,
    /// What is contracted at the end of each month.
    pub contracted: Vec<i64>,
}

/// Why there is no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "why")]
pub enum NoOutlook {
    /// Too few months are over since the first with a document.
    NotEnough {
        /// How many are.
        have: usize,
        /// How many are needed.
        needed: usize,
    },
    /// A month's revenue is beyond what can be worked with.
    OutOfRange,
}

/// The organisation's forecast and its parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Everything together.
    pub total: Course,
    /// How far the same methods were off on its own past.
    pub tested: Tested,
    /// How many months it rests on.
    pub used: usize,
    /// Each client.
    pub clients: BTreeMap<ClientId, ClientCourse>,
    /// What belongs to no client. With the clients it makes up the total, month by month.
    pub nobody: Vec<i64>,
}

/// What is expected of each month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Course {
    /// The most likely amount.
    pub expected: Vec<i64>,
    /// For each of [`forecast::LEVELS`] the lower and the upper end, month by month.
    pub bands: [Vec<(i64, i64)>; 3],
}

/// How a client goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientCourse {
    /// What its share of the organisation's forecast is.
    #[serde(flatten)]
    pub course: Course,
    /// How that was found.
    pub basis: Basis,
    /// How many months it rests on.
    pub used: usize,
    /// What is contracted at the end of each month.
    pub contracted: Vec<i64>,
}

/// What a client's share rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Basis {
    /// A forecast of its own months.
    Forecast,
    /// The mean of the few months that it has; its bands are as wide as that is uncertain.
    MeanOfFew,
    /// It brought nothing lately, and nothing is contracted.
    Silent,
}

impl Basis {
    /// The name of every basis.
    pub const NAMES: [&'static str; 3] = ["forecast", "mean_of_few", "silent"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [forecast, few, silent] = Self::NAMES;
        match self {
            Self::Forecast => forecast,
            Self::MeanOfFew => few,
            Self::Silent => silent,
        }
    }
}

/// A backtest, in numbers that can be kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tested {
    /// How many origins.
    pub origins: usize,
    /// How many values were forecast, over all origins.
    pub values: usize,
    /// The mean absolute error, in smallest units.
    pub error: i64,
    /// That of the same month a year before.
    pub naive_error: i64,
    /// The share of values within each band.
    pub coverage: [Decimal; 3],
}

impl From<&Backtest> for Tested {
    fn from(test: &Backtest) -> Self {
        Self {
            origins: test.origins,
            values: test.tested,
            error: whole(test.own.mae),
            naive_error: whole(test.naive.mae),
            coverage: test.coverage.map(forecast::thousandths),
        }
    }
}

/// How revenue goes on over the months that a snapshot looks ahead.
pub fn outlook(snapshot: &Snapshot) -> RevenueOutlook {
    let months: Vec<Month> = snapshot.ahead().collect();
    let of = |client: &Client| contracted(client, &months);
    let mut promised = vec![0_i64; months.len()];
    for client in snapshot.clients.values() {
        promised
            .iter_mut()
            .zip(of(client))
            .for_each(|(sum, minor)| *sum = sum.saturating_add(minor));
    }
    RevenueOutlook { outcome: organization(snapshot, &months), contracted: promised, months }
}

fn contracted(client: &Client, months: &[Month]) -> Vec<i64> {
    let at = |month: &Month| client.contracted.get(month).copied().unwrap_or_default();
    months.iter().map(at).collect()
}

fn organization(snapshot: &Snapshot, months: &[Month]) -> Result<Organization, NoOutlook> {
    let amounts = history(&snapshot.organization, snapshot, |sums| sums.invoices != 0);
    let series = series(&amounts)?;
    let forecast = forecast::forecast(&series, months.len()).map_err(not_enough)?;
    let total = Course::of(&forecast.steps);
    let clients: Vec<_> = snapshot.clients.iter().collect();
    let mut own = Vec::with_capacity(clients.len());
    for (_, client) in &clients {
        own.push(alone(client, snapshot, months)?);
    }
    let nobody = of_nobody(snapshot, months.len());
    let mut shares = vec![Vec::with_capacity(months.len()); clients.len() + 1];
    for (at, expected) in total.expected.iter().enumerate() {
        let says =
            |course: &Alone| course.course.expected.get(at).copied().unwrap_or_default().max(0);
        let weights: Vec<i64> = [nobody].into_iter().chain(own.iter().map(says)).collect();
        let parts = apportion(*expected, &weights);
        shares.iter_mut().zip(parts).for_each(|(share, part)| share.push(part));
    }
    let mut shares = shares.into_iter();
    let nobody = shares.next().unwrap_or_default();
    let together = clients.into_iter().zip(own).zip(shares);
    let clients = together.map(|(((id, client), own), share)| {
        let contracted = contracted(client, months);
        let course = own.course.moved_to(share);
        (*id, ClientCourse { course, basis: own.basis, used: own.used, contracted })
    });
    Ok(Organization {
        total,
        tested: Tested::from(&forecast.backtest),
        used: forecast.used,
        clients: clients.collect(),
        nobody,
    })
}

/// What a client would go on to if nobody else were there.
struct Alone {
    course: Course,
    basis: Basis,
    used: usize,
}

fn alone(client: &Client, snapshot: &Snapshot, months: &[Month]) -> Result<Alone, NoOutlook> {
    let amounts = history(&client.months, snapshot, |sums| sums.revenue_minor() != 0);
    let used = amounts.len();
    let lately = snapshot.period.to().plus(1 - SILENT_MONTHS);
    let silent = client.months.range(lately..).all(|(_, sums)| sums.revenue_minor() == 0);
    let promised = client.contracted.values().any(|minor| *minor != 0);
    if amounts.is_empty() || (silent && !promised) {
        return Ok(Alone { course: Course::flat(0, 0, months.len()), basis: Basis::Silent, used });
    }
    let series = series(&amounts)?;
    if used < Rhythm::Monthly.needed() {
        let (mean, spread) = mean_and_spread(&amounts);
        let course = Course::flat(mean, spread, months.len());
        return Ok(Alone { course, basis: Basis::MeanOfFew, used });
    }
    let steps = forecast::steps(&series, months.len());
    Ok(Alone { course: Course::of(&steps), basis: Basis::Forecast, used })
}

/// The revenue of each month from the first that counts to the last that is over; months without
/// anything in between are months without revenue.
fn history(
    months: &BTreeMap<Month, Measures>,
    snapshot: &Snapshot,
    counts: impl Fn(&Measures) -> bool,
) -> Vec<i64> {
    let first = months.iter().find(|(_, sums)| counts(sums)).map(|(month, _)| *month);
    let all = snapshot.period.months().skip_while(|month| first.is_none_or(|first| *month < first));
    all.map(|month| months.get(&month).map_or(0, |sums| sums.revenue_minor())).collect()
}

/// What belongs to no client came to in a month of the last year, on average: as much is expected of
/// each month. What is credited to nobody counts for nothing.
fn of_nobody(snapshot: &Snapshot, months: usize) -> i64 {
    let last: Vec<Month> = snapshot.period.months().collect();
    let last = last.iter().rev().take(months.max(1));
    let (mut sum, mut count) = (0_i64, 0_i64);
    for month in last {
        let all = snapshot.organization.get(month).map_or(0, |sums| sums.revenue_minor());
        let of_clients: i64 = snapshot
            .clients
            .values()
            .filter_map(|client| client.months.get(month))
            .map(|sums| sums.revenue_minor())
            .sum();
        sum = sum.saturating_add(all.saturating_sub(of_clients));
        count += 1;
    }
    sum.checked_div(count).unwrap_or_default().max(0)
}

/// The mean of a few amounts and the mean distance from it, or half the mean where that is larger: of
/// one month nothing is known.
fn mean_and_spread(amounts: &[i64]) -> (i64, i64) {
    let count = i64::try_from(amounts.len()).unwrap_or(i64::MAX).max(1);
    let mean = amounts.iter().fold(0_i64, |sum, minor| sum.saturating_add(*minor)) / count;
    let away = amounts.iter().fold(0_i64, |sum, minor| {
        sum.saturating_add(minor.abs_diff(mean).try_into().unwrap_or(i64::MAX))
    });
    (mean, (away / count).max(mean.abs() / 2))
}

fn series(amounts: &[i64]) -> Result<Series, NoOutlook> {
    Series::of_minor(Rhythm::Monthly, amounts).map_err(|_| NoOutlook::OutOfRange)
}

fn not_enough(NotEnough { have, needed }: NotEnough) -> NoOutlook {
    NoOutlook::NotEnough { have, needed }
}

impl Course {
    fn of(steps: &[forecast::Step]) -> Self {
        let band = |level: usize| {
            let ends = steps.iter().filter_map(|step| step.bands.get(level));
            ends.map(|band| (whole(band.low), whole(band.high))).collect()
        };
        Self {
            expected: steps.iter().map(|step| whole(step.point)).collect(),
            bands: [band(0), band(1), band(2)],
        }
    }

    /// The same amount each month; the bands of the levels are once, twice and three times as far away.
    fn flat(minor: i64, spread: i64, months: usize) -> Self {
        let floor = if minor >= 0 { 0 } else { i64::MIN };
        let band = |times: i64| {
            let half = spread.saturating_mul(times);
            vec![(minor.saturating_sub(half).max(floor), minor.saturating_add(half)); months]
        };
        Self { expected: vec![minor; months], bands: [band(1), band(2), band(3)] }
    }

    /// The same bands around other amounts: what was never below zero stays there.
    fn moved_to(self, expected: Vec<i64>) -> Self {
        let moved = |band: Vec<(i64, i64)>| {
            let places = band.into_iter().zip(&self.expected).zip(&expected);
            places
                .map(|(((low, high), was), is)| {
                    let by = is.saturating_sub(*was);
                    let floor = if low >= 0 { 0 } else { i64::MIN };
                    (low.saturating_add(by).max(floor).min(*is), high.saturating_add(by))
                })
                .collect()
        };
        let bands = self.bands.clone().map(moved);
        Self { expected, bands }
    }
}

#[cfg(test)]
mod tests;
