//! `GET /api/ai/predictions/demand`

use std::cmp::Reverse;

use clearmargin_app::analyses::{self, Demand};
use clearmargin_domain::id::ClientId;
use clearmargin_insight::{
    calendar::Kind,
    workload::{
        CategoryCourse, Course, DemandOutlook, Holidays, NoDemand, SpecialDay, TICKET_LEVELS,
        Table, Tested,
    },
};
use clearmargin_web::{Caller, Data, Ratio, Result, schema};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::openapi::Object;

use crate::predictions::PredictionSourceView;

/// How many tickets come, by day and by week.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemandPredictionView {
    /// The analysis that it is from; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// Whose holidays count, and why; null as long as nothing was analysed.
    holidays: Option<DemandHolidaysView>,
    /// The next 28 days, the day of the analysis first.
    days: DemandGrainView,
    /// The next twelve weeks of seven days, the one that begins on that day first. The first four are
    /// the sums of the days.
    weeks: DemandGrainView,
}

/// Whose holidays count.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemandHolidaysView {
    /// The years of which the organisation states its own holidays: in them these alone count.
    stated_years: Vec<i16>,
    /// The countries whose holidays count in other years, where all of them have one: those that
    /// explain best on which days there were few tickets. None where none does better than chance.
    #[schema(example = json!(["US"]))]
    countries: Vec<String>,
    /// The chance that as many days at random would explain as much as the best country's, times the
    /// number of countries, at most 1; null where nothing was looked for.
    chance: Option<Ratio>,
    /// On how many weekdays there were less than half as many tickets as in the weeks around.
    dips: usize,
    /// How many of them the best country's calendar has.
    explained_dips: usize,
    /// The holidays and bridges among the days ahead.
    ahead: Vec<DemandHolidayView>,
}

/// A weekday ahead on which fewer people work.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DemandHolidayView {
    /// The day.
    #[schema(format = Date, example = "2026-12-25")]
    date: String,
    /// `public` where everybody is off, `partly` where some regions or trades are, `bridge` for a working
    /// day between a public holiday and a weekend or another one.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// What it is called, of a bridge the holiday beside it; null for what the organisation states.
    name: Option<String>,
    /// The share of an ordinary such day's tickets that is left.
    left: Ratio,
}

/// A forecast by day or by week, or why there is none.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DemandGrainView {
    /// The forecast; null where there is none.
    forecast: Option<DemandTableView>,
    /// Why there is none: `not_analysed` as long as no analysis is done, `not_enough_data` if too few
    /// days or weeks are over since the first ticket, `out_of_range` if their tickets cannot be
    /// worked with.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// How many days or weeks are over; null unless that is too few.
    have: Option<usize>,
    /// How many have to be; null unless that is too few.
    needed: Option<usize>,
}

/// A forecast by day or by week. Lists have one number for each of `starts`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemandTableView {
    /// The days, or the first day of each week.
    #[schema(example = json!(["2026-11-28"]))]
    starts: Vec<String>,
    /// How many days or weeks it rests on.
    used: usize,
    /// How far the same method was off on the past of all tickets.
    backtest: DemandBacktestView,
    /// All tickets.
    total: DemandCourseView,
    /// The clients with most tickets, the largest expectation first.
    clients: Vec<DemandClientView>,
    /// All other clients, and internal tickets. With `clients` they make up the total exactly.
    other_clients: DemandCourseView,
    /// The categories with most tickets lately, the largest first.
    categories: Vec<DemandCategoryView>,
    /// All other categories. With `categories` they make up the total exactly.
    other_categories: DemandCourseView,
}

/// What is expected.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DemandCourseView {
    /// The mean of what may come, to the thousandth of a ticket: means add up.
    expected: Vec<Ratio>,
    /// Bands that are to hold 50, 80 and 95 of 100 counts. With few tickets the mean need not lie in
    /// them.
    bands: Vec<DemandBandView>,
}

/// A band, in whole tickets.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DemandBandView {
    /// The share of counts, in per cent, that it is to hold.
    #[schema(example = 80)]
    level: u8,
    /// The fewest.
    low: Vec<i64>,
    /// The most.
    high: Vec<i64>,
}

/// What is expected of a client.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemandClientView {
    /// The client.
    client_id: String,
    /// Its name.
    name: String,
    /// How many tickets are expected in all.
    tickets: Ratio,
    /// What is expected of each day or week.
    course: DemandCourseView,
}

/// What is expected of a category: the share of all tickets that it had lately.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DemandCategoryView {
    /// The organisation's word; null for tickets without a category.
    category: Option<String>,
    /// How many tickets are expected in all.
    tickets: Ratio,
    /// What is expected of each day or week.
    course: DemandCourseView,
}

/// How far a forecast of all tickets was off on its own past, beside seasonal naive: the same weekday a
/// week before, or the same week a year before (the last week where there is no whole year).
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemandBacktestView {
    /// From how many moments was looked ahead.
    origins: usize,
    /// How many counts were told.
    tested: usize,
    /// The mean absolute error, in tickets.
    mean_absolute_error: Ratio,
    /// That of seasonal naive.
    naive_mean_absolute_error: Ratio,
    /// The share of counts within the band of 50, of 80 and of 95 per cent; null where none was told.
    coverage: Option<Vec<Ratio>>,
}

