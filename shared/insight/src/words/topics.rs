//! What is said of each result.

mod ahead;
mod month;
mod risks;
mod scores;

pub use ahead::{cash, next_month};
pub use month::month;
pub use risks::{anomalies, churn, leaks};
pub use scores::scores;

/// What a paragraph is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// The last month that is over.
    LastMonth,
    /// Money that goes lost.
    Leaks,
    /// Who may leave.
    Churn,
    /// Revenue of the month after the analysis.
    NextMonth,
    /// What comes in week by week.
    Cash,
    /// How well clients do.
    Scores,
    /// Months that are unlike those before them.
    Anomalies,
}

impl Topic {
    /// The name of every topic, in the order in which they are told.
    pub const NAMES: [&'static str; 7] =
        ["lastMonth", "leaks", "churn", "nextMonth", "cash", "scores", "anomalies"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [month, leaks, churn, next_month, cash, scores, anomalies] = Self::NAMES;
        match self {
            Self::LastMonth => month,
            Self::Leaks => leaks,
            Self::Churn => churn,
            Self::NextMonth => next_month,
            Self::Cash => cash,
            Self::Scores => scores,
            Self::Anomalies => anomalies,
        }
    }
}

/// Why nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// There is nothing of the month.
    NoData,
    /// No analysis is done.
    NotAnalysed,
    /// There is too little to say anything.
    NotEnoughData,
    /// It is beyond what can be worked with.
    OutOfRange,
    /// The caller may not read what it is made of.
    NotPermitted,
}

impl Silence {
    /// The name of every reason.
    pub const NAMES: [&'static str; 5] =
        ["no_data", "not_analysed", "not_enough_data", "out_of_range", "not_permitted"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [no_data, not_analysed, not_enough, out_of_range, not_permitted] = Self::NAMES;
        match self {
            Self::NoData => no_data,
            Self::NotAnalysed => not_analysed,
            Self::NotEnoughData => not_enough,
            Self::OutOfRange => out_of_range,
            Self::NotPermitted => not_permitted,
        }
    }
}

#[cfg(test)]
mod tests;
