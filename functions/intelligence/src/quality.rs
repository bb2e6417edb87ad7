//! `GET /api/ai/analytics/quality`

use clearmargin_app::analyses::{self, PartQuality, ScoreCourse};
use clearmargin_domain::analysis::{Measure, Part, ScoreOf};
use clearmargin_web::{Caller, Data, Ratio, Result, schema};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::openapi::Object;

/// How good the models were.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ModelQualitiesView {
    /// The model of each part of an analysis.
    models: Vec<ModelQualityView>,
}

/// How good a model was on the organisation's own past.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ModelQualityView {
    /// What is analysed.
    #[schema(schema_with = part)]
    part: &'static str,
    /// The version of the model; null as long as nothing was analysed.
    #[schema(example = "revenue/2")]
    model: Option<String>,
    /// The last analysis with it; null as long as there was none.
    run_id: Option<String>,
    /// The day that it is of.
    #[schema(schema_with = schema::day_or_null)]
    day: Option<String>,
    /// Why nothing is told of it: `not_analysed` as long as no analysis is done, `not_measured` if the past
    /// is too short, or it predicts nothing that could be held against what became; null else.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// What was measured.
    scores: Vec<ModelScoreView>,
}

/// A measure of what a model told of months that are over, from what was known before them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ModelScoreView {
    /// Of what.
    #[schema(schema_with = of)]
    of: &'static str,
    /// Which measure: `scaled_error` is the mean absolute error ÷ that of seasonal naive, of `days_to_pay` ÷ that of
    /// the client's own mean; `coverage_80` the share of values within the band of 80 per cent; `brier`, `log_loss`, `auc` and `calibration_error` are those of
    /// probabilities.
    #[schema(schema_with = measure)]
    measure: &'static str,
    /// What it came to.
    value: Ratio,
    /// What it is to be; null of what is only to be low or, of `auc`, high.
    wanted: Option<Ratio>,
    /// What it comes to for somebody who says the same of all, of `late` the share that was late in the end; null
    /// where that is not measured. That of
    /// `scaled_error` is 1.
    plain: Option<Ratio>,
    /// Of how many values or cases.
    cases: u32,
    /// How far it lies from the median of the earlier ones; null with fewer than five.
    drift: Option<Ratio>,
    /// What it came to in earlier analyses of the same version, the latest first.
    earlier: Vec<EarlierScoreView>,
}

/// What a score came to in an earlier analysis.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EarlierScoreView {
    /// The analysis.
    run_id: String,
    /// The day that it is of.
    #[schema(format = Date, example = "2026-11-28")]
    day: String,
    /// What it came to.
    value: Ratio,
}

fn part() -> Object {
    schema::one_of(Part::ALL.map(Part::as_str))
}

fn reason() -> Object {
    schema::or_null(schema::one_of(["not_analysed", "not_measured"]))
}

fn of() -> Object {
    schema::one_of(ScoreOf::NAMES)
}

fn measure() -> Object {
    schema::one_of(Measure::NAMES)
}

fn millionths(value: i64) -> Ratio {
    Ratio(Decimal::new(value, 6).normalize())
}

impl ModelScoreView {
    fn new(of: &ScoreCourse) -> Self {
        let ScoreCourse { score, earlier, drift } = of;
        let earlier = earlier.iter().map(|it| EarlierScoreView {
            run_id: it.run.to_string(),
            day: it.day.to_string(),
            value: millionths(it.value),
        });
        Self {
            of: score.of.as_str(),
            measure: score.measure.as_str(),
            value: millionths(score.value),
            wanted: score.measure.wanted().map(millionths),
            plain: score.plain.map(millionths),
            cases: score.cases,
            drift: drift.map(millionths),
            earlier: earlier.collect(),
        }
    }
}

impl ModelQualityView {
    fn new(of: &PartQuality) -> Self {
        let run = of.run.as_ref();
        let reason = match (run, of.scores.is_empty()) {
            (None, _) => Some("not_analysed"),
            (Some(_), true) => Some("not_measured"),
            (Some(_), false) => None,
        };
        Self {
            part: of.part.as_str(),
            model: run.and_then(|run| run.result(of.part)).map(|it| it.model.clone()),
            run_id: run.map(|run| run.id.to_string()),
            day: run.map(|run| run.day.to_string()),
            reason,
            scores: of.scores.iter().map(ModelScoreView::new).collect(),
        }
    }
}

/// How good each model was on the organisation's own past, as the last analysis measured it: errors beside
/// those of a plain method, whether bands hold as much as they say, whether probabilities come true, and
/// how that moved over the last 30 analyses.
#[utoipa::path(
    get,
    path = "/api/ai/analytics/quality",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    responses((status = 200, description = "The models.", body = Data<ModelQualitiesView>)),
)]
pub(crate) async fn model_quality(Caller(ctx): Caller) -> Result<Data<ModelQualitiesView>> {
    let parts = analyses::quality(&ctx).await?;
    let models = parts.iter().map(ModelQualityView::new).collect();
    Ok(Data::new(ModelQualitiesView { models }))
}
