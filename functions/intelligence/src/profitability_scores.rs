//! `GET /api/ai/analytics/profitability-scores`

use clearmargin_app::{
    clients::ClientGroup,
    profitability::{self, RANKING_MONTHS, Ranking},
};
use clearmargin_domain::period::Month;
use clearmargin_insight::profitability::{Ranked, Score};
use clearmargin_web::{
    Caller, Data, Query, Ratio, Result,
    figures::{AsOfView, FiguresView, PeriodView},
    schema,
};
use serde::{Deserialize, Serialize};

/// Which months.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Months {
    /// First month; eleven before the last unless given.
    #[param(schema_with = schema::month, required = false, example = "2025-11")]
    from: Option<Month>,
    /// Last month; the current one unless given. At most 12 months in one answer.
    #[param(schema_with = schema::month, required = false, example = "2026-10")]
    to: Option<Month>,
}

/// All clients in order of margin.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RankingView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The months covered.
    period: PeriodView,
    /// Up to when each source has been read.
    as_of: AsOfView,
    /// Which version of the formulas.
    #[schema(example = "profitability/1")]
    formula: &'static str,
    /// Everything, overhead and time without a client included.
    organization: FiguresView,
    /// The clients, highest margin first.
    clients: Vec<RankedView>,
}

/// A client's place and figures.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct RankedView {
    /// 1 for the highest margin.
    rank: usize,
    /// The client.
    client_id: String,
    /// Its name.
    name: String,
    /// What is left of 100 of revenue; null without revenue.
    score: Option<ScoreView>,
    /// The figures.
    #[serde(flatten)]
    figures: FiguresView,
}

/// A score and its parts: `score = 100 − labour − products`, exactly.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ScoreView {
    /// What is left.
    score: Ratio,
    /// Labour cost in per cent of revenue.
    labour: Ratio,
    /// Product cost in per cent of revenue.
    products: Ratio,
}

impl From<Score> for ScoreView {
    fn from(score: Score) -> Self {
        Self {
            score: score.score.into(),
            labour: score.labour.into(),
            products: score.products.into(),
        }
    }
}

impl RankedView {
    fn new((ranked, client): &(Ranked, ClientGroup)) -> Self {
        Self {
            rank: ranked.rank,
            client_id: ranked.client.to_string(),
            name: client.name().to_owned(),
            score: ranked.score.map(ScoreView::from),
            figures: FiguresView::new(&ranked.figures),
        }
    }
}

impl RankingView {
    fn new(ranking: &Ranking) -> Self {
        Self {
            currency: ranking.currency.to_string(),
            period: PeriodView::new(ranking.period),
            as_of: AsOfView::new(ranking.as_of),
            formula: clearmargin_domain::metrics::FORMULA,
            organization: FiguresView::new(&ranking.organization),
            clients: ranking.clients.iter().map(RankedView::new).collect(),
        }
    }
}

/// The clients by gross margin, each with a score that adds up from its parts.
#[utoipa::path(
    get,
    path = "/api/ai/analytics/profitability-scores",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    params(Months),
    responses((status = 200, description = "The ranking.", body = Data<RankingView>)),
)]
pub(crate) async fn list_profitability_scores(
    Caller(ctx): Caller,
    Query(months): Query<Months>,
) -> Result<Data<RankingView>> {
    let period = profitability::period(&ctx, months.from, months.to, RANKING_MONTHS)?;
    let ranking = profitability::ranking(&ctx, period).await?;
    Ok(Data::new(RankingView::new(&ranking)))
}
