//! What holidays leave of a day or a week.
//!
//! The share that is left on a kind of day is the mean over the days seen, each a ratio of sums over all
//! series of the pool, with a prior that counts as one day more. A series' own share lies between its
//! own tickets and that.

use std::collections::BTreeMap;

use jiff::{Span, civil::Date};

use super::{Grain, history::History};
use crate::{
    calendar::{Calendar, Kind, Special},
    forecast::median,
};

/// The days that a prior counts as.
const PRIOR_DAYS: f64 = 1.0;
/// Of what a public holiday takes, the share that the other kinds take before any was seen.
const TAKES: [(Kind, f64); 2] = [(Kind::Partly, 0.5), (Kind::Bridge, 0.8)];
/// The share that a public holiday leaves of a week's day, where no weekend was seen to compare with.
const LEFT: f64 = 0.15;
/// The tickets expected on holidays at which a series' own share counts for half.
const OWN: f64 = 30.0;
/// How far the share of a day lies from its kind's.
const SPREADS: [(Kind, f64); 3] = [(Kind::Public, 0.07), (Kind::Partly, 0.2), (Kind::Bridge, 0.12)];
/// The squared share of a week that the prior of the effect on weeks counts as.
const PRIOR_WEEKS: f64 = 0.1;

/// What holidays leave, learned up to a day.
#[derive(Debug, Clone)]
pub(super) struct Effects {
    grain: Grain,
    calendar: Calendar,
    kinds: BTreeMap<Kind, Share>,
    named: BTreeMap<(Kind, &'static str), f64>,
    /// How much of what its closed days would take a week loses.
    strength: f64,
}

/// A share that is left, and how far it may be off.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    pub(super) left: f64,
    pub(super) spread: f64,
}

/// A series' own tickets on special days, and what would have been expected of them.
pub(super) type Own = BTreeMap<Kind, (f64, f64)>;

impl Effects {
    /// What the values before `until` show. `weekend` is what a weekend's day has of a weekday's: before
    /// any was seen, a public holiday is expected to be like it.
    pub(super) fn learn(
        grain: Grain,
        calendar: Calendar,
        histories: &[History],
        until: Date,
        weekend: Option<f64>,
    ) -> Self {
        let left = weekend.map_or(LEFT, |share| share.min(1.0));
        let mut effects = Self {
            grain,
            calendar,
            kinds: kinds(left, &BTreeMap::new()),
            named: BTreeMap::new(),
            strength: 1.0,
        };
        if grain == Grain::Week {
            effects.strength = effects.strength_of(histories, until);
            return effects;
        }
        let seen = effects.seen(histories, until);
        effects.kinds = kinds(left, &seen);
        effects.named = named(&effects.kinds, &seen);
        effects
    }

    /// What is special about the day of a place.
    pub(super) fn special(&self, date: Date) -> Option<Special> {
        if self.grain == Grain::Day { self.calendar.at(date) } else { None }
    }

    /// The share that is left of a day or of the week that begins with it, for a series with these own
    /// tickets on special days.
    pub(super) fn share(&self, date: Date, own: &Own) -> Share {
        if self.grain == Grain::Week {
            let closed = self.closed(date);
            return Share { left: self.of_week(closed), spread: 0.2 * closed };
        }
        let Some(Special { kind, name }) = self.calendar.at(date) else {
            return Share { left: 1.0, spread: 0.0 };
        };
        let Share { left, spread } = self.of_kind(kind);
        let left = self.named.get(&(kind, name)).copied().unwrap_or(left);
        let (came, expected) = own.get(&kind).copied().unwrap_or_default();
        Share { left: (came + OWN * left) / (expected + OWN), spread }
    }

    /// The values before `until` as they would have been without holidays.
    pub(super) fn ordinary(&self, history: &History, until: usize) -> Vec<f64> {
        let value = |at: usize| {
            let value = history.values()[at];
            let date = history.date(self.grain, at);
            if self.grain == Grain::Week {
                return value / self.of_week(self.closed(date));
            }
            let special = self.calendar.at(date);
            special.and_then(|_| self.expected(history, at, until)).unwrap_or(value)
        };
        (0..until).map(value).collect()
    }

    /// The tickets of a series on special days before `until`, and what was expected.
    pub(super) fn own(&self, history: &History, until: usize) -> Own {
        let mut own = Own::new();
        for at in 0..until {
            let Some(special) = self.special(history.date(self.grain, at)) else { continue };
            let Some(expected) = self.expected(history, at, until) else { continue };
            let sums = own.entry(special.kind).or_default();
            sums.0 += history.values()[at];
            sums.1 += expected;
        }
        own
    }

    /// The middle of the same weekday one and two weeks before and after; for weeks, of the two weeks
    /// before and after. Special ones are left out.
    fn expected(&self, history: &History, at: usize, until: usize) -> Option<f64> {
        let step = if self.grain == Grain::Week { 1 } else { 7 };
        let ordinary = |at: &usize| {
            let date = history.date(self.grain, *at);
            *at < until && self.calendar.at(date).is_none() && self.closed(date) <= 0.0
        };
        let before = [step, 2 * step].into_iter().filter_map(|back| at.checked_sub(back));
        let near = before.chain([at + step, at + 2 * step]).filter(ordinary);
        let values: Vec<f64> = near.map(|at| history.values()[at]).collect();
        (!values.is_empty()).then(|| median(values))
    }

