//! What competitors quote, beside what the organisation's own clients pay.
//!
//! Prices are whole smallest units. The interval of a median is exact for whatever distribution prices come
//! from: it runs from one quote to another, and how sure it is follows from their number alone.
//! `docs/market.md` has the definitions.

mod median;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use clearmargin_domain::{
    agreement::PricingUnit,
    id::ServiceId,
    market::{CompetitorQuote, QuoteOutcome},
    money::Currency,
};

pub use median::{FEWEST_QUOTES, LEVEL, Spread};

use crate::{beta, market::OwnPrice, pricing::unit_number};

/// What was quoted against one entry of the catalogue by one unit, or against none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rivalry {
    /// The catalogue entry; none: quotes that stand against none.
    pub service: Option<ServiceId>,
    /// What prices are for.
    pub unit: PricingUnit,
    /// How many quotes.
    pub quotes: usize,
    /// From how many competitors, whose names differ in more than case and spaces.
    pub competitors: usize,
    /// What own clients pay for the same; none where nobody pays for it in a month.
    pub own: Option<OwnPrice>,
    /// How many quotes have a price in the organisation's currency: all but those from before another one.
    pub priced: usize,
    /// What was quoted; none with fewer than [`FEWEST_QUOTES`], and of what stands against no entry, since
    /// that is not one thing.
    pub spread: Option<Spread>,
    /// How many of these quotes lie above what own clients pay, and how many below; none without either.
    pub beside_own: Option<(usize, usize)>,
    /// What became of the offers.
    pub outcomes: Outcomes,
}

/// What became of offers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// How many were won.
    pub won: usize,
    /// How many were lost.
    pub lost: usize,
    /// Of how many nobody said.
    pub pending: usize,
}

impl Outcomes {
    /// How many were decided.
    pub const fn decided(self) -> usize {
        self.won + self.lost
    }

    /// The interval of the share that is won, in millionths: the middle [`LEVEL`] per cent of the beta
    /// distribution with half a win and half a loss added (Jeffreys). None as long as nothing was decided.
    pub fn band(self) -> Option<(i64, i64)> {
        let decided = self.decided();
        let number = |count: usize| i128::try_from(count).unwrap_or(i128::MAX);
        let mean = (2 * number(self.won) + 1, 2 * number(decided) + 2);
        (decided > 0).then(|| beta::band(mean, decided + 1, LEVEL))
    }

    fn add(&mut self, outcome: QuoteOutcome) {
        match outcome {
            QuoteOutcome::Won => self.won += 1,
            QuoteOutcome::Lost => self.lost += 1,
            QuoteOutcome::Pending => self.pending += 1,
        }
    }
}

/// What was quoted, by catalogue entry and unit: the most quotes first, and what stands against no entry last.
pub fn analysed(quotes: &[CompetitorQuote], own: &[OwnPrice], currency: Currency) -> Vec<Rivalry> {
    let mut by_entry: BTreeMap<(Option<ServiceId>, u8), Vec<&CompetitorQuote>> = BTreeMap::new();
    for quote in quotes {
        by_entry.entry((quote.service, unit_number(quote.unit))).or_default().push(quote);
    }
    let each = by_entry.values().filter_map(|quotes| rivalry(quotes, own, currency));
    let mut all: Vec<_> = each.collect();
    all.sort_by_key(|it| (it.service.is_none(), std::cmp::Reverse(it.quotes)));
    all
}

fn rivalry(quotes: &[&CompetitorQuote], own: &[OwnPrice], currency: Currency) -> Option<Rivalry> {
    let first = *quotes.first()?;
    let (service, unit) = (first.service, first.unit);
    let own = own.iter().find(|own| Some(own.service) == service && own.unit == unit).copied();
    let in_currency = quotes.iter().filter(|quote| quote.unit_price.currency == currency);
    let prices: Vec<i64> = in_currency.map(|quote| quote.unit_price.minor).collect();
    let mut outcomes = Outcomes::default();
    for quote in quotes {
        outcomes.add(quote.outcome);
    }
    let names: BTreeSet<_> = quotes.iter().map(|quote| plain(quote.competitor.as_str())).collect();
    let count = |than: &dyn Fn(i64) -> bool| prices.iter().filter(|price| than(**price)).count();
    let beside_own = own
        .filter(|_| !prices.is_empty())
        .map(|own| (count(&|price| price > own.median), count(&|price| price < own.median)));
    Some(Rivalry {
        service,
        unit,
        quotes: quotes.len(),
        competitors: names.len(),
        own,
        priced: prices.len(),
        spread: service.and_then(|_| Spread::of(prices)),
        beside_own,
        outcomes,
    })
}

/// A name without case and more than one space in a row.
fn plain(name: &str) -> String {
    let words: Vec<_> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}
