//! What was decided about recommendations, and what was done.
//!
//! An analysis recommends anew each time; a [`RecommendationCase`] remembers what somebody decided about one,
//! under its key. What was accepted was done in the same transaction, so it was done once.

pub mod realised;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    audit::Actor,
    id::{
        AgreementId, AgreementLineId, AnalysisRunId, ClientId, InvoiceId, LeakId, OrgId,
        RecommendationId, ServiceId,
    },
    money::Currency,
    text::Prose,
};

/// Why somebody dismissed a recommendation.
pub type DismissReason = Prose<500>;

/// The kinds of recommendations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecommendationKind {
    /// Charge what was agreed and never charged, or have somebody see to it.
    RecoverLeak,
    /// Raise the prices of an agreement.
    RaisePrices,
    /// Offer a client what its like have.
    OfferService,
}

impl RecommendationKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::RecoverLeak, Self::RaisePrices, Self::OfferService];

    /// The name in JSON and keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RecoverLeak => "recover_leak",
            Self::RaisePrices => "raise_prices",
            Self::OfferService => "offer_service",
        }
    }
}

/// A price that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Repriced {
    /// The line.
    pub line: AgreementLineId,
    /// What a unit cost, in smallest units.
    pub from_minor: i64,
    /// What it costs since.
    pub to_minor: i64,
}

/// What was done when a recommendation was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Done {
    /// A leak was approved and, where it can be charged by itself, an invoice drafted for it.
    LeakApproved {
        /// The leak.
        leak: LeakId,
        /// The draft.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invoice: Option<InvoiceId>,
    },
    /// Prices of an agreement were set.
    PricesSet {
        /// The agreement.
        agreement: AgreementId,
        /// The day from which on they apply.
        on: Date,
        /// The prices.
        lines: Vec<Repriced>,
    },
    /// Nothing but that somebody offers it.
    Noted {
        /// What is offered.
        service: ServiceId,
    },
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Verdict {
    /// It is not wanted.
    Dismissed {
        /// Why.
        reason: DismissReason,
    },
    /// It was accepted.
    Accepted {
        /// What was done.
        done: Done,
    },
}

/// What was decided, without what is said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// It was accepted.
    Accepted,
    /// It is not wanted.
    Dismissed,
}

impl Decided {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Accepted, Self::Dismissed];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
        }
    }
}

impl Verdict {
    /// Which it is.
    pub const fn decided(&self) -> Decided {
        match self {
            Self::Accepted { .. } => Decided::Accepted,
            Self::Dismissed { .. } => Decided::Dismissed,
        }
    }
}

/// What was decided about a recommendation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecommendationCase {
    /// Our id, derived from the key.
    pub id: RecommendationId,
    /// Names it in every analysis.
    pub key: String,
    /// What kind.
    pub kind: RecommendationKind,
    /// For which client.
    pub client: ClientId,
    /// What it rested on.
    pub basis: String,
    /// The currency of every amount.
    pub currency: Currency,
    /// What was expected of it, in smallest units.
    pub expected_minor: i64,
    /// The analysis that it is from.
    pub run: AnalysisRunId,
    /// What was decided.
    pub verdict: Verdict,
    /// Who decided.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

impl RecommendationCase {
    /// The id of a recommendation.
    pub fn id_of(org: OrgId, key: &str) -> RecommendationId {
        RecommendationId::derived(&[&org.to_string(), key])
    }
}
