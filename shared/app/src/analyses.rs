//! Runs of all analyses, and what came of them.
//!
//! A run takes a snapshot, works through its parts, and keeps each result as a file. Each step is a
//! message of its own, and what it did is written together with the message for the next one: a run
//! that is killed anywhere does the same step again, from the same snapshot, with the same result.

mod advice;
mod file;
mod leaks;
mod names;
mod overview;
mod part;
mod portfolio;
mod quality;
mod run;
mod scenario;
mod shown;
mod snapshot;
mod summary;

use clearmargin_domain::{
    access::Action,
    analysis::{Analyses, AnalysisRun},
    id::AnalysisRunId,
};
use clearmargin_store::{List, Listing, Stored};

use crate::{Ctx, Error};

pub use advice::{Advice, advice};
pub use leaks::{Leaks, LeaksPage, WantedLeaks, leaks};
pub use names::{agreement_names, service_names};
pub use overview::{Overview, overview};
pub use quality::{Earlier, PartQuality, ScoreCourse, quality};
pub(crate) use run::{begin_after_sync, begin_due, step};
pub use run::{cancel, start};
pub use scenario::{Supposed, suppose};
pub(crate) use shown::done as last_done;
pub use shown::{
    Analysed, Anomalies, Churn, Demand, Genomes, Offers, Prices, Receivables, Revenue, Shown,
    WhiteSpace, anomalies, churn, demand, genome, genomes, market, offers, prices, receivables,
    revenue, white_space,
};
pub(crate) use summary::rephrase;
pub use summary::{Said, Summary, Told, set_rephrasing, summary};

/// A run, with how far it has come.
pub async fn run(ctx: &Ctx, id: AnalysisRunId) -> Result<AnalysisRun, Error> {
    ctx.require(Action::MarginsRead)?;
    Ok(own(ctx, id).await?.value)
}

/// A page of runs, the latest first.
pub async fn runs(
    ctx: &Ctx,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<AnalysisRun>, Error> {
    ctx.require(Action::MarginsRead)?;
    Ok(ctx.tenant().list(List::AnalysisRuns, limit, "analysis-runs", cursor).await?)
}

async fn own(ctx: &Ctx, id: AnalysisRunId) -> Result<Stored<AnalysisRun>, Error> {
    ctx.tenant().get::<AnalysisRun>(id).await?.ok_or(Error::NotFound("analysis run"))
}

/// Which runs count, and what that was read from.
async fn known(ctx: &Ctx) -> Result<(Analyses, Option<Stored<Analyses>>), Error> {
    let stored = ctx.tenant().get::<Analyses>(()).await?;
    Ok((stored.as_ref().map_or_else(Analyses::default, |stored| stored.value), stored))
}
