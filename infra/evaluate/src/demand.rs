//! How many tickets come.
#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "measurements")]

use std::{collections::BTreeMap, path::Path};

use clearmargin_insight::{
    calendar::UnknownCountry,
    demand::{Forecast, Grain, History, HistoryError, Pool, Told},
    forecast::{FARTHEST, Rhythm, Step},
};
use jiff::civil::Date;

use crate::{
    accuracy::{Errors, Said, coverage, msis},
    file::{FileError, Words},
    report::{Report, milliseconds},
    series::Case,
};

/// A series with its days, and what came after it.
pub(crate) struct Counted {
    /// As other commands score it.
    pub(crate) case: Case,
    /// What was known.
    pub(crate) history: History,
    /// The first day.
    pub(crate) start: Date,
    /// Whether days or weeks are counted.
    pub(crate) grain: Grain,
    /// By what it was grouped, or `total`.
    pub(crate) grouping: String,
}

impl Counted {
    /// What was known and what came after it.
    pub(crate) fn values(&self) -> Vec<f64> {
        self.case.series.values().iter().chain(&self.case.test).copied().collect()
    }
}

/// Series that are told together.
type Group = ((u8, usize), Vec<Counted>);

/// The scores of the shipped forecasts. What came in `train` before anything of `data` is told adds to
/// what is known.
pub(crate) fn score(data: &Path, train: Option<&Path>, told: Told) -> Result<Report, FileError> {
    let groups = groups(read(data)?)?;
    let more = train.map(read).transpose()?.unwrap_or_default();
    let (mut cases, mut points, mut steps) = (Vec::new(), Vec::new(), Vec::new());
    let (mut spent, mut calendars) = (0.0, Vec::new());
    for ((_, horizon), group) in groups {
        let Some(first) = group.first() else { continue };
        let grain = first.grain;
        let mut histories: Vec<History> = group.iter().map(|it| it.history.clone()).collect();
        let own = histories.len();
        histories.extend(known_before(&more, &group, grain));
        let (found, calendar, milliseconds) = forecasts(grain, &histories, own, horizon, told);
        spent += milliseconds;
        calendars.push(calendar);
        for (counted, forecast) in group.into_iter().zip(found) {
            // Too short: what would be shown instead, without bands.
            let counts = forecast.map(|it| it.steps.into_iter().map(|step| step.counts).collect());
            let counts: Vec<Step> = counts.unwrap_or_default();
            points.push(if counts.is_empty() {
                naive(&counted.case)
            } else {
                counts.iter().map(|step| step.point).collect()
            });
            steps.push(counts);
            cases.push(counted.case);
        }
    }
    calendars.dedup();
    let said = said("demand", points, Some(steps), spent, cases.len());
    let plain = said_naive(&cases);
    Ok(report(&cases, &said, &plain).named("calendar", calendars.join(", ")))
}

/// What a word says of the calendar.
pub(crate) fn told(country: Option<&str>) -> Result<Told, FileError> {
    match country {
        None => Ok(Told::Nothing),
        Some("none") => Ok(Told::NoCalendar),
        Some(code) => {
            let country = code
                .parse()
                .map_err(|error: UnknownCountry| FileError::Unfit(error.to_string()))?;
            Ok(Told::Country(country))
        }
    }
}

fn report(cases: &[Case], said: &Said, plain: &Said) -> Report {
    let all = |_: &Case| true;
    let [own, naive] = [said, plain].map(|it| Errors::of(cases, it, &all));
    let within = |level| coverage(cases, said, level, &all);
    Report::default()
        .with("mase", own.mase)
        .with("wape", own.wape)
        .with("coverage50", within(0))
        .with("coverage80", within(1))
        .with("coverage95", within(2))
        .with("msis95", msis(cases, said, &all))
        .with("naiveMase", naive.mase)
        .with("naiveWape", naive.wape)
        .with("msPerItem", said.milliseconds)
}

/// The forecasts of the first `own` histories, whose calendar they rest on, and the time they took.
fn forecasts(
    grain: Grain,
    histories: &[History],
    own: usize,
    horizon: usize,
    told: Told,
) -> (Vec<Option<Forecast>>, String, f64) {
    let start = milliseconds();
    let pool = Pool::new(grain, histories, told);
    let mut found = pool.forecasts(horizon, own);
    let spent = milliseconds() - start;
    (found.drain(..).map(Result::ok).collect(), calendar(&pool), spent)
}

