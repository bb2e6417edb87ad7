//! What each part of a run does with what was taken.

use clearmargin_domain::analysis::{AnalysisRun, Kept, Part, SnapshotNote};
use clearmargin_insight::{
    churn, genome,
    leaks::{self, Portfolio},
    receipts, revenue,
    snapshot::Snapshot,
    workload,
};
use serde::{Serialize, de::DeserializeOwned};

use super::file::{self, PORTFOLIO, SNAPSHOT};
use crate::{Ctx, Error};

/// The version of a part's model, and the bytes of what came of it.
pub(super) async fn work(
    ctx: &Ctx,
    run: &AnalysisRun,
    note: &SnapshotNote,
    part: Part,
) -> Result<(&'static str, Vec<u8>), Error> {
    let kept = note.file_of(part);
    let kept = kept.ok_or_else(|| Error::internal("nothing was taken for the part"))?;
    let snapshot = taken::<Snapshot>(ctx, run, SNAPSHOT, kept);
    Ok(match part {
        Part::Genome => (genome::VERSION, bytes(&genome::of_snapshot(&snapshot.await?))?),
        Part::Revenue => (revenue::MODEL, bytes(&revenue::outlook(&snapshot.await?))?),
        Part::Demand => (workload::MODEL, bytes(&workload::outlook(&snapshot.await?))?),
        Part::Receivables => (receipts::MODEL, bytes(&receipts::expected(&snapshot.await?))?),
        Part::Churn => (churn::MODEL, bytes(&churn::risk(&snapshot.await?))?),
        Part::Leaks => {
            let portfolio: Portfolio = taken(ctx, run, PORTFOLIO, kept).await?;
            (leaks::MODEL, bytes(&leaks::findings(&portfolio, run.day))?)
        }
    })
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

fn bytes(result: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(result).map_err(Error::internal)
}
