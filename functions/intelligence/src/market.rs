//! `GET /api/ai/insights/market`, and whether the organisation takes part.

pub(crate) mod course;
mod figure;

use clearmargin_app::market::{self, Comparison};
use clearmargin_domain::market::{FEWEST_OTHERS, MOST_MONTHS, Metric, SETTLED_ON};
use clearmargin_insight::market::MONTHS;
use clearmargin_web::{Caller, Data, Json, Result, schema};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

use self::figure::MarketFigureView;
use crate::predictions::PredictionSourceView;

/// The organisation's figures beside what is published of the trade and beside those of others.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MarketInsightsView {
    /// The currency of every figure that is money.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that it is from; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// `not_analysed` as long as no analysis is done; null else.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// The month that the figures end with; null as long as nothing was analysed.
    #[schema(example = "2026-10")]
    month: Option<String>,
    /// Over how many months they are.
    months: u16,
    /// Who is compared with.
    cohorts: CohortRulesView,
    /// Each figure; none as long as nothing was analysed.
    figures: Vec<MarketFigureView>,
}

/// Who is compared with, and by which rules.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct CohortRulesView {
    /// Whether the organisation takes part: only then does it see anything of others.
    participates: bool,
    /// How many others there have to be for anything to be told.
    others_needed: usize,
    /// From which day of the next month on a month's figures are worked out, once and for good.
    settled_from_day: i32,
    /// The last month that was worked out for the organisation; null: none.
    #[schema(example = "2026-10")]
    month: Option<String>,
    /// How many months are kept.
    months_kept: usize,
    /// How values count: those of each organisation once, whatever its size.
    #[schema(example = "each_organization_once")]
    weight: &'static str,
}

impl CohortRulesView {
    fn new(compared: &Comparison) -> Self {
        let last = compared.participation.standings.last();
        Self {
            participates: compared.participation.takes_part(),
            others_needed: FEWEST_OTHERS,
            settled_from_day: SETTLED_ON,
            month: last.map(|standing| standing.month.to_string()),
            months_kept: MOST_MONTHS,
            weight: "each_organization_once",
        }
    }
}

fn reason() -> Object {
    schema::or_null(schema::one_of(["not_analysed"]))
}

/// The organisation's figures of the last twelve months that are over, each beside what is published of
/// the trade, with its source and limits, and beside the quartiles of other organisations that take part.
/// What is not known is null and says why. It is from the last analysis that was done.
#[utoipa::path(
    get,
    path = "/api/ai/insights/market",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    responses((status = 200, description = "The figures.", body = Data<MarketInsightsView>)),
)]
pub(crate) async fn market_insights(Caller(ctx): Caller) -> Result<Data<MarketInsightsView>> {
    let compared = market::compared(&ctx).await?;
    let shown = compared.shown.as_ref();
    let figures = shown.map(|shown| {
        let each = Metric::ALL.into_iter();
        each.map(|metric| MarketFigureView::new(metric, &shown.result, &compared)).collect()
    });
    Ok(Data::new(MarketInsightsView {
        currency: compared.currency.to_string(),
        analysis: shown.map(PredictionSourceView::new),
        reason: shown.is_none().then_some("not_analysed"),
        month: shown.map(|shown| shown.result.month.to_string()),
        months: MONTHS,
        cohorts: CohortRulesView::new(&compared),
        figures: figures.unwrap_or_default(),
    }))
}

/// Whether the organisation takes part.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ParticipationBody {
    /// Whether it does.
    participates: bool,
}

/// Whether the organisation takes part.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ParticipationView {
    /// Whether it does.
    participates: bool,
}

/// Begins to take part in comparisons with other organisations, or ends it. Whoever takes part gives a few
/// coarse figures each month, under a number that names nobody, and sees the quartiles of all who do. Whoever
/// ends it has all that it gave removed at once; quartiles that were worked out before stay as they are.
/// Saying again what is so changes nothing.
#[utoipa::path(
    put,
    path = "/api/ai/insights/market/participation",
    tag = "Analytics",
    extensions(("x-action" = json!("cohorts.join"))),
    request_body(content = ParticipationBody, example = json!({"participates": true})),
    responses((status = 200, description = "Whether it does.", body = Data<ParticipationView>)),
)]
pub(crate) async fn set_market_participation(
    Caller(ctx): Caller,
    Json(body): Json<ParticipationBody>,
) -> Result<Data<ParticipationView>> {
    let participates = market::participate(&ctx, body.participates).await?;
    Ok(Data::new(ParticipationView { participates }))
}
