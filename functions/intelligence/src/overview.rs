//! `GET /api/ai/analytics/overview`

mod ahead;
mod month;
mod risks;
mod scores;

use clearmargin_app::analyses::{self, Overview, Shown};
use clearmargin_domain::money::{Currency, Money};
use clearmargin_web::{Amount, Caller, Data, Result, figures::AsOfView, schema};
use serde::Serialize;
use utoipa::openapi::Object;

use self::{
    ahead::{OverviewCashView, OverviewNextMonthView},
    month::OverviewMonthView,
    risks::{OverviewAnomaliesView, OverviewChurnView, OverviewLeaksView},
    scores::OverviewScoresView,
};

/// What people look at first. Each tile says up to when its sources had been read, and why it has no figure.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OverviewView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that all tiles but `lastMonth` are from; null as long as there was none.
    #[schema(example = "anr_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    run_id: Option<String>,
    /// The day that it is of; null as long as there was none.
    #[schema(schema_with = schema::day_or_null)]
    day: Option<String>,
    /// Revenue and margin of the last month that is over.
    last_month: OverviewMonthView,
    /// Money that goes lost and can be charged or collected.
    leaks: OverviewLeaksView,
    /// What is expected to be lost of revenue as clients leave.
    churn: OverviewChurnView,
    /// Revenue of the month after the analysis.
    next_month: OverviewNextMonthView,
    /// What comes in week by week.
    cash: OverviewCashView,
    /// How well clients do.
    scores: OverviewScoresView,
    /// Months that are unlike those before them.
    anomalies: OverviewAnomaliesView,
}

/// Whether a tile has a figure, and what that rests on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OverviewSourceView {
    /// Up to when each source had been read; null as long as nothing was analysed.
    as_of: Option<AsOfView>,
    /// Why there is no figure: `not_analysed` as long as no analysis is done, `not_enough_data`, `out_of_range` if it
    /// cannot be worked with, `not_permitted` if the caller may not read what it is made of; null where there is one.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
}

const NOT_ANALYSED: &str = "not_analysed";
const NOT_ENOUGH: &str = "not_enough_data";
const OUT_OF_RANGE: &str = "out_of_range";
const NOT_PERMITTED: &str = "not_permitted";

fn reason() -> Object {
    schema::or_null(schema::one_of([NOT_ANALYSED, NOT_ENOUGH, OUT_OF_RANGE, NOT_PERMITTED]))
}

impl OverviewSourceView {
    /// The figure of a part, or why there is none.
    fn of<'a, T, F>(
        part: Option<&'a Shown<T>>,
        figure: impl FnOnce(&'a T) -> std::result::Result<F, &'static str>,
    ) -> (Self, Option<F>) {
        let found = part.map_or(Err(NOT_ANALYSED), |shown| figure(&shown.result));
        let as_of = part.map(|shown| AsOfView::new(shown.snapshot.as_of));
        let reason = found.as_ref().err().copied();
        (Self { as_of, reason }, found.ok())
    }

    /// Of what the caller may not read.
    fn not_permitted() -> Self {
        Self { as_of: None, reason: Some(NOT_PERMITTED) }
    }
}

fn amount(minor: i64, currency: Currency) -> Amount {
    Amount(Money::new(minor, currency))
}

impl OverviewView {
    fn new(of: &Overview) -> Self {
        let run = of.genome.as_ref().map(|shown| &shown.run);
        Self {
            currency: of.currency.to_string(),
            run_id: run.map(|run| run.id.to_string()),
            day: run.map(|run| run.day.to_string()),
            last_month: OverviewMonthView::new(of),
            leaks: OverviewLeaksView::new(of),
            churn: OverviewChurnView::new(of),
            next_month: OverviewNextMonthView::new(of),
            cash: OverviewCashView::new(of),
            scores: OverviewScoresView::new(of),
            anomalies: OverviewAnomaliesView::new(of),
        }
    }
}

/// What people look at first: revenue and margin of the last month beside the month and the year before, money
/// that goes lost, revenue at risk as clients leave, what is expected of the next month and of the weeks ahead, how
/// well clients do, and how many months are unusual. The month's figures are as of now; all else is from the last
/// analysis that was done, and the operation of each has it in full.
#[utoipa::path(
    get,
    path = "/api/ai/analytics/overview",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    responses((status = 200, description = "The tiles.", body = Data<OverviewView>)),
)]
pub(crate) async fn analytics_overview(Caller(ctx): Caller) -> Result<Data<OverviewView>> {
    let overview = Box::pin(analyses::overview(&ctx)).await?;
    Ok(Data::new(OverviewView::new(&overview)))
}
