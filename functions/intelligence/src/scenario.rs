//! `POST /api/ai/predictions/scenario`

mod body;

use clearmargin_app::analyses::{self, Supposed};
use clearmargin_domain::{
    money::{Currency, Money},
    period::Month,
};
use clearmargin_insight::{
    forecast::LEVELS,
    revenue::{Course, Expected, ExpectedMonth},
};
use clearmargin_web::{Amount, Caller, Data, Json, Result, figures::BandView, schema};
use serde::Serialize;
use utoipa::openapi::Object;

use self::body::ScenarioBody;
use crate::predictions::PredictionSourceView;

/// What is expected if something happens.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScenarioView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that the forecast is from; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// `not_analysed` as long as no analysis is done, `no_forecast` if it has no forecast of revenue, which
    /// says why; null else.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// Each month ahead; none where there is no forecast.
    months: Vec<ScenarioMonthView>,
    /// All of them together; null where there is no forecast.
    total: Option<ScenarioSumView>,
}

/// What is expected of a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScenarioMonthView {
    /// The month.
    #[schema(example = "2026-11")]
    month: String,
    /// What it comes to.
    sums: ScenarioSumView,
    /// The forecast's bands around what is expected: what happens is taken as certain.
    bands: Vec<BandView>,
}

/// What is expected: what would be anyway − what is lost + what is raised.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScenarioSumView {
    /// What is expected if nothing happens.
    base: Amount,
    /// What those who leave would have brought.
    lost: Amount,
    /// What those who stay bring more, on what is contracted with them.
    raised: Amount,
    /// What is expected.
    expected: Amount,
    /// What those who are hired cost.
    hired: Amount,
    /// Raised − lost − hired. What a client that leaves cost is not taken off, since nobody says which of it goes
    /// along.
    margin_change: Amount,
}

fn reason() -> Object {
    schema::or_null(schema::one_of(["not_analysed", "no_forecast"]))
}

impl ScenarioSumView {
    fn new(month: ExpectedMonth, currency: Currency) -> Self {
        let money = |minor| Amount(Money::new(minor, currency));
        Self {
            base: money(month.base),
            lost: money(month.lost),
            raised: money(month.raised),
            expected: money(month.expected),
            hired: money(month.hired),
            margin_change: money(month.margin_change()),
        }
    }
}

impl ScenarioMonthView {
    fn new(
        at: usize,
        month: Month,
        sums: ExpectedMonth,
        course: &Course,
        currency: Currency,
    ) -> Self {
        let money = |minor| Amount(Money::new(minor, currency));
        let ends = LEVELS.into_iter().zip(&course.bands);
        let bands = ends.filter_map(|(level, ends)| {
            let (low, high) = ends.get(at)?;
            Some(BandView::new(level, money(*low), money(*high)))
        });
        Self {
            month: month.to_string(),
            sums: ScenarioSumView::new(sums, currency),
            bands: bands.collect(),
        }
    }
}

impl ScenarioView {
    fn new(of: &Supposed) -> Self {
        let (currency, shown) = (of.revenue.currency, of.revenue.shown.as_ref());
        let ahead = shown.map_or(&[][..], |shown| &shown.result.months);
        let months = of.expected.iter().flat_map(|expected| {
            ahead.iter().zip(&expected.months).enumerate().map(|(at, (month, sums))| {
                ScenarioMonthView::new(at, *month, *sums, &expected.course, currency)
            })
        });
        let reason = match (shown, &of.expected) {
            (None, _) => Some("not_analysed"),
            (Some(_), None) => Some("no_forecast"),
            (Some(_), Some(_)) => None,
        };
        let total = of.expected.as_ref().map(Expected::total);
        Self {
            currency: currency.to_string(),
            analysis: shown.map(PredictionSourceView::new),
            reason,
            months: months.collect(),
            total: total.map(|total| ScenarioSumView::new(total, currency)),
        }
    }
}

/// What revenue is expected if clients leave, prices rise or people are hired: the forecast with what that
/// changes, month by month. What happens is taken as certain: how likely a client is to leave for a rise is
/// another question, which the answer about prices has. Nothing is stored.
#[utoipa::path(
    post,
    path = "/api/ai/predictions/scenario",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    request_body(content = ScenarioBody, example = json!({
        "rises": [{"percent": 5, "from": "2027-01"}],
        "hires": [{"count": 1, "monthlyCost": 6500}]
    })),
    responses((status = 200, description = "What is expected.", body = Data<ScenarioView>)),
)]
pub(crate) async fn predict_scenario(
    Caller(ctx): Caller,
    Json(body): Json<ScenarioBody>,
) -> Result<Data<ScenarioView>> {
    let supposed = analyses::suppose(&ctx, |currency| body.scenario(currency)).await?;
    Ok(Data::new(ScenarioView::new(&supposed)))
}
