//! `GET /api/analytics/revenue-forecasting`

use clearmargin_app::revenue::{self, Basis, Forecasting, NoForecast, RevenueForecast};
use clearmargin_domain::money::{Currency, Money};
use clearmargin_insight::forecast::{
    Backtest, Band, LEVELS, Member, Rhythm, Score, Step, thousandths, whole,
};
use clearmargin_web::{
    Amount, Caller, Data, Format, Query, Ratio, Report, Result,
    figures::{AsOfView, BandView, PeriodView},
    layout::{Column, Kind, Layout, Table},
    schema,
};
use serde::{Deserialize, Serialize};

/// Which version of the methods and factors.
const FORMULA: &str = "forecast/3";

/// What is to be forecast.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ForecastQuery {
    /// How many months ahead, the current one first; six unless given.
    #[serde(default = "half_a_year")]
    #[param(minimum = 1, maximum = 12, default = 6)]
    months: u8,
    /// Which part of the revenue; all of it unless given.
    #[serde(default)]
    #[param(inline)]
    basis: ForecastBasis,
    /// As what.
    #[serde(default)]
    #[param(schema_with = schema::format, required = false)]
    format: Format,
}

fn half_a_year() -> u8 {
    6
}

/// Which part of the revenue is forecast.
#[derive(Debug, Default, Clone, Copy, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ForecastBasis {
    /// All of it.
    #[default]
    Total,
    /// What is work.
    Service,
    /// What is products.
    Product,
}

/// How revenue goes on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RevenueForecastingView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// Which version of the methods and of the factors of the bands.
    #[schema(example = "forecast/3")]
    formula: &'static str,
    /// Which part of the revenue.
    basis: ForecastBasis,
    /// Up to when each source has been read.
    as_of: AsOfView,
    /// The months that it rests on; null without any.
    history: Option<ForecastHistoryView>,
    /// The forecast; null where there is no answer.
    forecast: Option<RevenueForecastView>,
    /// Why there is none: `not_enough_data` with fewer months than are needed, or `out_of_range` when
    /// a month's revenue is beyond what can be worked with. Null with a forecast.
    #[schema(example = "not_enough_data")]
    no_answer: Option<&'static str>,
    /// How many months must be over for a forecast.
    #[schema(example = 12)]
    months_needed: usize,
    /// What agreements as they are known now come to a month, at the end of each month ahead.
    contracted: Vec<ContractedMonthView>,
    /// Lines that recur and have no price at the end of the last of them, so that they have no part in
    /// it.
    unpriced_lines: usize,
}

/// The months that are over, from the first with a document on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct ForecastHistoryView {
    /// From when to when; at most 60 months.
    period: PeriodView,
    /// How many months.
    months: usize,
    /// How many of them have no document; they count as months without revenue.
    months_without_documents: usize,
}

/// A forecast.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct RevenueForecastView {
    /// The methods that the forecast is the centre of.
    members: Vec<&'static str>,
    /// Each month, the current one first.
    months: Vec<ForecastMonthView>,
    /// How far such forecasts were off on the months that are over.
    backtest: BacktestView,
}

/// What is expected of a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct ForecastMonthView {
    /// The month.
    #[schema(example = "2026-11")]
    month: String,
    /// What is expected.
    expected: Amount,
    /// Where it is to lie in 50, 80 and 95 of 100 cases.
    bands: Vec<BandView>,
    /// What the same month of the last year had.
    seasonal_naive: Amount,
}

/// Forecasts from earlier months, against what came.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct BacktestView {
    /// From how many months it was forecast.
    origins: usize,
    /// How many amounts were forecast.
    tested: usize,
    /// How far the forecast was off.
    own: ForecastScoreView,
    /// How far the same month of the year before was off.
    seasonal_naive: ForecastScoreView,
    /// Whether the latter was off less.
    seasonal_naive_was_better: bool,
    /// How many of the amounts lay within the forecast's bands.
    coverage: Vec<CoverageView>,
}

/// How far forecasts were off.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ForecastScoreView {
    /// The mean absolute error.
    mae: Amount,
    /// That ÷ the mean absolute difference between a month and the same one a year before, or the month
    /// before in a history of at most a year; null when that is 0.
    mase: Option<Ratio>,
    /// The symmetric mean absolute percentage error, from 0 to 200.
    smape: Ratio,
}

/// The share of amounts within a band.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CoverageView {
    /// The share that the band is to hold, in per cent.
    #[schema(example = 80)]
    level: u8,
    /// The share that it held.
    share: Ratio,
}

/// What is contracted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ContractedMonthView {
    /// The month.
    #[schema(example = "2026-11")]
    month: String,
    /// Monthly recurring revenue at its end, with the ends and prices that are known now.
    amount: Amount,
}

impl From<ForecastBasis> for Basis {
    fn from(basis: ForecastBasis) -> Self {
        match basis {
            ForecastBasis::Total => Self::Total,
            ForecastBasis::Service => Self::Service,
            ForecastBasis::Product => Self::Product,
        }
    }
}

