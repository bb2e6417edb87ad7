//! Where a ticket stands, and where it may go from there.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// Nobody has begun.
    New,
    /// Somebody works on it.
    InProgress,
    /// The customer has to answer: the clock stands still.
    WaitingOnCustomer,
    /// It waits for somebody else, such as a vendor; the clock runs.
    OnHold,
    /// Done; the customer may say that it is not.
    Resolved,
    /// Done for good.
    Closed,
}

/// The text names no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected new, in_progress, waiting_on_customer, on_hold, resolved or closed")]
pub struct UnknownStatus;

/// A ticket cannot go from the one status to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a ticket that is {from} cannot become {to}")]
pub struct IllegalMove {
    /// Where it stands.
    pub from: TicketStatus,
    /// Where it was to go.
    pub to: TicketStatus,
}

impl TicketStatus {
    /// Every status, in the order in which tickets usually pass them.
    pub const ALL: [Self; 6] = [
        Self::New,
        Self::InProgress,
        Self::WaitingOnCustomer,
        Self::OnHold,
        Self::Resolved,
        Self::Closed,
    ];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::InProgress => "in_progress",
            Self::WaitingOnCustomer => "waiting_on_customer",
            Self::OnHold => "on_hold",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// Whether work is still to be done.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Resolved | Self::Closed)
    }

    /// Goes on only if a ticket may go from here to there. Nothing becomes new again; what is closed
    /// can only be opened again; standing still is no move and always allowed.
    pub fn may_become(self, to: Self) -> Result<(), IllegalMove> {
        let may = match (self, to) {
            (from, to) if from == to => true,
            (_, Self::New) => false,
            (Self::Resolved, to) => matches!(to, Self::InProgress | Self::Closed),
            (Self::Closed, to) => to == Self::InProgress,
            _ => true,
        };
        if may { Ok(()) } else { Err(IllegalMove { from: self, to }) }
    }

    /// What an organisation's own word for a status means; `None` for a word that is not understood.
    pub fn from_word(word: &str) -> Option<Self> {
        let letters = word.chars().filter(|char| char.is_alphanumeric());
        let letters: String = letters.flat_map(char::to_lowercase).collect();
        let means = |words: &[&str]| words.contains(&letters.as_str());
        Some(match () {
            () if means(NEW) => Self::New,
            () if means(IN_PROGRESS) => Self::InProgress,
            () if means(WAITING) => Self::WaitingOnCustomer,
            () if means(ON_HOLD) => Self::OnHold,
            () if means(RESOLVED) => Self::Resolved,
            () if means(CLOSED) => Self::Closed,
            () => return None,
        })
    }
}

const NEW: &[&str] = &["new", "open", "opened", "unassigned", "todo", "created"];
const IN_PROGRESS: &[&str] = &[
    "inprogress",
    "workinprogress",
    "wip",
    "assigned",
    "scheduled",
    "reopened",
    "customerreplied",
    "customerresponded",
    "responded",
    "underinvestigation",
    "investigating",
    "active",
    "escalated",
];
const WAITING: &[&str] = &[
    "waitingoncustomer",
    "waitingforcustomer",
    "waitingonclient",
    "waitingforclient",
    "pending",
    "awaitingcustomer",
    "awaitingresponse",
    "awaitingreply",
    "pendingcustomer",
    "waitingonuser",
    "waitingforuser",
    "waitingonrequester",
    "waitingforrequester",
    "waiting",
];
const ON_HOLD: &[&str] = &[
    "onhold",
    "hold",
    "waitingonthirdparty",
    "waitingforthirdparty",
    "waitingonvendor",
    "waitingforvendor",
    "pendingvendor",
    "waitingonparts",
    "waitingforparts",
    "paused",
];
const RESOLVED: &[&str] = &["resolved", "solved", "completed", "complete", "done", "fixed"];
const CLOSED: &[&str] = &["closed", "cancelled", "canceled", "rejected", "archived", "merged"];

impl fmt::Display for TicketStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TicketStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownStatus)
    }
}

#[cfg(test)]
mod tests {
    use super::TicketStatus::*;
    use super::*;

    #[test]
    fn every_move_is_allowed_or_not_as_the_table_says() {
        // Rows: from; columns: to, in the order of `ALL`.
        let table = [
            (New, "xxxxxx"),
            (InProgress, "-xxxxx"),
            (WaitingOnCustomer, "-xxxxx"),
            (OnHold, "-xxxxx"),
            (Resolved, "-x--xx"),
            (Closed, "-x---x"),
        ];
        for (from, row) in table {
            for (to, mark) in TicketStatus::ALL.into_iter().zip(row.chars()) {
                assert_eq!(from.may_become(to).is_ok(), mark == 'x', "{from} to {to}");
            }
        }
    }

    #[test]
    fn an_organisations_own_words_are_understood_however_they_are_spelled() {
        for (word, status) in [
            ("Open", New),
            ("Work in Progress", InProgress),
            ("waiting-on-customer", WaitingOnCustomer),
            ("Waiting on Third Party", OnHold),
            ("RESOLVED", Resolved),
            ("Closed", Closed),
        ] {
            assert_eq!(TicketStatus::from_word(word), Some(status), "{word}");
        }
        assert_eq!(TicketStatus::from_word("Bei Herrn Meier"), None);
    }

    #[test]
    fn a_name_reads_back_as_itself() {
        for status in TicketStatus::ALL {
            assert_eq!(status.to_string().parse(), Ok(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        assert!("solved".parse::<TicketStatus>().is_err());
    }
}
