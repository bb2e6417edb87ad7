//! Why a line is charged as it is, and why it is not.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Count;
use crate::{agreement::Days, id::AgreementLineId, usage_count::UsageKind};

/// Why a line of a recurring invoice is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The line was in force for its whole span, at one price.
    WholePeriod,
    /// It is charged once.
    Once,
    /// It was in force at that price for a part of its span.
    Prorated {
        /// For how many days.
        days: i64,
        /// Of how many.
        of: i64,
    },
    /// Within the span another price came into force.
    PriceChanged {
        /// From that day on.
        from: Date,
    },
    /// So many were counted.
    Counted(Count),
    /// Pieces of work were charged as they were worked.
    Hours {
        /// How many.
        entries: u32,
    },
    /// The work is beyond what the agreement includes.
    BeyondIncluded,
    /// It would be more without the agreement's cap.
    Capped,
    /// So few were counted that what was agreed at least is charged.
    Minimum(Count),
}

/// Something that is not on a recurring invoice, although it may be owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unbilled {
    /// The line of the agreement; none of work by the hour.
    pub line: Option<AgreementLineId>,
    /// The days.
    pub days: Days,
    /// Why.
    pub why: WhyNot,
}

/// Why something is not on a recurring invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum WhyNot {
    /// It is charged by the hour.
    #[error("hours are charged as they are worked")]
    ByTheHour,
    /// Work by the hour waits for approval.
    #[error("{entries} pieces of work wait for approval")]
    NotApproved {
        /// How many.
        entries: u32,
    },
    /// Work by the hour has no price.
    #[error("{entries} pieces of work have no price, or take back more than they bring")]
    HoursUnpriced {
        /// How many.
        entries: u32,
    },
    /// It has no price on these days.
    #[error("it has no price on these days")]
    NoPrice,
    /// Nobody has counted lately.
    #[error("there is no count of {} in the month or the one before", kind.as_str())]
    NoCount {
        /// What is to be counted.
        kind: UsageKind,
    },
    /// Its prices are in another currency than the organisation's books.
    #[error("its prices are in another currency than the books")]
    OtherCurrency,
    /// The agreement is a draft.
    #[error("the agreement is a draft")]
    Draft,
    /// The agreement has ended, and nobody knows when.
    #[error("the agreement has ended, on a day that it does not say")]
    EndUnknown,
    /// It comes to more than an invoice can say.
    #[error("it comes to more than an invoice can say")]
    TooLarge,
}

impl WhyNot {
    /// A stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ByTheHour => "by_the_hour",
            Self::NotApproved { .. } => "not_approved",
            Self::HoursUnpriced { .. } => "hours_unpriced",
            Self::NoPrice => "no_price",
            Self::NoCount { .. } => "no_count",
            Self::OtherCurrency => "other_currency",
            Self::Draft => "draft",
            Self::EndUnknown => "end_unknown",
            Self::TooLarge => "too_large",
        }
    }

    /// Whether somebody has to put something right before an invoice says all that is owed.
    pub const fn is_gap(self) -> bool {
        !matches!(self, Self::ByTheHour | Self::NotApproved { .. })
    }
}
