//! How well clients do.

use clearmargin_app::analyses::Overview;
use clearmargin_insight::genome::{Genome, Ranked};
use clearmargin_web::{Ratio, figures::PeriodView};
use rust_decimal::Decimal;
use serde::Serialize;

use super::{NOT_ENOUGH, OverviewSourceView};

/// The lower ends of the bands of scores.
const BANDS: [i64; 5] = [80, 60, 40, 20, 0];
/// How many clients are named at either end.
const NAMED: usize = 3;

/// How well clients do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OverviewScoresView {
    /// What it rests on.
    #[serde(flatten)]
    source: OverviewSourceView,
    /// The scores; null if there is no figure.
    clients: Option<OverviewScoredView>,
}

/// The scores of all clients.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OverviewScoredView {
    /// The months that they are about.
    period: PeriodView,
    /// How many clients there are in each band, the highest first.
    bands: Vec<OverviewScoreBandView>,
    /// How many clients have no score.
    unknown: usize,
    /// The three that do best, the best first.
    best: Vec<OverviewScoreView>,
    /// The three that do worst, the worst first; none that is among the best.
    worst: Vec<OverviewScoreView>,
}

/// How many clients have a score within a band.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OverviewScoreBandView {
    /// The lower end, which is in it.
    #[schema(example = 60)]
    from: i64,
    /// The upper end, which is in the next one; 100 is in the last.
    #[schema(example = 80)]
    to: i64,
    /// How many.
    clients: usize,
}

/// A client's score.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OverviewScoreView {
    /// The client.
    client_id: String,
    /// Its name.
    name: String,
    /// From 0 to 100.
    score: Ratio,
    /// Whether worked time lacks a cost rate, so that it can only be lower.
    upper_bound: bool,
}

/// How many scores lie in each band.
fn bands(scores: &[Ranked]) -> Vec<OverviewScoreBandView> {
    let mut left = scores.len();
    let mut bands = Vec::new();
    for from in BANDS {
        let below = scores.iter().filter(|it| it.score < Decimal::from(from)).count();
        // Nothing lies below the last band.
        let below = if from == 0 { 0 } else { below };
        bands.push(OverviewScoreBandView { from, to: from + 20, clients: left - below });
        left = below;
    }
    bands
}

impl OverviewScoresView {
    pub(super) fn new(of: &Overview) -> Self {
        let view = |ranked: &Ranked| OverviewScoreView {
            client_id: ranked.client.to_string(),
            name: of.name(ranked.client),
            score: Ratio(ranked.score),
            upper_bound: ranked.upper_bound,
        };
        let figure = |genome: &Genome| {
            let scores = genome.ranked();
            if scores.is_empty() {
                return Err(NOT_ENOUGH);
            }
            let others = scores.iter().skip(NAMED).rev();
            Ok(OverviewScoredView {
                period: PeriodView::new(genome.period),
                bands: bands(&scores),
                unknown: genome.clients.len() - scores.len(),
                best: scores.iter().take(NAMED).map(view).collect(),
                worst: others.take(NAMED).map(view).collect(),
            })
        };
        let (source, clients) = OverviewSourceView::of(of.genome.as_ref(), figure);
        Self { source, clients }
    }
}
