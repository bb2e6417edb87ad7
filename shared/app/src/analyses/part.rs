//! What each part of a run does with the snapshot.

use clearmargin_domain::analysis::Part;
use clearmargin_insight::{genome, receipts, revenue, snapshot::Snapshot, workload};

use crate::Error;

/// The version of a part's model, and the bytes of what came of it.
pub(super) fn work(part: Part, snapshot: &[u8]) -> Result<(&'static str, Vec<u8>), Error> {
    let snapshot: Snapshot = serde_json::from_slice(snapshot).map_err(Error::internal)?;
    let (model, result) = match part {
        Part::Genome => (genome::VERSION, serde_json::to_vec(&genome::of_snapshot(&snapshot))),
        Part::Revenue => (revenue::MODEL, serde_json::to_vec(&revenue::outlook(&snapshot))),
        Part::Demand => (workload::MODEL, serde_json::to_vec(&workload::outlook(&snapshot))),
        Part::Receivables => (receipts::MODEL, serde_json::to_vec(&receipts::expected(&snapshot))),
    };
    Ok((model, result.map_err(Error::internal)?))
}
