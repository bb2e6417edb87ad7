//! What each part of a run does with what was taken.

use clearmargin_domain::analysis::{AnalysisRun, Kept, Part, Score, SnapshotNote};
use clearmargin_insight::{
    anomalies, churn, genome, growth,
    leaks::{self, Portfolio},
    market, pricing, quality, receipts, revenue, services,
    snapshot::Snapshot,
    workload,
};
use serde::{Serialize, de::DeserializeOwned};

use super::file::{self, PORTFOLIO, SNAPSHOT};
use crate::{Ctx, Error, market::contribute};

/// What came of a part.
pub(super) struct Worked {
    /// The version of its model.
    pub(super) model: &'static str,
    pub(super) bytes: Vec<u8>,
    /// How good the model was on the past, as far as that was measured.
    pub(super) scores: Vec<Score>,
}

/// Works on a part.
pub(super) async fn work(
    ctx: &Ctx,
    run: &AnalysisRun,
    note: &SnapshotNote,
    part: Part,
) -> Result<Worked, Error> {
    let kept = note.file_of(part);
    let kept = kept.ok_or_else(|| Error::internal("nothing was taken for the part"))?;
    let snapshot = taken::<Snapshot>(ctx, run, SNAPSHOT, kept);
    match part {
        Part::Genome => worked(genome::VERSION, &genome::of_snapshot(&snapshot.await?), none),
        Part::Revenue => {
            worked(revenue::MODEL, &revenue::outlook(&snapshot.await?), quality::of_revenue)
        }
        Part::Demand => {
            worked(workload::MODEL, &workload::outlook(&snapshot.await?), quality::of_demand)
        }
        Part::Receivables => worked(receipts::MODEL, &receipts::expected(&snapshot.await?), none),
        Part::Leaks => {
            let portfolio: Portfolio = taken(ctx, run, PORTFOLIO, kept).await?;
            worked(leaks::MODEL, &leaks::findings(&portfolio, run.day), none)
        }
        Part::Churn => worked(churn::MODEL, &churn::risk(&snapshot.await?), quality::of_churn),
        Part::Pricing => worked(pricing::MODEL, &pricing::of_snapshot(&snapshot.await?), none),
        Part::Growth => worked(growth::MODEL, &growth::of_snapshot(&snapshot.await?), none),
        Part::Market => {
            let market = market::of_snapshot(&snapshot.await?);
            contribute(ctx, &market, run.day).await?;
            worked(market::MODEL, &market, none)
        }
        Part::Anomalies => {
            worked(anomalies::MODEL, &anomalies::of_snapshot(&snapshot.await?), none)
        }
        Part::Services => {
            let portfolio: Portfolio = taken(ctx, run, PORTFOLIO, kept).await?;
            worked(services::MODEL, &services::of_portfolio(&portfolio, run.day), none)
        }
    }
}

fn worked<T: Serialize>(
    model: &'static str,
    result: &T,
    scores: fn(&T) -> Vec<Score>,
) -> Result<Worked, Error> {
    let bytes = serde_json::to_vec(result).map_err(Error::internal)?;
    Ok(Worked { model, bytes, scores: scores(result) })
}

/// Of what tells nothing that becomes true or not, or of which that was not measured.
fn none<T>(_: &T) -> Vec<Score> {
    Vec::new()
}

async fn taken<T: DeserializeOwned>(
    ctx: &Ctx,
    run: &AnalysisRun,
    what: &str,
    kept: &Kept,
) -> Result<T, Error> {
    let bytes = file::find(ctx, run.id, what, kept).await?;
    let bytes = bytes.ok_or_else(|| Error::internal(format!("the {what} is gone")))?;
    serde_json::from_slice(&bytes).map_err(Error::internal)
}
