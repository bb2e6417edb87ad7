//! Connections to source systems, the runs that read them, and what a run counts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    id::{ClientId, MatchId, SyncRunId},
    source::Source,
};

/// Whether a connection can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionStatus {
    /// In use.
    Connected,
    /// The source refuses the credentials: somebody has to connect anew.
    NeedsReconnect,
    /// Somebody ended it: there are no credentials any more, and what was read stays.
    Disconnected,
}

/// A connection of the organisation to a source system: one per system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// The system.
    pub source: Source,
    /// The account there: SuperOps sub-domain, QuickBooks realm id.
    pub account: String,
    /// Whether it can be used.
    pub status: ConnectionStatus,
    /// Credentials, sealed; readable only with the key service and this connection's context. None once it
    /// is disconnected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed_credentials: Option<String>,
    /// When it was made.
    pub connected_at: Timestamp,
    /// The latest run; perhaps still in progress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run: Option<SyncRunId>,
    /// Everything that the source had at this moment has been read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synced_to: Option<Timestamp>,
    /// The source was last read whole at this moment: what it had deleted by then is gone here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_to: Option<Timestamp>,
}

impl Connection {
    /// The connection without its credentials. The account stays, since what was read is that account's.
    #[must_use]
    pub fn disconnected(&self) -> Self {
        Self { status: ConnectionStatus::Disconnected, sealed_credentials: None, ..self.clone() }
    }

    /// The connection after the source refused its credentials; one that somebody ended meanwhile stays so.
    #[must_use]
    pub fn refused(&self) -> Self {
        let status = match self.status {
            ConnectionStatus::Disconnected => ConnectionStatus::Disconnected,
            ConnectionStatus::Connected | ConnectionStatus::NeedsReconnect => {
                ConnectionStatus::NeedsReconnect
            }
        };
        Self { status, ..self.clone() }
    }
}

/// How much a run reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncMode {
    /// Everything.
    Full,
    /// What changed since the last run, where the source can tell.
    Incremental,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncStatus {
    /// Reads.
    Running,
    /// Has read everything.
    Completed,
    /// Has stopped; `error` says why.
    Failed,
}

/// What a run does with the stage it is in. What a source deletes it often never tells: whoever
/// reads it whole may compare. A list may lose a row to a reader when rows before it vanish
/// meanwhile, so a record has to be missing from two readings before it goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Reads what the source has.
    #[default]
    Reading,
    /// Looks for records that were not read.
    Comparing,
    /// Reads again, since there are some.
    ReadingAgain,
    /// Removes records that were read neither time.
    Removing,
    /// Stores how many of the rows that were read each client has.
    Counting,
}

impl Phase {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    fn is_reading(&self) -> bool {
        *self == Self::Reading
    }
}

/// What became of the rows read: `read = created + updated + unchanged + skipped + failed`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RowCounts {
    /// Rows that the source sent.
    pub read: u64,
    /// New here.
    pub created: u64,
    /// Changed here.
    pub updated: u64,
    /// As they were, or counted and not kept, as assets are.
    pub unchanged: u64,
    /// Left out on purpose, such as a row older than the one stored.
    pub skipped: u64,
    /// Refused; each has its reason.
    pub failed: u64,
    /// Records removed because the source has them no longer; no row speaks of them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub removed: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Up to when each source has been read; `None`: never.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AsOf {
    /// SuperOps: time and what it is worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superops: Option<Timestamp>,
    /// QuickBooks: revenue and bought cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quickbooks: Option<Timestamp>,
}

impl RowCounts {
    /// How many records were written or removed.
    pub const fn changed(&self) -> u64 {
        self.created + self.updated + self.removed
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            read: self.read + other.read,
            created: self.created + other.created,
            updated: self.updated + other.updated,
            unchanged: self.unchanged + other.unchanged,
            skipped: self.skipped + other.skipped,
            failed: self.failed + other.failed,
            removed: self.removed + other.removed,
        }
    }

    /// Whether each row read has become exactly one thing.
    pub fn add_up(self) -> bool {
        self.read == self.created + self.updated + self.unchanged + self.skipped + self.failed
    }
}

/// One run over a source system: a chain of pages, each one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncRun {
    /// Our id.
    pub id: SyncRunId,
    /// The system.
    pub source: Source,
    /// How much is read.
    pub mode: SyncMode,
    /// Where it stands.
    pub status: SyncStatus,
    /// Pages done; a message for another step than this is a repeat and does nothing.
    pub step: u64,
    /// What is being read, such as `invoices`; none when done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// What is being done with it.
    #[serde(default, skip_serializing_if = "Phase::is_reading")]
    pub phase: Phase,
    /// Whether records that the source has no longer are looked for: in a full run after the first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub compares: bool,
    /// Where in the phase the next page begins: in the connector's own words while reading.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub cursor: Value,
    /// What became of the rows, by stage.
    pub counts: BTreeMap<String, RowCounts>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it last got on.
    pub updated_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Where an incremental run begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Why it stopped, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A row that was refused in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RowFailure {
    /// What was being read.
    pub stage: String,
    /// The row's id in the source.
    pub external_id: String,
    /// Why it was refused.
    pub reason: String,
}

/// What is known about whether two clients are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchStatus {
    /// Certain by rule, and joined.
    Certain,
    /// Likely: waits for a person.
    Doubtful,
    /// A person said yes.
    Accepted,
    /// A person said no.
    Rejected,
}

/// One step of the reasoning about a match.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// The rule, such as `domain` or `name_similarity`.
    pub rule: String,
    /// What it saw.
    pub detail: String,
}

/// That a client of one system may be a client of the other, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientMatch {
    /// Our id, derived from the pair.
    pub id: MatchId,
    /// The record that would be merged.
    pub client: ClientId,
    /// The record that it would be merged into.
    pub into: ClientId,
    /// What is known.
    pub status: MatchStatus,
    /// Name similarity, 0 to 1000.
    pub score_per_mille: u16,
    /// Why.
    pub trail: Vec<Evidence>,
    /// When a person decided; none while only rules have spoken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
}

impl ClientMatch {
    /// How alike the names are, 0 to 1.
    pub fn similarity(&self) -> rust_decimal::Decimal {
        rust_decimal::Decimal::new(self.score_per_mille.into(), 3)
    }
}
