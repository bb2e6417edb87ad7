//! The systems that records come from.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A system that Clearmargin reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// SuperOps: clients, technicians, agreements, tickets, worked time.
    SuperOps,
    /// QuickBooks Online: customers, invoices, payments, bills.
    QuickBooks,
}

/// The text names no system that Clearmargin reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected superops or quickbooks")]
pub struct UnknownSource;

impl Source {
    /// Every source.
    pub const ALL: [Source; 2] = [Source::SuperOps, Source::QuickBooks];

    /// The name in paths, keys and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SuperOps => "superops",
            Self::QuickBooks => "quickbooks",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Source {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Self, UnknownSource> {
        Self::ALL.into_iter().find(|source| source.as_str() == text).ok_or(UnknownSource)
    }
}

/// What a source delivers of a record and people may change here.
pub trait Fields: Clone + PartialEq {
    /// Each field by itself: what the source says now, where that is something else than it said
    /// last, and what stands here otherwise.
    #[must_use]
    fn merged(last: &Self, now: &Self, here: &Self) -> Self;

    /// What to keep of what a source said last when these fields are changed here: nothing where it
    /// says the same, and nothing of a record made here.
    fn kept(said: Option<&Self>, before: Self, after: &Self, imported: bool) -> Option<Self> {
        let said = said.cloned().unwrap_or(before);
        Some(said).filter(|said| imported && said != after)
    }

    /// The fields after a source was read again, and what it said of them, as long as that is
    /// something else. What was changed here stays until the source itself changes.
    fn read_again(said: Option<&Self>, now: Self, here: &Self) -> (Self, Option<Self>) {
        let merged = Self::merged(said.unwrap_or(here), &now, here);
        let said = (merged != now).then_some(now);
        (merged, said)
    }
}

/// One field of [`Fields::merged`].
pub(crate) fn merge<T: Clone + PartialEq>(last: &T, now: &T, here: &T) -> T {
    if now == last { here.clone() } else { now.clone() }
}

/// Where a record came from, down to the version that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// The system.
    pub source: Source,
    /// What kind of object it is there, such as `Invoice` or `WorklogEntry`.
    pub kind: String,
    /// Its id there.
    pub external_id: String,
    /// Its version there, where the system has one (QuickBooks `SyncToken`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
}
