//! What is wanted of prices, and what raising them is worth.

use clearmargin_domain::money::divide_half_even;
use serde::{Deserialize, Serialize};

/// A price is proposed to rise by so many per cent in a year at most, agreed rises included.
pub const RAISE_CAP: u8 = 20;

/// The highest margin that can be wanted, in per cent.
pub const HIGHEST_MARGIN: u8 = 95;

/// What somebody wants of prices, and what they assume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wishes {
    /// The gross margin that an agreement is to bring, in per cent of what it brings.
    pub target: u8,
    /// The least that a line may bring, in per cent.
    pub floor: u8,
    /// Assumed: how many per cent more likely a client is to leave within a year for a raise of ten per
    /// cent, and in proportion for others.
    pub churn_uplift: u8,
}

/// 50 per cent is what services are designed for (mspnotes.com, 2024); below 35 per cent an agreement is an
/// issue (digitalcore's playbook, no year). That five in a hundred more leave for ten per cent is nobody's
/// measurement: it is to be replaced by one's own.
impl Default for Wishes {
    fn default() -> Self {
        Self { target: 50, floor: 35, churn_uplift: 5 }
    }
}

/// The least that a line may bring lies above what its agreement is to bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected at most the target margin, {target} per cent")]
pub struct FloorAboveTarget {
    /// The target, in per cent.
    pub target: u8,
}

impl Wishes {
    /// What is wished; what is not said is what is usual, and a floor that nobody said is no more than the
    /// target.
    pub fn of(
        target: Option<u8>,
        floor: Option<u8>,
        churn_uplift: Option<u8>,
    ) -> Result<Self, FloorAboveTarget> {
        let usual = Self::default();
        let target = target.unwrap_or(usual.target);
        let floor = floor.unwrap_or(usual.floor.min(target));
        let churn_uplift = churn_uplift.unwrap_or(usual.churn_uplift);
        if floor > target {
            return Err(FloorAboveTarget { target });
        }
        Ok(Self { target, floor, churn_uplift })
    }

    /// What is left for costs of 100, at the target and at the floor.
    pub(super) fn left(self) -> (i128, i128) {
        let left = |margin: u8| i128::from(100 - margin.min(HIGHEST_MARGIN));
        (left(self.target), left(self.floor))
    }
}

/// What a raise is worth in the year from the first day on which it may come. Amounts are in smallest units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Raise {
    /// What the agreement brings more, if the client stays.
    pub gain: i64,
    /// What is lost on average, since the client may leave: the assumed probability × what the agreement would
    /// bring over its costs with the raise.
    pub expected_loss: i64,
    /// The gain less the expected loss.
    pub expected: i64,
    /// The assumed additional probability of leaving, in millionths.
    pub leaving: i64,
    /// The additional probability of leaving at which the raise is worth nothing, in millionths, rounded
    /// down; a million where nothing is lost by leaving. It rests on no assumption.
    pub break_even: i64,
}

const MILLION: i128 = 1_000_000;

impl Raise {
    /// Of an agreement that brings so much in a year and costs so much, and would bring so much more.
    /// `None` where nothing is brought, or an amount does not fit.
    pub(super) fn of(brings: i128, costs: i128, gain: i128, uplift: u8) -> Option<Self> {
        let with = brings.checked_sub(costs)?.checked_add(gain)?;
        // Additional probability: uplift % for a raise of a tenth, so uplift × 10 ÷ 100 × gain ÷ brings.
        let (above, below) = (i128::from(uplift).checked_mul(gain)?, brings.checked_mul(10)?);
        let (above, below) = if above > below { (1, 1) } else { (above, below) };
        let loss = divide_half_even(above.checked_mul(with)?, below)?;
        let leaving = divide_half_even(above.checked_mul(MILLION)?, below)?;
        let break_even = match with {
            ..=0 => MILLION,
            _ => gain.checked_mul(MILLION)?.checked_div(with)?.clamp(0, MILLION),
        };
        Some(Self {
            gain: gain.try_into().ok()?,
            expected_loss: loss.try_into().ok()?,
            expected: gain.checked_sub(loss)?.try_into().ok()?,
            leaving: leaving.try_into().ok()?,
            break_even: break_even.try_into().ok()?,
        })
    }
}