    /// Each special day before `until`: what came over what was expected, summed over all series.
    fn seen(&self, histories: &[History], until: Date) -> BTreeMap<Date, (Special, f64)> {
        let mut sums: BTreeMap<Date, (Special, f64, f64)> = BTreeMap::new();
        for history in histories {
            let length = history.before(self.grain, until);
            for at in 0..length {
                let date = history.date(self.grain, at);
                let Some(special) = self.special(date) else { continue };
                let Some(expected) = self.expected(history, at, length) else { continue };
                let (_, came, of) = sums.entry(date).or_insert((special, 0.0, 0.0));
                *came += history.values()[at];
                *of += expected;
            }
        }
        let seen = sums.into_iter().filter(|(_, (_, _, of))| *of > 0.0);
        seen.map(|(date, (special, came, of))| (date, (special, (came / of).min(2.0)))).collect()
    }

    fn of_kind(&self, kind: Kind) -> Share {
        self.kinds.get(&kind).copied().unwrap_or(Share { left: 1.0, spread: 0.0 })
    }

    /// The share of a week's five days that its holidays are expected to take; 0 for days.
    fn closed(&self, first: Date) -> f64 {
        if self.grain != Grain::Week {
            return 0.0;
        }
        let days = (0..7).filter_map(|day| first.checked_add(Span::new().days(day)).ok());
        let special = days.filter_map(|date| self.calendar.at(date));
        special.map(|special| (1.0 - self.of_kind(special.kind).left) / 5.0).sum()
    }

    fn of_week(&self, closed: f64) -> f64 {
        (1.0 - self.strength * closed).max(0.2)
    }

    /// The slope of what weeks lost on what their closed days would take, over all series, with a prior
    /// of 1.
    fn strength_of(&self, histories: &[History], until: Date) -> f64 {
        let mut sums: BTreeMap<Date, (f64, f64)> = BTreeMap::new();
        for history in histories {
            let length = history.before(self.grain, until);
            for at in 0..length {
                let date = history.date(self.grain, at);
                if self.closed(date) <= 0.0 {
                    continue;
                }
                if let Some(expected) = self.expected(history, at, length) {
                    let (came, of) = sums.entry(date).or_default();
                    *came += history.values()[at];
                    *of += expected;
                }
            }
        }
        let (mut lost, mut squares) = (PRIOR_WEEKS, PRIOR_WEEKS);
        for (date, (came, of)) in sums.into_iter().filter(|(_, (_, of))| *of > 0.0) {
            let closed = self.closed(date);
            lost += closed * (1.0 - came / of);
            squares += closed * closed;
        }
        (lost / squares).clamp(0.0, 1.5)
    }
}

/// The share that each kind leaves.
fn kinds(left: f64, seen: &BTreeMap<Date, (Special, f64)>) -> BTreeMap<Kind, Share> {
    let mut kinds = BTreeMap::new();
    let mut public = left;
    for kind in Kind::ALL {
        let of_kind = || seen.values().filter(|(special, _)| special.kind == kind);
        let count = of_kind().count() as f64;
        let takes = TAKES.iter().find(|(other, _)| *other == kind).map_or(1.0, |(_, takes)| *takes);
        let prior = 1.0 - takes * (1.0 - public);
        let sum: f64 = of_kind().map(|(_, ratio)| *ratio).sum();
        let left = (PRIOR_DAYS * prior + sum) / (PRIOR_DAYS + count);
        if kind == Kind::Public {
            public = left;
        }
        let spread = SPREADS.iter().find(|(other, _)| *other == kind).map_or(0.0, |it| it.1);
        let spread = spread * (1.0 + 1.0 / (PRIOR_DAYS + count)).sqrt();
        kinds.insert(kind, Share { left, spread });
    }
    kinds
}

/// The share that each holiday leaves that was seen: between its kind's and its own.
fn named(
    kinds: &BTreeMap<Kind, Share>,
    seen: &BTreeMap<Date, (Special, f64)>,
) -> BTreeMap<(Kind, &'static str), f64> {
    let mut sums: BTreeMap<(Kind, &'static str), (f64, f64)> = BTreeMap::new();
    for (special, ratio) in seen.values() {
        let (sum, count) = sums.entry((special.kind, special.name)).or_default();
        *sum += ratio;
        *count += 1.0;
    }
    let share = |((kind, name), (sum, count)): ((Kind, &'static str), (f64, f64))| {
        let of_kind = kinds.get(&kind).map_or(1.0, |share| share.left);
        ((kind, name), (PRIOR_DAYS * of_kind + sum) / (PRIOR_DAYS + count))
    };
    sums.into_iter().map(share).collect()
}
