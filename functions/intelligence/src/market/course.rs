//! `GET /api/ai/predictions/market`

use std::collections::BTreeMap;

use clearmargin_app::market::{self, Comparison};
use clearmargin_domain::{
    market::{Metric, MetricUnit, Standing},
    period::Month,
};
use clearmargin_insight::{
    forecast::LEVELS,
    market::{Ahead, FEWEST_POINTS, Market, NoTrend, Trend, trend},
};
use clearmargin_web::{Caller, Data, Ratio, Result, schema};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::openapi::Object;

use crate::predictions::PredictionSourceView;

/// How the organisation's figures and the medians of others go on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MarketPredictionView {
    /// The currency of every figure that is money.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that the own figures are from; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// `not_analysed` as long as no analysis is done; null else.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// Whether the organisation takes part: only then are medians of others known.
    participates: bool,
    /// How many months in a row a forecast needs.
    months_needed: usize,
    /// Each figure; none as long as nothing was analysed.
    figures: Vec<MarketCourseView>,
}

/// How a figure goes on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MarketCourseView {
    /// Which.
    #[schema(schema_with = metric)]
    metric: &'static str,
    /// In what it is told.
    #[schema(schema_with = unit)]
    unit: &'static str,
    /// The organisation's own.
    own: MarketSeriesView,
    /// The medians of those that it was compared with, month by month as they were then.
    cohort: MarketSeriesView,
}

/// A figure month by month, and ahead. Each value is of the twelve months that end with its month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct MarketSeriesView {
    /// What is known, the earliest first.
    months: Vec<MarketPointView>,
    /// The last value less that of a year before; null where either is not known.
    change_of_year: Option<Ratio>,
    /// The months ahead; null where there is no forecast.
    ahead: Option<Vec<MarketAheadView>>,
    /// Why there is none: `no_data` if no month is known, `not_enough_data` if fewer in a row up to the last one
    /// than are needed, `out_of_range` if a value cannot be worked with; null else.
    #[schema(schema_with = untold)]
    reason: Option<&'static str>,
    /// How many months in a row are known; null unless that is too few.
    months_in_row: Option<usize>,
}

/// A value of a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MarketPointView {
    /// The month.
    #[schema(example = "2026-10")]
    month: String,
    /// The value.
    value: Ratio,
}

/// A month ahead.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MarketAheadView {
    /// The month.
    #[schema(example = "2026-11")]
    month: String,
    /// The most likely value.
    value: Ratio,
    /// The bands that are to hold 50, 80 and 95 per cent of what comes.
    bands: Vec<MarketRangeView>,
}

/// A band.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MarketRangeView {
    /// Of how many per cent.
    level: u8,
    /// From.
    low: Ratio,
    /// To.
    high: Ratio,
}

fn reason() -> Object {
    schema::or_null(schema::one_of(["not_analysed"]))
}

fn metric() -> Object {
    schema::one_of(Metric::ALL.map(Metric::as_str))
}

fn unit() -> Object {
    schema::one_of(MetricUnit::NAMES)
}

fn untold() -> Object {
    schema::or_null(schema::one_of(["no_data", "not_enough_data", "out_of_range"]))
}

fn ratio(value: Decimal) -> Ratio {
    Ratio(value.normalize())
}

impl MarketSeriesView {
    fn new(points: &BTreeMap<Month, Decimal>) -> Self {
        let point = |(month, value): (&Month, &Decimal)| MarketPointView {
            month: month.to_string(),
            value: ratio(*value),
        };
        let Trend { change_of_year, ahead } = trend(points);
        let (reason, have) = match &ahead {
            Ok(_) => (None, None),
            Err(NoTrend::NotEnough { have: 0 }) => (Some("no_data"), Some(0)),
            Err(NoTrend::NotEnough { have }) => (Some("not_enough_data"), Some(*have)),
            Err(NoTrend::OutOfRange) => (Some("out_of_range"), None),
        };
        let band = |(level, (low, high)): (u8, (Decimal, Decimal))| MarketRangeView {
            level,
            low: ratio(low),
            high: ratio(high),
        };
        let ahead = ahead.ok().map(|months| {
            let month = |it: Ahead| MarketAheadView {
                month: it.month.to_string(),
                value: ratio(it.point),
                bands: LEVELS.into_iter().zip(it.bands).map(band).collect(),
            };
            months.into_iter().map(month).collect()
        });
        Self {
            months: points.iter().map(point).collect(),
            change_of_year: change_of_year.map(ratio),
            ahead,
            reason,
            months_in_row: have,
        }
    }
}

fn own(metric: Metric, market: &Market) -> BTreeMap<Month, Decimal> {
    let known = market.course.iter();
    known.filter_map(|(month, known)| Some((*month, *known.get(&metric)?))).collect()
}

fn medians(metric: Metric, compared: &Comparison) -> BTreeMap<Month, Decimal> {
    let median = |standing: &Standing| {
        let place = standing.places.iter().find(|place| place.metric == metric)?;
        Some((standing.month, place.quartiles[1]))
    };
    compared.participation.standings.iter().filter_map(median).collect()
}

/// How the organisation's figures and the medians of others go on, month by month and for six months ahead.
/// A forecast needs twelve months in a row; with fewer there is none, and the answer says how many there are.
/// Values of neighbouring months share eleven months, so they move slowly.
#[utoipa::path(
    get,
    path = "/api/ai/predictions/market",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    responses((status = 200, description = "The figures.", body = Data<MarketPredictionView>)),
)]
pub(crate) async fn predict_market(Caller(ctx): Caller) -> Result<Data<MarketPredictionView>> {
    let compared = market::compared(&ctx).await?;
    let shown = compared.shown.as_ref();
    let figures = shown.map(|shown| {
        let each = Metric::ALL.into_iter().map(|metric| MarketCourseView {
            metric: metric.as_str(),
            unit: metric.unit().as_str(),
            own: MarketSeriesView::new(&own(metric, &shown.result)),
            cohort: MarketSeriesView::new(&medians(metric, &compared)),
        });
        each.collect()
    });
    Ok(Data::new(MarketPredictionView {
        currency: compared.currency.to_string(),
        analysis: shown.map(PredictionSourceView::new),
        reason: shown.is_none().then_some("not_analysed"),
        participates: compared.participation.takes_part(),
        months_needed: FEWEST_POINTS,
        figures: figures.unwrap_or_default(),
    }))
}
