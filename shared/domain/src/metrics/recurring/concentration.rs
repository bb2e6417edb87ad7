//! How few clients the recurring revenue hangs on.

use std::cmp::Reverse;

use rust_decimal::Decimal;

use super::RecurringRevenue;
use crate::{id::ClientId, metrics::ratio, money::divide_half_even};

/// The shares of the largest clients in the revenue of all clients that have some, each between
/// zero and one, to four decimals.
///
/// Net credits are in neither part of a share: with them, shares could be above one or below zero.
/// They are told beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concentration {
    /// The client with the most; of several, the one with the lowest id.
    pub largest_client: ClientId,
    /// Its share.
    pub largest: Decimal,
    /// The share of the five with the most.
    pub top_5: Decimal,
    /// The share of the ten with the most.
    pub top_10: Decimal,
    /// The Herfindahl–Hirschman index: Σ share². One when a single client has all, 1 ÷ n when n
    /// clients have the same. Regulators print it times 10,000.
    pub hhi: Decimal,
    /// The net credits that no share knows of, in smallest units; zero or below.
    pub credits_minor: i64,
}

impl Concentration {
    /// The shares in a state; `None` when no client has recurring revenue. So, too, from about 10¹⁷
    /// smallest units on, whose squares do not fit.
    pub fn of(revenue: &RecurringRevenue) -> Option<Self> {
        let mut clients: Vec<_> = revenue.clients().collect();
        clients.sort_by_key(|(client, minor)| (Reverse(*minor), *client));
        let (largest_client, _) = *clients.first()?;
        let amounts: Vec<_> = clients.into_iter().map(|(_, minor)| minor).collect();
        let total = amounts.iter().sum();
        let share = |count| ratio(amounts.iter().take(count).sum(), total);
        Some(Self {
            largest_client,
            largest: share(1)?,
            top_5: share(5)?,
            top_10: share(10)?,
            hhi: hhi(&amounts, total)?,
            credits_minor: revenue.total() - total,
        })
    }
}

/// Σ amount² ÷ total², rounded once.
fn hhi(amounts: &[i64], total: i64) -> Option<Decimal> {
    let square = |minor: i64| i128::from(minor) * i128::from(minor);
    let squares = amounts.iter().map(|minor| square(*minor)).sum::<i128>();
    let scaled = divide_half_even(squares.checked_mul(10_000)?, square(total))?;
    Some(Decimal::new(i64::try_from(scaled).ok()?, 4))
}