fn kind() -> Object {
    schema::one_of(Kind::NAMES)
}

fn reason() -> Object {
    schema::or_null(schema::one_of(["not_analysed", "not_enough_data", "out_of_range"]))
}

fn thousandths(number: i64) -> Ratio {
    Ratio(Decimal::new(number, 3))
}

fn tickets(course: &Course) -> i64 {
    course.expected.iter().fold(0, |sum, step| sum.saturating_add(*step))
}

impl DemandHolidaysView {
    fn new(holidays: &Holidays) -> Self {
        let ahead = |day: &SpecialDay| DemandHolidayView {
            date: day.date.to_string(),
            kind: day.kind.as_str(),
            name: day.name.clone(),
            left: thousandths(day.left),
        };
        Self {
            stated_years: holidays.stated_years.clone(),
            countries: holidays.countries.clone(),
            chance: holidays.chance.map(|millionths| Ratio(Decimal::new(millionths, 6))),
            dips: holidays.dips,
            explained_dips: holidays.explained,
            ahead: holidays.ahead.iter().map(ahead).collect(),
        }
    }
}

impl DemandCourseView {
    fn new(course: &Course) -> Self {
        let band = |(level, ends): (&u8, &Vec<(i64, i64)>)| {
            let (low, high) = ends.iter().copied().unzip();
            DemandBandView { level: *level, low, high }
        };
        Self {
            expected: course.expected.iter().map(|step| thousandths(*step)).collect(),
            bands: TICKET_LEVELS.iter().zip(&course.bands).map(band).collect(),
        }
    }
}

impl DemandBacktestView {
    fn new(tested: &Tested) -> Self {
        Self {
            origins: tested.origins,
            tested: tested.values,
            mean_absolute_error: thousandths(tested.error),
            naive_mean_absolute_error: thousandths(tested.naive_error),
            coverage: tested.coverage.map(|shares| shares.map(thousandths).into()),
        }
    }
}

impl DemandTableView {
    fn new(table: &Table, demand: &Demand) -> Self {
        let mut clients: Vec<_> = table.clients.iter().collect();
        clients.sort_by_key(|(id, course)| (Reverse(tickets(course)), **id));
        let client = |(id, course): (&ClientId, &Course)| DemandClientView {
            client_id: id.to_string(),
            name: demand.name(*id),
            tickets: thousandths(tickets(course)),
            course: DemandCourseView::new(course),
        };
        let category = |CategoryCourse { category, course }: &CategoryCourse| DemandCategoryView {
            category: category.clone(),
            tickets: thousandths(tickets(course)),
            course: DemandCourseView::new(course),
        };
        Self {
            starts: table.starts.iter().map(ToString::to_string).collect(),
            used: table.used,
            backtest: DemandBacktestView::new(&table.tested),
            total: DemandCourseView::new(&table.total),
            clients: clients.into_iter().map(client).collect(),
            other_clients: DemandCourseView::new(&table.other_clients),
            categories: table.categories.iter().map(category).collect(),
            other_categories: DemandCourseView::new(&table.other_categories),
        }
    }
}

impl DemandGrainView {
    fn new(outcome: Option<&std::result::Result<Table, NoDemand>>, demand: &Demand) -> Self {
        let none = |reason| Self { forecast: None, reason: Some(reason), have: None, needed: None };
        match outcome {
            None => none("not_analysed"),
            Some(Ok(table)) => Self {
                forecast: Some(DemandTableView::new(table, demand)),
                reason: None,
                have: None,
                needed: None,
            },
            Some(Err(NoDemand::NotEnough { have, needed })) => {
                Self { have: Some(*have), needed: Some(*needed), ..none("not_enough_data") }
            }
            Some(Err(NoDemand::OutOfRange)) => none("out_of_range"),
        }
    }
}

impl DemandPredictionView {
    fn new(demand: &Demand) -> Self {
        let told: Option<&DemandOutlook> = demand.shown.as_ref().map(|shown| &shown.result);
        Self {
            analysis: demand.shown.as_ref().map(PredictionSourceView::new),
            holidays: told.map(|told| DemandHolidaysView::new(&told.holidays)),
            days: DemandGrainView::new(told.map(|told| &told.days), demand),
            weeks: DemandGrainView::new(told.map(|told| &told.weeks), demand),
        }
    }
}

/// How many tickets come on each of the next 28 days and in each of the next twelve weeks: all of them,
/// those of the fifty largest clients and those of each category, so that they add up exactly, with
/// bands and a backtest. It is from the last analysis that was done.
#[utoipa::path(
    get,
    path = "/api/ai/predictions/demand",
    tag = "Analytics",
    extensions(("x-action" = json!("tickets.read"))),
    responses((status = 200, description = "The forecast.", body = Data<DemandPredictionView>)),
)]
pub(crate) async fn predict_demand(Caller(ctx): Caller) -> Result<Data<DemandPredictionView>> {
    let demand = analyses::demand(&ctx).await?;
    Ok(Data::new(DemandPredictionView::new(&demand)))
}