/// The countries of a calendar in words.
pub(crate) fn calendar(pool: &Pool<'_>) -> String {
    let codes: Vec<&str> = pool.countries().iter().map(|country| country.code()).collect();
    if codes.is_empty() { "none".to_owned() } else { codes.join("+") }
}

/// What other series hold before the first day that is told of a group.
fn known_before(more: &[Counted], group: &[Counted], grain: Grain) -> Vec<History> {
    let Some(told) = group.iter().map(|it| day(it, it.case.series.values().len())).min() else {
        return Vec::new();
    };
    let alike = more.iter().filter(|it| it.grain == grain);
    let cut = |it: &Counted| {
        let all = it.values();
        let before = (0..all.len()).take_while(|at| day(it, at + 1) <= told).count();
        history(&it.case.id, it.start, all.get(..before)?).ok()
    };
    alike.filter_map(cut).collect()
}

/// The first day of the value at a place.
pub(crate) fn day(counted: &Counted, at: usize) -> Date {
    let at = i64::try_from(at).unwrap_or(0);
    let days = if counted.grain == Grain::Week { 7 * at } else { at };
    counted.start.saturating_add(jiff::Span::new().days(days))
}

/// The series of a file, which has the column `start` too.
pub(crate) fn read(path: &Path) -> Result<Vec<Counted>, FileError> {
    let words = Words::read(path)?;
    let place = words.place("start")?;
    let starts = words.column(place);
    // Only what has to add up needs it.
    let groupings = words.place("category").ok();
    let grouping = |row: &Vec<String>| groupings.and_then(|at| row.get(at)).cloned();
    let groupings = words.rows.iter().map(grouping);
    let counted = |((case, start), grouping): ((Case, &str), Option<String>)| {
        let unfit = |why: &str| FileError::Unfit(format!("{}: {why}", case.id));
        let grain = match case.series.rhythm() {
            Rhythm::Daily => Grain::Day,
            Rhythm::Weekly => Grain::Week,
            Rhythm::Monthly => {
                return Err(unfit("demand is told by days or weeks, with the period 7 or 52"));
            }
        };
        let start: Date = start.parse().map_err(|_| unfit("the start is no day"))?;
        let history = history(&case.id, start, case.series.values())
            .map_err(|error| unfit(&error.to_string()))?;
        let grouping = grouping.unwrap_or_default();
        Ok(Counted { case, history, start, grain, grouping })
    };
    Case::of(&words, usize::MAX)?.into_iter().zip(starts).zip(groupings).map(counted).collect()
}

/// The history of values without gaps.
pub(crate) fn history(name: &str, start: Date, values: &[f64]) -> Result<History, HistoryError> {
    let values: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
    History::new(name, start, &values)
}

/// Those of one rhythm that are told equally far.
fn groups(all: Vec<Counted>) -> Result<Vec<Group>, FileError> {
    let mut groups: BTreeMap<(u8, usize), Vec<Counted>> = BTreeMap::new();
    for counted in all {
        let horizon = counted.case.test.len();
        if horizon > FARTHEST {
            let id = &counted.case.id;
            return Err(FileError::Unfit(format!("{id}: at most {FARTHEST} steps are told")));
        }
        let weekly = u8::from(counted.grain == Grain::Week);
        groups.entry((weekly, horizon)).or_default().push(counted);
    }
    Ok(groups.into_iter().collect())
}

fn naive(case: &Case) -> Vec<f64> {
    clearmargin_insight::forecast::Member::SeasonalNaive.points(&case.series, case.test.len())
}

fn said_naive(cases: &[Case]) -> Said {
    said("seasonal naive", cases.iter().map(naive).collect(), None, 0.0, cases.len())
}

fn said(
    name: &str,
    points: Vec<Vec<f64>>,
    steps: Option<Vec<Vec<Step>>>,
    spent: f64,
    items: usize,
) -> Said {
    Said { name: name.to_owned(), points, steps, milliseconds: spent / items.max(1) as f64 }
}
