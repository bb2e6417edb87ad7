//! Which clients are most like one, whatever they have of one service.

use std::cmp::Reverse;

use super::market::{Basket, Customer, Market};
use crate::pricing::nearest;

/// How many look-alikes are asked.
pub const NEAREST: usize = 10;
/// Among how many clients on each side in size they are looked for: the work for each client is the same
/// however many there are.
pub const REACH: usize = 100;

const UNIT: i128 = 1_000_000;

/// A client with those among whom its look-alikes are.
pub(super) struct Alike<'a> {
    others: Vec<Other<'a>>,
}

struct Other<'a> {
    client: &'a Customer,
    common: u32,
    either: u32,
    size: i128,
}

impl<'a> Alike<'a> {
    /// Of a client by its place, as if it had that basket.
    pub(super) fn of(market: &'a Market, at: usize, has: &Basket) -> Self {
        let place = market.place.get(at).copied().unwrap_or_default();
        let ends = (place + REACH + 1).min(market.by_size.len());
        let near = market.by_size.get(place.saturating_sub(REACH)..ends).unwrap_or_default();
        let size = market.clients.get(at).map_or(0, |client| client.size);
        let other = |client: &'a Customer| {
            let common = has.common(&client.has);
            let either = has.count() + client.has.count() - common;
            let (less, more) = (size.min(client.size), size.max(client.size));
            let size = nearest(i128::from(less) * UNIT, more.into()).unwrap_or_default();
            Other { client, common, either, size: size.into() }
        };
        let others = near.iter().filter(|near| **near != at);
        Self { others: others.filter_map(|near| market.clients.get(*near)).map(other).collect() }
    }

    /// How many of the nearest have a service that the client does not have, and how many they are.
    ///
    /// How alike two clients are is two parts how much of what either has both have (Jaccard 1901), without
    /// this service, and one part the smaller size ÷ the larger one.
    pub(super) fn with(&self, service: usize) -> (usize, usize) {
        let alike = |other: &Other<'_>| {
            let has = other.client.has.contains(service);
            let either = i128::from(other.either - u32::from(has));
            let shared = nearest(i128::from(other.common) * UNIT, either).unwrap_or_default();
            (Reverse(2 * i128::from(shared) + other.size), other.client.id, has)
        };
        let mut alike: Vec<_> = self.others.iter().map(alike).collect();
        let count = alike.len().min(NEAREST);
        if let Some(last) = count.checked_sub(1) {
            alike.select_nth_unstable(last);
        }
        (alike.iter().take(count).filter(|(_, _, has)| *has).count(), count)
    }
}
