//! How good a model was on an organisation's own past.

use serde::{Deserialize, Serialize};

/// Which of the things that a part tells is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreOf {
    /// What is told of each month.
    Months,
    /// Of each day.
    Days,
    /// Of each week.
    Weeks,
    /// What happens within 30 days.
    #[serde(rename = "within_30_days")]
    Within30Days,
    /// Within 60 days.
    #[serde(rename = "within_60_days")]
    Within60Days,
    /// Within 90 days.
    #[serde(rename = "within_90_days")]
    Within90Days,
    /// Whether an open invoice is paid late.
    Late,
    /// In how many days an open invoice is paid.
    DaysToPay,
}

impl ScoreOf {
    /// Their names in JSON.
    pub const NAMES: [&'static str; 8] = [
        "months",
        "days",
        "weeks",
        "within_30_days",
        "within_60_days",
        "within_90_days",
        "late",
        "days_to_pay",
    ];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [months, days, weeks, in_30, in_60, in_90, late, days_to_pay] = Self::NAMES;
        match self {
            Self::Months => months,
            Self::Days => days,
            Self::Weeks => weeks,
            Self::Within30Days => in_30,
            Self::Within60Days => in_60,
            Self::Within90Days => in_90,
            Self::Late => late,
            Self::DaysToPay => days_to_pay,
        }
    }
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The mean absolute error ÷ that of a plain method (seasonal naive; of days to pay the client's own
    /// mean): below 1 is better than that. In the manner of Hyndman and Koehler: "Another look at measures of
    /// forecast accuracy", 2006.
    ScaledError,
    /// The share of values within the band of 50 per cent.
    #[serde(rename = "coverage_50")]
    Coverage50,
    /// Of 80 per cent.
    #[serde(rename = "coverage_80")]
    Coverage80,
    /// Of 95 per cent.
    #[serde(rename = "coverage_95")]
    Coverage95,
    /// The mean squared distance of a probability from what became (Brier, 1950).
    Brier,
    /// The mean of −ln of the probability of what became.
    LogLoss,
    /// How often what happened was said to be likelier than what did not: the area under the curve.
    Auc,
    /// How far what was said lies from what became, over bins of like probabilities.
    CalibrationError,
}

impl Measure {
    /// Their names in JSON.
    pub const NAMES: [&'static str; 8] = [
        "scaled_error",
        "coverage_50",
        "coverage_80",
        "coverage_95",
        "brier",
        "log_loss",
        "auc",
        "calibration_error",
    ];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [scaled, in_50, in_80, in_95, brier, log_loss, auc, calibration] = Self::NAMES;
        match self {
            Self::ScaledError => scaled,
            Self::Coverage50 => in_50,
            Self::Coverage80 => in_80,
            Self::Coverage95 => in_95,
            Self::Brier => brier,
            Self::LogLoss => log_loss,
            Self::Auc => auc,
            Self::CalibrationError => calibration,
        }
    }

    /// The coverage of the band of that level, in per cent.
    pub const fn coverage(level: u8) -> Option<Self> {
        match level {
            50 => Some(Self::Coverage50),
            80 => Some(Self::Coverage80),
            95 => Some(Self::Coverage95),
            _ => None,
        }
    }

    /// What it is to be, in millionths; `None` of what is only to be low, or high.
    pub const fn wanted(self) -> Option<i64> {
        match self {
            Self::Coverage50 => Some(500_000),
            Self::Coverage80 => Some(800_000),
            Self::Coverage95 => Some(950_000),
            _ => None,
        }
    }
}

/// A measure of what a model told of the past. Values are in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// Of what.
    pub of: ScoreOf,
    /// Which measure.
    pub measure: Measure,
    /// What it came to.
    pub value: i64,
    /// What it came to for somebody who only knows the mean, where that can be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain: Option<i64>,
    /// Of how many values or cases.
    pub cases: u32,
}

impl Score {
    /// A measure of so many values that is held against nothing.
    pub fn new(of: ScoreOf, measure: Measure, value: i64, cases: usize) -> Self {
        let cases = u32::try_from(cases).unwrap_or(u32::MAX);
        Self { of, measure, value, plain: None, cases }
    }

    /// The same beside what a plain method came to.
    #[must_use]
    pub fn beside(self, plain: i64) -> Self {
        Self { plain: Some(plain), ..self }
    }

    /// Whether it is the same measure of the same thing.
    pub fn is_like(&self, other: &Self) -> bool {
        (self.of, self.measure) == (other.of, other.measure)
    }
}

/// How many earlier values make a drift.
pub const FEWEST_EARLIER: usize = 5;

/// How far a value lies from the median of earlier ones; `None` with fewer than [`FEWEST_EARLIER`].
pub fn drift(value: i64, earlier: &[i64]) -> Option<i64> {
    if earlier.len() < FEWEST_EARLIER {
        return None;
    }
    let mut sorted = earlier.to_vec();
    sorted.sort_unstable();
    let half = sorted.len() / 2;
    let (low, high) = (sorted.get((sorted.len() - 1) / 2)?, sorted.get(half)?);
    value.checked_sub(low.midpoint(*high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_in_json() {
        let of = [
            ScoreOf::Months,
            ScoreOf::Days,
            ScoreOf::Weeks,
            ScoreOf::Within30Days,
            ScoreOf::Within60Days,
            ScoreOf::Within90Days,
            ScoreOf::Late,
            ScoreOf::DaysToPay,
        ];
        for (of, name) in of.into_iter().zip(ScoreOf::NAMES) {
            assert_eq!((of.as_str(), serde_json::to_value(of).unwrap()), (name, name.into()));
        }
        let measures = [
            Measure::ScaledError,
            Measure::Coverage50,
            Measure::Coverage80,
            Measure::Coverage95,
            Measure::Brier,
            Measure::LogLoss,
            Measure::Auc,
            Measure::CalibrationError,
        ];
        for (measure, name) in measures.into_iter().zip(Measure::NAMES) {
            let json = serde_json::to_value(measure).unwrap();
            assert_eq!((measure.as_str(), json), (name, name.into()));
        }
    }

    #[test]
    fn drift_is_the_distance_from_the_median_of_at_least_five() {
        assert_eq!(drift(900, &[700, 800, 750, 720]), None);
        assert_eq!(drift(900, &[700, 800, 750, 720, 790]), Some(150));
        assert_eq!(drift(700, &[700, 800, 740, 720, 760, 790]), Some(-50));
        assert_eq!(drift(i64::MIN, &[i64::MAX; 5]), None);
    }
}
