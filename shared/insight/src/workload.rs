//! How many tickets come: all of them, those of each client and those of each category.
//!
//! [`demand`](crate::demand) tells each series by day and by week; the whole and its clients are then
//! made to add up ([`coherent`](crate::demand::coherent)), and each category has the share of the
//! whole that it had lately. The first weeks are the sums of their days. Everything adds up in
//! thousandths of a ticket.
#![expect(clippy::float_arithmetic, reason = "shares and errors become thousandths")]

mod course;
mod series;

use std::collections::{BTreeMap, BTreeSet};

use clearmargin_domain::id::ClientId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    calendar::{Kind, STATED, Special},
    demand::{Backtest, Grain, Pool, Step, Told},
    forecast::whole,
    snapshot::{Desk, Snapshot},
};
use course::Said;
pub use course::{Course, TICKET_LEVELS};
use series::{Counts, Shares};

/// The version of the model.
pub const MODEL: &str = "demand/2";
/// How many days ahead are told.
const DAYS: usize = 28;
/// How many weeks ahead are told.
const WEEKS: usize = 12;

/// How many tickets come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DemandOutlook {
    /// Whose holidays count, and why.
    pub holidays: Holidays,
    /// Each day ahead, today first, or why there is no forecast.
    pub days: Result<Table, NoDemand>,
    /// Each week ahead, the one that begins today first, or why there is no forecast. Where there is
    /// one by day, the first weeks are the sums of its days.
    pub weeks: Result<Table, NoDemand>,
}

/// Why there is no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "why")]
pub enum NoDemand {
    /// Too few days or weeks are over since the first ticket.
    NotEnough {
        /// How many are.
        have: usize,
        /// How many are needed.
        needed: usize,
    },
    /// There are more tickets on a day than can be worked with.
    OutOfRange,
}

/// Whose holidays count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holidays {
    /// The years in which the organisation states its own holidays: these alone count in them.
    pub stated_years: Vec<i16>,
    /// The countries, by code, whose holidays count in other years where all of them have one; none
    /// where no calendar explains the past better than chance.
    pub countries: Vec<String>,
    /// The chance that days at random would explain as much as the best calendar, at most 1, in
    /// millionths; none where nothing was looked for.
    pub chance: Option<i64>,
    /// On how many weekdays there were less than half as many tickets as around them.
    pub dips: usize,
    /// How many of them are in the best calendar.
    pub explained: usize,
    /// The special days among the days ahead.
    pub ahead: Vec<SpecialDay>,
}

/// A weekday ahead that is no ordinary one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpecialDay {
    /// The day.
    pub date: Date,
    /// Why.
    pub kind: Kind,
    /// What it is called, of a bridge the holiday beside it; none of what was only stated.
    pub name: Option<String>,
    /// What is left of an ordinary such day's tickets, in thousandths.
    pub left: i64,
}

/// A forecast of days or weeks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// The days, or the first day of each week.
    pub starts: Vec<Date>,
    /// How many days or weeks it rests on.
    pub used: usize,
    /// How far the same method was off on the whole's own past, before it was made to add up.
    pub tested: Tested,
    /// All tickets.
    pub total: Course,
    /// The clients with most tickets.
    pub clients: BTreeMap<ClientId, Course>,
    /// Those of all others, and internal ones. With the clients they make up the total.
    pub other_clients: Course,
    /// The categories with most tickets, the largest first.
    pub categories: Vec<CategoryCourse>,
    /// Those of all other categories. With the categories they make up the total.
    pub other_categories: Course,
}

/// What is expected of a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CategoryCourse {
    /// The organisation's word; none for tickets without a category.
    pub category: Option<String>,
    /// What is expected.
    #[serde(flatten)]
    pub course: Course,
}

/// A look back, in numbers that can be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tested {
    /// From how many moments.
    pub origins: usize,
    /// How many values were told, over all of them.
    pub values: usize,
    /// The mean absolute error, in thousandths of a ticket.
    pub error: i64,
    /// That of seasonal naive: the same weekday, or the same week a year before.
    pub naive_error: i64,
    /// The share of values within each band, in thousandths; none where nothing was told.
    pub coverage: Option<[i64; 3]>,
}

/// How many tickets come over the days and weeks from the day of a snapshot on.
pub fn outlook(snapshot: &Snapshot) -> DemandOutlook {
    let desk = &snapshot.desk;
    let (shares, counts) = (Shares::of(desk, snapshot.day), Counts::of(desk, snapshot.day));
    let weekly = counts.by_week();
    let (Ok(daily), Ok(by_week)) = (counts.histories(), weekly.histories()) else {
        let none = Holidays::of(desk, &Pool::new(Grain::Day, &[], Told::NoCalendar), &[]);
        let why = NoDemand::OutOfRange;
        return DemandOutlook { holidays: none, days: Err(why), weeks: Err(why) };
    };
    let pool = Pool::new(Grain::Day, &daily, Told::Nothing).stating(desk.holidays.clone());
    let days = Said::of(&pool, DAYS, &shares);
    let weeks = Pool::with_choice(Grain::Week, &by_week, pool.choice().clone());
    let weeks = Said::of(&weeks.stating(desk.holidays.clone()), WEEKS, &shares);
    let weeks = weeks.map(|weeks| match &days {
        Ok(days) => weeks.beginning_with(days.weeks()),
        Err(_) => weeks,
    });
    let ahead = days.as_ref().map_or(&[][..], Said::total);
    let holidays = Holidays::of(desk, &pool, ahead);
    let table = |said: Said| said.table(&counts.clients, &shares);
    DemandOutlook { holidays, days: days.map(table), weeks: weeks.map(table) }
}

impl Holidays {
    fn of(desk: &Desk, pool: &Pool<'_>, ahead: &[Step]) -> Self {
        let choice = pool.choice();
        let years: BTreeSet<i16> = desk.holidays.iter().map(|date| date.year()).collect();
        let special = |step: &Step| {
            let Special { kind, name } = step.special?;
            let name = (name != STATED).then(|| name.to_owned());
            Some(SpecialDay { date: step.date, kind, name, left: thousandths(step.left) })
        };
        Self {
            stated_years: years.into_iter().collect(),
            countries: choice.countries.iter().map(ToString::to_string).collect(),
            chance: choice.chance.map(|chance| thousandths(1_000.0 * chance)),
            dips: choice.dips.0,
            explained: choice.dips.1,
            ahead: ahead.iter().filter_map(special).collect(),
        }
    }
}

impl Tested {
    fn of(backtest: &Backtest) -> Self {
        Self {
            origins: backtest.origins,
            values: backtest.tested,
            error: thousandths(backtest.own.mae),
            naive_error: thousandths(backtest.naive.mae),
            coverage: backtest.coverage.map(|shares| shares.map(thousandths)),
        }
    }
}

fn thousandths(number: f64) -> i64 {
    whole(1_000.0 * number)
}

#[cfg(test)]
mod tests;
