//! How the day of a holiday is found.

use jiff::civil::{Date, Weekday};

use super::{Kind, is_weekday};

/// Where in a year a holiday lies.
#[derive(Debug, Clone, Copy)]
enum Rule {
    /// The same day of the same month.
    Fixed(i8, i8),
    /// So many days after Easter Sunday.
    Easter(i64),
    /// The so manieth weekday of a month, counted from its end if negative.
    Nth(i8, i8, Weekday),
    /// The first such weekday on or after a day.
    From(i8, i8, Weekday),
    /// A day of one year.
    Once(i16, i8, i8),
}

/// Where a holiday goes that falls on a weekend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shift {
    /// Nowhere.
    Stays,
    /// To the next working day.
    Next,
    /// From a Sunday to the next working day; from a Saturday nowhere.
    NextFromSunday,
    /// From a Saturday to the Friday before, from a Sunday to the Monday after.
    Nearest,
    /// From a Sunday to the Saturday before, where it is lost.
    DayBefore,
}

/// A holiday of a country.
#[derive(Debug, Clone, Copy)]
pub(super) struct Holiday {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    rule: Rule,
    shift: Shift,
    since: i16,
    until: i16,
    every: i16,
}

const fn of(name: &'static str, rule: Rule) -> Holiday {
    let (since, until) = (i16::MIN, i16::MAX);
    Holiday { name, kind: Kind::Public, rule, shift: Shift::Stays, since, until, every: 1 }
}

/// The same day of the same month.
pub(super) const fn fixed(month: i8, day: i8, name: &'static str) -> Holiday {
    of(name, Rule::Fixed(month, day))
}

/// So many days after Easter Sunday.
pub(super) const fn easter(days: i64, name: &'static str) -> Holiday {
    of(name, Rule::Easter(days))
}

/// The so manieth weekday of a month, counted from its end if negative.
pub(super) const fn nth(month: i8, nth: i8, weekday: Weekday, name: &'static str) -> Holiday {
    of(name, Rule::Nth(month, nth, weekday))
}

/// The first such weekday on or after a day.
pub(super) const fn from(month: i8, day: i8, weekday: Weekday, name: &'static str) -> Holiday {
    of(name, Rule::From(month, day, weekday))
}

/// A day of one year.
pub(super) const fn once(year: i16, month: i8, day: i8, name: &'static str) -> Holiday {
    of(name, Rule::Once(year, month, day))
}

impl Holiday {
    /// Kept by some regions or trades.
    pub(super) const fn partly(mut self) -> Self {
        self.kind = Kind::Partly;
        self
    }

    /// From this year on.
    pub(super) const fn since(mut self, year: i16) -> Self {
        self.since = year;
        self
    }

    /// Up to and with this year.
    pub(super) const fn until(mut self, year: i16) -> Self {
        self.until = year;
        self
    }

    /// Only each so manieth year, counted from the first.
    pub(super) const fn every(mut self, years: i16) -> Self {
        self.every = years;
        self
    }

    /// Where it goes from a weekend.
    pub(super) const fn shifts(mut self, shift: Shift) -> Self {
        self.shift = shift;
        self
    }

    /// The day of a year, before it moves; none in years without it.
    pub(super) fn date(&self, year: i16) -> Option<Date> {
        if year < self.since || year > self.until {
            return None;
        }
        if self.every > 1 && (year - self.since) % self.every != 0 {
            return None;
        }
        match self.rule {
            Rule::Fixed(month, day) => Date::new(year, month, day).ok(),
            Rule::Easter(days) => easter_sunday(year).and_then(|date| after(date, days)),
            Rule::Nth(month, nth, weekday) => {
                Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()
            }
            Rule::From(month, day, weekday) => {
                let date = Date::new(year, month, day).ok()?;
                after(date, i64::from(date.weekday().until(weekday)))
            }
            Rule::Once(only, month, day) => {
                (only == year).then(|| Date::new(year, month, day).ok()).flatten()
            }
        }
    }

    /// The day that is looked at first for a holiday that moves; none if it stays.
    pub(super) fn moved(&self, date: Date) -> Option<Date> {
        if is_weekday(date) {
            return None;
        }
        let sunday = date.weekday() == Weekday::Sunday;
        match self.shift {
            Shift::Next => after(date, 1),
            Shift::NextFromSunday | Shift::Nearest if sunday => after(date, 1),
            Shift::Nearest => after(date, -1),
            Shift::Stays | Shift::NextFromSunday | Shift::DayBefore => None,
        }
    }
}

fn after(date: Date, days: i64) -> Option<Date> {
    date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// Easter Sunday in the Gregorian calendar (the "anonymous" method; Meeus: "Astronomical algorithms",
/// 1991, chapter 8).
fn easter_sunday(year: i16) -> Option<Date> {
    let number = i32::from(year);
    let (moon, century, rest) = (number % 19, number / 100, number % 100);
    let (leaps, left) = (century / 4, century % 4);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let full = (19 * moon + century - leaps - correction + 15) % 30;
    let weekday = (32 + 2 * left + 2 * (rest / 4) - full - rest % 4) % 7;
    let late = (moon + 11 * full + 22 * weekday) / 451;
    let day = full + weekday - 7 * late + 114;
    Date::new(year, i8::try_from(day / 31).ok()?, i8::try_from(day % 31 + 1).ok()?).ok()
}
