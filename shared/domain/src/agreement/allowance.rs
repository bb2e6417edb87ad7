//! Included and prepaid time: what was granted, used, carried over and lost, month by month.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::Months;
use crate::{labour::WorkedTime, period::Month};

/// Time that an agreement includes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", rename_all_fields = "camelCase", tag = "kind")]
pub enum Allowance {
    /// So much every month.
    Monthly {
        /// How many minutes.
        minutes: u32,
        /// What becomes of the rest of a month; without it, the rest is lost.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        roll_over: Option<RollOver>,
    },
    /// A prepaid block: granted once, in the first month.
    Block {
        /// How many minutes.
        minutes: u32,
        /// For how many months after the first it can be used; without it, until it is used up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_after_months: Option<Months>,
    },
}

/// How the rest of a month is carried into the next ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RollOver {
    /// The most minutes that are carried out of a month; without it, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap_minutes: Option<u32>,
    /// For how many months after its own time can be used; without it, until it is used up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_after_months: Option<Months>,
}

/// What happened to an allowance in a month. To the second,
/// carried in + granted = covered + expired + carried out, and used = covered + overage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AllowanceMonth {
    /// The month.
    pub month: Month,
    /// What it brought.
    pub granted: WorkedTime,
    /// What was left of earlier months.
    pub carried_in: WorkedTime,
    /// What was worked.
    pub used: WorkedTime,
    /// The part of the work that the allowance pays for.
    pub covered: WorkedTime,
    /// The part of the work beyond the allowance.
    pub overage: WorkedTime,
    /// What was lost at the month's end: too old, or above the cap.
    pub expired: WorkedTime,
    /// What is left for later months.
    pub carried_out: WorkedTime,
}

/// The allowance month by month: `used` is the work of the first month and of each one after it.
///
/// The oldest time is used first, and lost first where more is left than may be carried over. A
/// month whose corrections outweigh its work counts as one without work.
pub fn ledger(
    allowance: Allowance,
    first_month: Month,
    used: impl IntoIterator<Item = WorkedTime>,
) -> Vec<AllowanceMonth> {
    let mut balance = Balance::new(allowance);
    let months = (0..).map(|number| (number, first_month.plus(number)));
    months.zip(used).map(|((number, month), used)| balance.pass(number, month, used)).collect()
}

/// What is left of one grant.
struct Lot {
    /// The number of the month that brought it.
    granted_in: i32,
    seconds: i64,
}

struct Balance {
    allowance: Allowance,
    /// The most seconds that are carried out of a month.
    cap: i64,
    /// For how many months after its own a grant can be used.
    life: i32,
    /// The oldest first.
    lots: VecDeque<Lot>,
}

impl Balance {
    fn new(allowance: Allowance) -> Self {
        let life = |months: Option<Months>| months.map_or(i32::MAX, |it| it.count().into());
        let (cap, life) = match allowance {
            Allowance::Monthly { roll_over: None, .. } => (0, 0),
            Allowance::Monthly { roll_over: Some(roll_over), .. } => (
                roll_over.cap_minutes.map_or(i64::MAX, seconds),
                life(roll_over.expires_after_months),
            ),
            Allowance::Block { expires_after_months, .. } => (i64::MAX, life(expires_after_months)),
        };
        Self { allowance, cap, life, lots: VecDeque::new() }
    }

    fn pass(&mut self, number: i32, month: Month, used: WorkedTime) -> AllowanceMonth {
        let carried_in = self.left();
        let granted = self.grant(number);
        let used = used.seconds.max(0);
        let covered = self.take(used);
        let expired = self.expire(number);
        let time = |seconds| WorkedTime { seconds };
        AllowanceMonth {
            month,
            granted: time(granted),
            carried_in: time(carried_in),
            used: time(used),
            covered: time(covered),
            overage: time(used - covered),
            expired: time(expired),
            carried_out: time(self.left()),
        }
    }

    fn left(&self) -> i64 {
        self.lots.iter().map(|lot| lot.seconds).sum()
    }

    fn grant(&mut self, number: i32) -> i64 {
        let granted = match self.allowance {
            Allowance::Monthly { minutes, .. } => seconds(minutes),
            Allowance::Block { minutes, .. } if number == 0 => seconds(minutes),
            Allowance::Block { .. } => 0,
        };
        if granted > 0 {
            self.lots.push_back(Lot { granted_in: number, seconds: granted });
        }
        granted
    }

    /// Takes so many seconds, or all that there are; says how many.
    fn take(&mut self, wanted: i64) -> i64 {
        let mut missing = wanted;
        while missing > 0
            && let Some(lot) = self.lots.front_mut()
        {
            let part = missing.min(lot.seconds);
            missing -= part;
            lot.seconds -= part;
            if lot.seconds == 0 {
                self.lots.pop_front();
            }
        }
        wanted - missing
    }

    /// Drops what cannot be used in the next month; says how much.
    fn expire(&mut self, number: i32) -> i64 {
        let old = |lot: &&Lot| number - lot.granted_in >= self.life;
        let too_old: i64 = self.lots.iter().filter(old).map(|lot| lot.seconds).sum();
        let above_cap = (self.left() - too_old - self.cap).max(0);
        // Both are the oldest, so dropping them is taking them.
        self.take(too_old + above_cap)
    }
}

fn seconds(minutes: u32) -> i64 {
    i64::from(minutes) * 60
}

#[cfg(test)]
mod tests;
