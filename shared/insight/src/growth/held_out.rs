//! How well what clients have is found again when it is hidden from them.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::{Counted, alike::Alike, market::Market};

/// Among how many of the first it has to be.
pub const FIRST: usize = 5;
/// How many have to be hidden, one by one, to say anything.
pub const FEWEST_CASES: usize = 20;
/// How many are at most.
const MOST_CASES: usize = 200;

/// How well hidden services were found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldOut {
    /// How many were hidden, each by itself.
    pub hidden: usize,
    /// By what look-alikes have.
    pub alike: Tally,
    /// By how many clients have it: the baseline.
    pub popular: Tally,
}

/// How often it was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// How often it was among the [`FIRST`].
    pub found: usize,
    /// Σ 1 ÷ its place, in millionths: of one that is to be found that is the average precision.
    pub precision: i64,
}

impl Tally {
    fn add(&mut self, place: usize) {
        self.found += usize::from(place <= FIRST);
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        self.precision += 1_000_000_i64.checked_div(place).unwrap_or_default();
    }
}

/// Hides what clients with two services or more have, one by one, and looks for it; with how many cases there
/// are. Of many cases evenly spread ones are taken.
pub(super) fn test(market: &Market) -> (Option<HeldOut>, usize) {
    let mut cases = Vec::new();
    for (at, client) in market.clients.iter().enumerate().filter(|(_, it)| it.has.count() >= 2) {
        let has = (0..market.services.len()).filter(|number| client.has.contains(*number));
        cases.extend(has.map(|number| (at, number)));
    }
    if cases.len() < FEWEST_CASES {
        return (None, cases.len());
    }
    let mut held_out = HeldOut { hidden: 0, alike: Tally::default(), popular: Tally::default() };
    for (at, hidden) in cases.iter().step_by(cases.len().div_ceil(MOST_CASES)) {
        let Some((alike, popular)) = places(market, *at, *hidden) else { continue };
        held_out.hidden += 1;
        held_out.alike.add(alike);
        held_out.popular.add(popular);
    }
    (Some(held_out), cases.len())
}

/// At which place a hidden service comes by what look-alikes have, and by how many have it.
fn places(market: &Market, at: usize, hidden: usize) -> Option<(usize, usize)> {
    let basket = market.clients.get(at)?.has.without(hidden);
    let alike = Alike::of(market, at, &basket);
    let mut scores = Vec::new();
    for (number, service) in market.services.iter().enumerate() {
        if !basket.contains(number) {
            // The client itself is none of the others.
            let owners = service.owners() - usize::from(number == hidden);
            let (above, _) = Counted::of(market, &alike, number, owners).fraction();
            scores.push((number, above, owners));
        }
    }
    let of = |key: &dyn Fn(&(usize, i128, usize)) -> i128| {
        let mut order: Vec<_> = scores.iter().map(|it| (Reverse(key(it)), it.0)).collect();
        order.sort_unstable();
        order.iter().position(|(_, number)| *number == hidden).map(|place| place + 1)
    };
    of(&|it| it.1).zip(of(&|it| i128::try_from(it.2).unwrap_or(i128::MAX)))
}
