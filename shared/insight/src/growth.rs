//! White space: what a client does not have that the clients most like it have, and what that would bring.
//!
//! Shares and amounts are exact fractions, rounded once; only the bands of shares are computed in
//! floating point. `docs/growth.md` has the definitions.

mod alike;
mod held_out;
mod market;
#[cfg(test)]
mod tests;

use std::{cmp::Reverse, collections::BTreeMap};

use clearmargin_domain::id::{ClientId, ServiceId};
use serde::{Deserialize, Serialize};

pub use alike::{NEAREST, REACH};
pub use held_out::{FEWEST_CASES, FIRST, HeldOut, Tally};
pub use market::FEWEST_OWNERS;

use crate::{beta, pricing::nearest, snapshot::Snapshot};
use alike::Alike;
use market::Market;

/// The version of the definitions.
pub const MODEL: &str = "growth/1";
/// How many clients there have to be that can be compared.
pub const FEWEST_CLIENTS: usize = 6;
/// As how many look-alikes the share among all other clients counts.
pub const PRIOR: usize = 5;
/// How many are told of a client at most.
pub const MOST_EACH: usize = 5;
/// The level of the bands of shares, in per cent.
pub const BAND_LEVEL: u8 = 80;
/// The decimals of shares.
pub const SHARE_DECIMALS: u32 = 6;
const SHARE_UNIT: i128 = 1_000_000;

/// What clients could have. Amounts are in smallest units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Growth {
    /// How many clients can be compared: they are active, have something that recurs, and revenue.
    pub compared: usize,
    /// How many active clients cannot.
    pub left_out: usize,
    /// How many catalogue entries enough clients have.
    pub services: usize,
    /// What was found; none where too few clients can be compared.
    pub found: Option<Found>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// What clients could have: the most expected comes first.
    pub chances: Vec<Chance>,
    /// How well what clients have is found again when it is hidden; none with too few of them.
    pub held_out: Option<HeldOut>,
    /// How many cases there are for that.
    pub cases: usize,
}

/// Something that a client does not have and its like have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Chance {
    /// The client.
    pub client: ClientId,
    /// What it does not have.
    pub service: ServiceId,
    /// How many of its look-alikes have it.
    pub with: usize,
    /// Of how many.
    pub alike: usize,
    /// How many of all other clients have it.
    pub everybody_with: usize,
    /// Of how many.
    pub everybody: usize,
    /// The share of its like that has it, drawn towards that of everybody, in millionths.
    pub share: i64,
    /// The band of that share.
    pub band: (i64, i64),
    /// What it would pay in a month.
    pub monthly: i64,
    /// Share × what it would pay × 12.
    pub expected: i64,
}

/// What is expected of some chances, by what they are summed over.
pub fn sums<K: Ord>(chances: &[Chance], of: impl Fn(&Chance) -> K) -> BTreeMap<K, (usize, i64)> {
    let mut sums: BTreeMap<K, (usize, i64)> = BTreeMap::new();
    for chance in chances {
        let (count, expected) = sums.entry(of(chance)).or_default();
        *count += 1;
        *expected = expected.saturating_add(chance.expected);
    }
    sums
}

/// What the clients of a snapshot could have.
pub fn of_snapshot(snapshot: &Snapshot) -> Growth {
    let market = Market::of(snapshot);
    let active = snapshot.clients.values().filter(|client| client.active).count();
    let compared = market.clients.len();
    Growth {
        compared,
        left_out: active.saturating_sub(compared),
        services: market.services.len(),
        found: (compared >= FEWEST_CLIENTS).then(|| found(&market)),
    }
}

fn found(market: &Market) -> Found {
    let mut bands = BTreeMap::new();
    let mut chances = Vec::new();
    for at in 0..market.clients.len() {
        chances.extend(of_client(market, at, &mut bands));
    }
    chances.sort_by_key(|it: &Chance| (Reverse(it.expected), it.client, it.service));
    let (held_out, cases) = held_out::test(market);
    Found { chances, held_out, cases }
}

type Bands = BTreeMap<Counted, (i64, i64)>;

fn of_client(market: &Market, at: usize, bands: &mut Bands) -> Vec<Chance> {
    let Some(client) = market.clients.get(at) else { return Vec::new() };
    let alike = Alike::of(market, at, &client.has);
    let mut chances = Vec::new();
    for (number, service) in market.services.iter().enumerate() {
        if client.has.contains(number) || !service.sold {
            continue;
        }
        let counted = Counted::of(market, &alike, number, service.owners());
        let Some(monthly) = service.price_for(client.size).filter(|_| counted.with != 0) else {
            continue;
        };
        let Some((share, expected)) = counted.share().zip(counted.expected(monthly)) else {
            continue;
        };
        chances.push(Chance {
            client: client.id,
            service: service.id,
            with: counted.with,
            alike: counted.alike,
            everybody_with: counted.everybody_with,
            everybody: counted.everybody,
            share,
            band: *bands.entry(counted).or_insert_with(|| counted.band()),
            monthly,
            expected,
        });
    }
    chances.sort_by_key(|it| (Reverse(it.expected), it.service));
    chances.truncate(MOST_EACH);
    chances
}

/// Who has something, among look-alikes and among everybody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Counted {
    with: usize,
    alike: usize,
    everybody_with: usize,
    everybody: usize,
}

impl Counted {
    /// Who has a service, apart from the client, of whom `everybody_with` do.
    fn of(market: &Market, alike: &Alike<'_>, service: usize, everybody_with: usize) -> Self {
        let (with, alike) = alike.with(service);
        Self { with, alike, everybody_with, everybody: market.clients.len().saturating_sub(1) }
    }

    /// The share as a fraction: (with + [`PRIOR`] × p) ÷ (alike + [`PRIOR`]), where p is (1 + how many of
    /// everybody have it) ÷ (2 + how many they are), so that it is neither nobody nor all.
    fn fraction(&self) -> (i128, i128) {
        let number = |count: usize| i128::try_from(count).unwrap_or(i128::MAX);
        let (has, all) = (number(self.everybody_with) + 1, number(self.everybody) + 2);
        let prior = number(PRIOR);
        (number(self.with) * all + prior * has, all * (number(self.alike) + prior))
    }

    fn share(&self) -> Option<i64> {
        let (above, below) = self.fraction();
        nearest(above.checked_mul(SHARE_UNIT)?, below)
    }

    /// Share × a monthly amount × 12, rounded once, half to even.
    fn expected(&self, monthly: i64) -> Option<i64> {
        let (above, below) = self.fraction();
        nearest(above.checked_mul(12)?.checked_mul(monthly.into())?, below)
    }

    /// The middle [`BAND_LEVEL`] per cent of the beta distribution with that mean and the weight of look-alikes
    /// and prior together.
    fn band(&self) -> (i64, i64) {
        beta::band(self.fraction(), self.alike + PRIOR, BAND_LEVEL)
    }
}
