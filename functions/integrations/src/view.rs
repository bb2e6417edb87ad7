//! What the API shows of connections and runs.

use std::collections::BTreeMap;

use clearmargin_domain::{
    integration::{Connection, ConnectionStatus, Phase, RowCounts, SyncMode, SyncRun, SyncStatus},
    source::Source,
};
use serde::Serialize;

/// A connection.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionView {
    /// The system.
    #[schema(value_type = String, example = "superops")]
    source: Source,
    /// The account there.
    account: String,
    /// `connected`, `needs_reconnect` or `disconnected`.
    #[schema(value_type = String, example = "connected")]
    status: ConnectionStatus,
    /// When it was made.
    connected_at: String,
    /// Everything that the source had at this moment has been read; null: never.
    synced_to: Option<String>,
}

impl ConnectionView {
    pub(crate) fn new(connection: &Connection) -> Self {
        Self {
            source: connection.source,
            account: connection.account.clone(),
            status: connection.status,
            connected_at: connection.connected_at.to_string(),
            synced_to: connection.synced_to.map(|at| at.to_string()),
        }
    }
}

/// A run.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunView {
    /// Its id.
    #[schema(example = "run_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// `full` or `incremental`.
    #[schema(value_type = String, example = "full")]
    mode: SyncMode,
    /// `running`, `completed` or `failed`.
    #[schema(value_type = String, example = "completed")]
    status: SyncStatus,
    /// What is being read; null when nothing is.
    stage: Option<String>,
    /// What is being done with it: `reading`, `comparing`, `reading_again`, `removing` or `counting`.
    #[schema(value_type = String, example = "reading")]
    phase: Phase,
    /// Pages done.
    pages: u64,
    /// What became of the rows, by stage.
    stages: BTreeMap<String, CountsView>,
    /// What became of all rows.
    total: CountsView,
    /// When it began.
    started_at: String,
    /// When it last got on.
    updated_at: String,
    /// When it ended.
    finished_at: Option<String>,
    /// Why it failed.
    error: Option<String>,
}

/// What became of rows: `read = created + updated + unchanged + skipped + failed`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CountsView {
    /// Rows that the source sent.
    read: u64,
    /// New here.
    created: u64,
    /// Changed here.
    updated: u64,
    /// As they were, or counted and not kept, as assets are.
    unchanged: u64,
    /// Left out on purpose.
    skipped: u64,
    /// Refused; the run's failures say why.
    failed: u64,
    /// Records removed because the source has them no longer; no row speaks of them.
    removed: u64,
}

impl From<RowCounts> for CountsView {
    fn from(counts: RowCounts) -> Self {
        let RowCounts { read, created, updated, unchanged, skipped, failed, removed } = counts;
        Self { read, created, updated, unchanged, skipped, failed, removed }
    }
}

impl RunView {
    pub(crate) fn new(run: &SyncRun) -> Self {
        let stages = run.counts.iter().map(|(stage, counts)| (stage.clone(), (*counts).into()));
        let total = run.counts.values().fold(RowCounts::default(), |sum, part| sum.plus(*part));
        Self {
            id: run.id.to_string(),
            mode: run.mode,
            status: run.status,
            stage: run.stage.clone(),
            phase: run.phase,
            pages: run.step,
            stages: stages.collect(),
            total: total.into(),
            started_at: run.started_at.to_string(),
            updated_at: run.updated_at.to_string(),
            finished_at: run.finished_at.map(|at| at.to_string()),
            error: run.error.clone(),
        }
    }
}
