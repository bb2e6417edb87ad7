//! A figure beside what is published of the trade and beside those of others.

use clearmargin_app::market::Comparison;
use clearmargin_domain::market::{Metric, MetricUnit, Place, SizeBand, Standing};
use clearmargin_insight::market::{Market, NoFigure, Published, published};
use clearmargin_web::{Ratio, schema};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::openapi::Object;

/// A figure beside what is published of the trade and beside those of others.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MarketFigureView {
    /// Which.
    #[schema(schema_with = metric)]
    metric: &'static str,
    /// In what it is told: `ratio` is a part of 1, `money` is in major units of the currency.
    #[schema(schema_with = unit)]
    unit: &'static str,
    /// The organisation's value; null where it is not known.
    value: Option<Ratio>,
    /// Why it is not: `too_few_months` with fewer than twelve that are over or have tickets, `no_revenue`,
    /// `no_time` recorded, `uncosted_time`, `no_recurring` lines, `not_counted` users or endpoints, or
    /// `net_credit`; null else.
    #[schema(schema_with = unknown)]
    reason: Option<&'static str>,
    /// What is published of it; null where nothing is known that measures the same.
    published: Option<MarketBandView>,
    /// What other organisations come to; null where that is not told.
    cohort: Option<CohortView>,
    /// Why it is not: `not_participating`, `not_settled` as long as no month was worked out since it takes part,
    /// or `too_few_others` if not as many others as are needed gave it; null else.
    #[schema(schema_with = untold)]
    cohort_reason: Option<&'static str>,
}

/// What is published of a figure.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct MarketBandView {
    /// From here on it is weak; null where nobody says.
    weak: Option<Ratio>,
    /// What is typical begins here.
    typical_from: Ratio,
    /// And ends here.
    typical_to: Ratio,
    /// From here on it is strong; null where nobody says.
    strong: Option<Ratio>,
    /// Who says so.
    source: &'static str,
    /// Of which year; null where the source does not tell.
    year: Option<i16>,
    /// What it measures.
    measures: &'static str,
    /// How far it goes.
    limits: &'static str,
}

/// What other organisations come to. Values are coarse, and nobody's alone.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CohortView {
    /// The month that it ends with.
    #[schema(example = "2026-10")]
    month: String,
    /// How many active clients those have whom it is compared with; null: those of all sizes.
    #[schema(schema_with = size)]
    size: Option<&'static str>,
    /// A quarter of all lies at or below it.
    lower_quartile: Ratio,
    /// Half of all lies at or below it.
    median: Ratio,
    /// Three quarters of all lie at or below it.
    upper_quartile: Ratio,
    /// The share of the others below the organisation's own value of that month, in steps of 0.05; null where
    /// it had none.
    percentile: Option<Ratio>,
}

fn metric() -> Object {
    schema::one_of(Metric::ALL.map(Metric::as_str))
}

fn unit() -> Object {
    schema::one_of(MetricUnit::NAMES)
}

fn unknown() -> Object {
    schema::or_null(schema::one_of(NoFigure::NAMES))
}

fn untold() -> Object {
    schema::or_null(schema::one_of(["not_participating", "not_settled", "too_few_others"]))
}

fn size() -> Object {
    schema::or_null(schema::one_of(SizeBand::NAMES))
}

fn ratio(value: Decimal) -> Ratio {
    Ratio(value.normalize())
}

impl MarketBandView {
    fn new(published: &Published) -> Self {
        let Published { band, measures, limits } = published;
        Self {
            weak: band.weak.map(ratio),
            typical_from: ratio(band.typical.0),
            typical_to: ratio(band.typical.1),
            strong: band.strong.map(ratio),
            source: band.source,
            year: band.year,
            measures,
            limits,
        }
    }
}

impl CohortView {
    fn new(standing: &Standing, place: &Place) -> Self {
        let [lower, median, upper] = place.quartiles;
        Self {
            month: standing.month.to_string(),
            size: place.size.map(SizeBand::as_str),
            lower_quartile: ratio(lower),
            median: ratio(median),
            upper_quartile: ratio(upper),
            percentile: place.percentile.map(ratio),
        }
    }
}

/// What others come to in the last month that was worked out, or why that is not told.
fn cohort(metric: Metric, compared: &Comparison) -> Result<CohortView, &'static str> {
    let participation = &compared.participation;
    if !participation.takes_part() {
        return Err("not_participating");
    }
    let standing = participation.standings.last().ok_or("not_settled")?;
    let place = standing.places.iter().find(|place| place.metric == metric);
    place.map(|place| CohortView::new(standing, place)).ok_or("too_few_others")
}

impl MarketFigureView {
    /// A figure of these.
    pub(super) fn new(metric: Metric, market: &Market, compared: &Comparison) -> Self {
        let figure = market.figures.get(&metric).copied().unwrap_or(Err(NoFigure::TooFewMonths));
        let band = published(metric, compared.currency);
        let cohort = cohort(metric, compared);
        Self {
            metric: metric.as_str(),
            unit: metric.unit().as_str(),
            value: figure.ok().map(ratio),
            reason: figure.err().map(NoFigure::as_str),
            published: band.as_ref().map(MarketBandView::new),
            cohort_reason: cohort.as_ref().err().copied(),
            cohort: cohort.ok(),
        }
    }
}
