//! What each part of a run does with what was taken.

use clearmargin_domain::analysis::{AnalysisRun, Kept, Part, Score, SnapshotNote};
use clearmargin_insight::{
    anomalies, churn, genome, growth,
    leaks::{self, KeptPortfolio},
    market, pricing, quality, receipts, revenue, services,
    snapshot::Snapshot,
    workload,
};
use serde::Serialize;

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
    let snapshot = snapshot(ctx, run, kept);
    match part {
        Part::Genome => worked(genome::VERSION, &genome::of_snapshot(&snapshot.await?), none),
        Part::Revenue => {
            worked(revenue::MODEL, &revenue::outlook(&snapshot.await?), quality::of_revenue)
        }
        Part::Demand => {
            worked(workload::MODEL, &workload::outlook(&snapshot.await?), quality::of_demand)
        }
        Part::Receivables => {
            worked(receipts::MODEL, &receipts::expected(&snapshot.await?), quality::of_receivables)
        }
        Part::Leaks => {
            let portfolio = portfolio(ctx, run, kept).await?;
            let findings = leaks::findings(&portfolio, run.day).map_err(Error::internal)?;
            worked(leaks::MODEL, &findings, none)
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
            let portfolio = portfolio(ctx, run, kept).await?;
            let told = services::of_portfolio(&portfolio, run.day).map_err(Error::internal)?;
            worked(services::MODEL, &told, none)
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

async fn snapshot(ctx: &Ctx, run: &AnalysisRun, kept: &Kept) -> Result<Snapshot, Error> {
    serde_json::from_slice(&taken(ctx, run, SNAPSHOT, kept).await?).map_err(Error::internal)
}

async fn portfolio(ctx: &Ctx, run: &AnalysisRun, kept: &Kept) -> Result<KeptPortfolio, Error> {
    KeptPortfolio::open(taken(ctx, run, PORTFOLIO, kept).await?).map_err(Error::internal)
}

async fn taken(ctx: &Ctx, run: &AnalysisRun, what: &str, kept: &Kept) -> Result<Vec<u8>, Error> {
    let bytes = file::find(ctx, run.id, what, kept).await?;
    bytes.ok_or_else(|| Error::internal(format!("the {what} is gone")))
}