fn amount(number: f64, currency: Currency) -> Amount {
    Amount(Money::new(whole(number), currency))
}

impl ForecastMonthView {
    fn new(month: String, step: &Step, naive: f64, currency: Currency) -> Self {
        let end = |number| amount(number, currency);
        let band = |is: &Band| BandView::new(is.level, end(is.low), end(is.high));
        Self {
            month,
            expected: amount(step.point, currency),
            bands: step.bands.iter().map(band).collect(),
            seasonal_naive: amount(naive, currency),
        }
    }
}

impl BacktestView {
    fn new(backtest: &Backtest, currency: Currency) -> Self {
        let score = |score: &Score| ForecastScoreView {
            mae: amount(score.mae, currency),
            mase: score.mase.map(thousandths).map(Ratio),
            smape: Ratio(thousandths(score.smape)),
        };
        let shares = LEVELS.into_iter().zip(backtest.coverage);
        let coverage = |(level, share)| CoverageView { level, share: Ratio(thousandths(share)) };
        Self {
            origins: backtest.origins,
            tested: backtest.tested,
            own: score(&backtest.own),
            seasonal_naive: score(&backtest.naive),
            seasonal_naive_was_better: backtest.naive.mae < backtest.own.mae,
            coverage: shares.map(coverage).collect(),
        }
    }
}

impl RevenueForecastView {
    fn new(found: &RevenueForecast, currency: Currency) -> Self {
        let forecast = &found.forecast;
        let together = found.months.iter().zip(&forecast.steps).zip(&forecast.naive);
        Self {
            members: Member::panel(forecast.used, Rhythm::Monthly).map(Member::name).collect(),
            months: together
                .map(|((month, step), naive)| {
                    ForecastMonthView::new(month.to_string(), step, *naive, currency)
                })
                .collect(),
            backtest: BacktestView::new(&forecast.backtest, currency),
        }
    }
}

impl RevenueForecastingView {
    fn new(answer: &Forecasting, basis: ForecastBasis) -> Self {
        let reason = |reason: &NoForecast| match reason {
            NoForecast::NotEnough(_) => "not_enough_data",
            NoForecast::OutOfRange => "out_of_range",
        };
        let contracted = answer.contracted.iter().map(|(month, amount)| ContractedMonthView {
            month: month.to_string(),
            amount: Amount(*amount),
        });
        Self {
            currency: answer.currency.to_string(),
            formula: FORMULA,
            basis,
            as_of: AsOfView::new(answer.as_of),
            history: answer.history.map(|period| ForecastHistoryView {
                period: PeriodView::new(period),
                months: period.len(),
                months_without_documents: answer.empty_months,
            }),
            forecast: answer
                .outcome
                .as_ref()
                .ok()
                .map(|found| RevenueForecastView::new(found, answer.currency)),
            no_answer: answer.outcome.as_ref().err().map(reason),
            months_needed: Rhythm::Monthly.needed(),
            contracted: contracted.collect(),
            unpriced_lines: answer.unpriced_lines,
        }
    }
}

const LAYOUT: Layout = Layout {
    name: "revenue-forecasting",
    title: "Revenue forecast",
    tables: &[
        Table {
            title: "Months",
            rows: "forecast.months",
            total: None,
            columns: &[
                Column::new("month", "Month", Kind::Text),
                Column::new("expected", "Expected", Kind::Amount),
                Column::new("bands.1.low", "50 % from", Kind::Amount),
                Column::new("bands.1.high", "50 % to", Kind::Amount),
                Column::new("bands.2.low", "80 % from", Kind::Amount),
                Column::new("bands.2.high", "80 % to", Kind::Amount),
                Column::new("bands.3.low", "95 % from", Kind::Amount),
                Column::new("bands.3.high", "95 % to", Kind::Amount),
                Column::new("seasonalNaive", "A year before", Kind::Amount),
            ],
        },
        Table {
            title: "Contracted",
            rows: "contracted",
            total: None,
            columns: &[
                Column::new("month", "Month", Kind::Text),
                Column::new("amount", "A month", Kind::Amount),
            ],
        },
    ],
};

/// How revenue goes on: what is expected of each month from the current one on, between what it is to
/// lie, how far such forecasts were off on the months that are over, beside what the same month of
/// the last year had and what agreements promise.
#[utoipa::path(
    get,
    path = "/api/analytics/revenue-forecasting",
    tag = "Revenue",
    extensions(("x-action" = json!("invoices.read"))),
    params(ForecastQuery),
    responses((status = 200, description = "The forecast.", body = Data<RevenueForecastingView>)),
)]
pub(crate) async fn revenue_forecasting(
    Caller(ctx): Caller,
    Query(query): Query<ForecastQuery>,
) -> Result<Report<RevenueForecastingView>> {
    let answer = revenue::forecasting(&ctx, query.months, query.basis.into()).await?;
    Ok(Report::new(RevenueForecastingView::new(&answer, query.basis), query.format, &LAYOUT))
}
