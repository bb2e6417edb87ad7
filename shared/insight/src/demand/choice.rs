//! Whose holidays a desk keeps.
//!
//! A day is a dip where all series together have less than half of the middle of the same weekday one
//! and two weeks before and after. A calendar explains dips better than chance where so many of its days
//! are dips that as many days drawn among all weekdays would seldom hit as many (Fisher's exact test:
//! the tail of a hypergeometric distribution).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Grain, history::History};
use crate::{
    calendar::{Calendar, Country, Kind, is_weekday},
    forecast::median,
};

/// The share below which a day is a dip.
const DIP: f64 = 0.5;
/// The chance below which a calendar is taken, divided among all countries (Bonferroni).
const CHANCE: f64 = 0.05;

/// What is told of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Nothing: it is looked for in the series.
    Nothing,
    /// That no holidays are kept.
    NoCalendar,
    /// Whose holidays are kept.
    Country(Country),
}

/// Whose holidays count.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The countries whose calendars count where all have a day; more than one where they explain the
    /// past equally well, none where none does better than chance.
    pub countries: Vec<Country>,
    /// The chance of hitting as many dips by days at random, times the number of countries, at most
    /// 1: of the best calendar. None where the country was told or nothing was looked for.
    pub chance: Option<f64>,
    /// How many days were dips, and of them how many are in the calendar.
    pub dips: (usize, usize),
}

impl Choice {
    /// What was told.
    pub(super) fn told(country: Country) -> Self {
        Self { countries: vec![country], chance: None, dips: (0, 0) }
    }

    /// No calendar.
    pub(super) fn none() -> Self {
        Self { countries: vec![], chance: None, dips: (0, 0) }
    }

    /// The calendars that explain the dips of daily series best, if better than chance.
    pub(super) fn found(histories: &[History]) -> Self {
        let (days, dips) = dips(histories);
        let (Some(first), Some(last)) = (days.first(), days.last()) else { return Self::none() };
        let tests = Country::ALL.len() as f64;
        let mut best = Self { chance: Some(1.0), dips: (dips.len(), 0), ..Self::none() };
        for country in Country::ALL {
            let calendar = Calendar::new(*country, *first, *last);
            let closed = |day: &&Date| {
                let special = calendar.at(**day);
                special.is_some_and(|special| special.kind != Kind::Partly)
            };
            let kept = days.iter().filter(closed).count();
            let hits = dips.iter().filter(closed).count();
            let chance = (tests * tail(days.len(), dips.len(), kept, hits)).min(1.0);
            let so_far = best.chance.unwrap_or(1.0);
            // Equal calendars have equal days, so their chances are equal to the last bit.
            if chance < so_far {
                best = Self {
                    countries: vec![*country],
                    chance: Some(chance),
                    dips: (dips.len(), hits),
                };
            } else if chance <= so_far && !best.countries.is_empty() {
                best.countries.push(*country);
            }
        }
        if best.chance.is_none_or(|chance| chance >= CHANCE) {
            best.countries.clear();
        }
        best
    }
}

/// The weekdays that can be compared with their neighbours, and those of them that are dips.
fn dips(histories: &[History]) -> (BTreeSet<Date>, BTreeSet<Date>) {
    let mut sums: BTreeMap<Date, (f64, f64)> = BTreeMap::new();
    for history in histories {
        let values = history.values();
        for (at, value) in values.iter().enumerate() {
            let date = history.date(Grain::Day, at);
            if !is_weekday(date) {
                continue;
            }
            let before = [7, 14].into_iter().filter_map(|back| at.checked_sub(back));
            let near = before.chain([at + 7, at + 14]).filter_map(|at| values.get(at)).copied();
            let near: Vec<f64> = near.collect();
            if near.len() > 1 {
                let (came, expected) = sums.entry(date).or_default();
                *came += value;
                *expected += median(near);
            }
        }
    }
    sums.retain(|_, (_, expected)| *expected > 0.0);
    let dips = sums.iter().filter(|(_, (came, expected))| came / expected < DIP);
    let dips = dips.map(|(date, _)| *date).collect();
    (sums.into_keys().collect(), dips)
}

/// The chance that of `drawn` days among `days`, of which `dips` are dips, at least `hits` are dips.
fn tail(days: usize, dips: usize, drawn: usize, hits: usize) -> f64 {
    let ways = |of: usize, taken: usize| -> f64 {
        (0..taken).map(|at| ((of - at) as f64 / (at + 1) as f64).ln()).sum()
    };
    let all = ways(days, drawn);
    let chance = |hit: usize| {
        (drawn - hit <= days - dips)
            .then(|| (ways(dips, hit) + ways(days - dips, drawn - hit) - all).exp())
    };
    (hits..=drawn.min(dips)).filter_map(chance).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chance_of_hits_is_that_of_drawing_without_putting_back() {
        // Three of three dips with three days of 42: 1 in 11,480. At least one of two: counted by hand.
        assert!((tail(42, 3, 3, 3) - 1.0 / 11_480.0).abs() < 1e-12);
        assert!((tail(42, 3, 2, 1) - (1.0 - 741.0 / 861.0)).abs() < 1e-12);
        assert!((tail(42, 3, 5, 0) - 1.0).abs() < 1e-9);
        assert!(tail(42, 0, 2, 0) > 0.999_999);
    }
}
