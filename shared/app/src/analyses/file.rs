//! Where snapshots and results are kept: each under its hash. Of two who do the same step at the same
//! time each keeps its own file, and the one that the run names is the one that is found.

use clearmargin_domain::{analysis::Kept, id::AnalysisRunId};

use crate::{Ctx, Error};

/// What a snapshot is called.
pub(super) const SNAPSHOT: &str = "snapshot";
/// What a portfolio is called. It is compressed, unlike everything else.
pub(super) const PORTFOLIO: &str = "portfolio";

/// Keeps a file of a run.
pub(super) async fn keep(
    ctx: &Ctx,
    run: AnalysisRunId,
    what: &str,
    bytes: Vec<u8>,
) -> Result<Kept, Error> {
    let kept = Kept::of(&bytes);
    ctx.app.archive.put(&key(ctx, run, what, &kept), bytes).await?;
    Ok(kept)
}

/// A file of a run; `None` once it is gone.
pub(super) async fn find(
    ctx: &Ctx,
    run: AnalysisRunId,
    what: &str,
    kept: &Kept,
) -> Result<Option<Vec<u8>>, Error> {
    Ok(ctx.app.archive.get(&key(ctx, run, what, kept)).await?)
}

fn key(ctx: &Ctx, run: AnalysisRunId, what: &str, kept: &Kept) -> String {
    let kind = if what == PORTFOLIO { "jsonl.gz" } else { "json" };
    format!("{}/analysis/{run}/{what}-{}.{kind}", ctx.org, kept.sha256)
}
