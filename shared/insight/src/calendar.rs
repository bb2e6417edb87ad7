//! On which days offices are closed, by country and by rule, for any year.
//!
//! A day is [`Kind::Public`] where the whole country closes, by law or, as on Carnival in Brazil, by
//! custom; [`Kind::Partly`] where some of its regions or trades do; and [`Kind::Bridge`] where it is a
//! working day between a public holiday and a weekend or another one, which many people take off.
//! Days of a moon calendar (India's, Eid) are not told. Checked against the lists of the package
//! `holidays` 0.109 (MIT): `tests/calendar.rs`. `docs/forecasting.md` says which crates were looked at.

mod americas;
mod country;
mod elsewhere;
mod europe;
mod rule;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

pub use country::{Country, UnknownCountry};
use rule::Holiday;

/// Why fewer people work on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// The whole country is closed.
    Public,
    /// Some of its regions or trades are closed.
    Partly,
    /// A working day between a public holiday and a weekend or another public holiday.
    Bridge,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Public, Self::Partly, Self::Bridge];
    /// The name of every kind.
    pub const NAMES: [&'static str; 3] = ["public", "partly", "bridge"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [public, partly, bridge] = Self::NAMES;
        match self {
            Self::Public => public,
            Self::Partly => partly,
            Self::Bridge => bridge,
        }
    }
}

/// A weekday that is no ordinary one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Special {
    /// Why.
    pub kind: Kind,
    /// What it is called; for a bridge the holiday beside it.
    pub name: &'static str,
}

/// What a day is called that is only stated.
pub const STATED: &str = "stated";

/// The weekdays of some years that are no ordinary ones. Holidays on a weekend are not among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar(BTreeMap<Date, Special>);

impl Calendar {
    /// A country's calendar of the years that these days lie in, and a week more on both sides.
    pub fn new(country: Country, first: Date, last: Date) -> Self {
        let mut days = BTreeMap::new();
        for year in first.year().saturating_sub(1)..=last.year().saturating_add(1) {
            for (date, special) in of_year(country, year) {
                let before = days.entry(date).or_insert(special);
                if special.kind < before.kind {
                    *before = special;
                }
            }
        }
        let bridges = bridges(&days);
        for (date, special) in bridges {
            days.entry(date).or_insert(special);
        }
        days.retain(|date, _| is_weekday(*date));
        Self(days)
    }

    /// The days on which all of some calendars agree; none of no calendar.
    pub fn agreed(calendars: &[Self]) -> Self {
        let Some((first, others)) = calendars.split_first() else { return Self::default() };
        let everywhere = |date: &Date, kind: Kind| {
            others.iter().all(|other| other.at(*date).is_some_and(|it| it.kind == kind))
        };
        let days = first.0.iter().filter(|(date, special)| everywhere(date, special.kind));
        Self(days.map(|(date, special)| (*date, *special)).collect())
    }

    /// The calendar with days on which somebody says not to work. In each year of which any is stated,
    /// these count alone, with the bridges beside them.
    #[must_use]
    pub fn stating(mut self, days: &BTreeSet<Date>) -> Self {
        let years: BTreeSet<i16> = days.iter().map(|date| date.year()).collect();
        let special = Special { kind: Kind::Public, name: STATED };
        let stated: BTreeMap<Date, Special> = days.iter().map(|date| (*date, special)).collect();
        self.0.retain(|date, _| !years.contains(&date.year()));
        for (date, bridge) in bridges(&stated) {
            self.0.entry(date).or_insert(bridge);
        }
        self.0.extend(stated);
        self.0.retain(|date, _| is_weekday(*date));
        self
    }

    /// What is special about a day; none of an ordinary one and of a weekend.
    pub fn at(&self, date: Date) -> Option<Special> {
        self.0.get(&date).copied()
    }
}

/// Whether a day is none of a weekend.
pub fn is_weekday(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The holidays of a year, also those on weekends. One that moves from its weekend goes to the next
/// day on which there is no other.
fn of_year(country: Country, year: i16) -> BTreeMap<Date, Special> {
    let mut days: BTreeMap<Date, Special> = BTreeMap::new();
    let mut moved = Vec::new();
    for holiday in country.holidays() {
        let Some(date) = holiday.date(year) else { continue };
        let special = Special { kind: holiday.kind, name: holiday.name };
        match holiday.moved(date) {
            None => {
                let before = days.entry(date).or_insert(special);
                if special.kind < before.kind {
                    *before = special;
                }
            }
            Some(to) => moved.push((to, special)),
        }
    }
    for (mut to, special) in moved {
        while !is_weekday(to) || days.get(&to).is_some_and(|it| it.kind == Kind::Public) {
            let Ok(next) = to.tomorrow() else { break };
            to = next;
        }
        days.insert(to, special);
    }
    days
}

/// The working days that lie between two days off, one of them a public holiday.
fn bridges(days: &BTreeMap<Date, Special>) -> Vec<(Date, Special)> {
    let public = |date: Date| days.get(&date).filter(|it| it.kind == Kind::Public);
    let mut found = Vec::new();
    for (date, special) in days.iter().filter(|(_, special)| special.kind == Kind::Public) {
        let besides = [
            (date.tomorrow(), date.tomorrow().and_then(Date::tomorrow)),
            (date.yesterday(), date.yesterday().and_then(Date::yesterday)),
        ];
        for (beside, beyond) in besides {
            let (Ok(beside), Ok(beyond)) = (beside, beyond) else { continue };
            let works = is_weekday(beside) && public(beside).is_none() && is_weekday(*date);
            if works && (!is_weekday(beyond) || public(beyond).is_some()) {
                found.push((beside, Special { kind: Kind::Bridge, name: special.name }));
            }
        }
    }
    found
}
