//! What was known of a client at the end of a month that may tell that it leaves.
//!
//! A factor that is not known adds nothing, and it is said that it is not known.

use serde::{Deserialize, Serialize};

use super::{
    course::{Course, Portfolio, State},
    prior::{FACTORS, Factor},
};

/// Over how many months something is told, and over how many before them it is compared.
const RECENT: usize = 3;
const BEFORE: usize = 6;
/// So few tickets, and hours, are chance: they are added to either side.
const FEW_TICKETS: f64 = 2.0;
const FEW_SECONDS: f64 = 2.0 * 3_600.0;
/// So many tickets in the months before make silence a sign.
const HEARD: i64 = 3;
/// Over how many months payments are looked at, and of how many bills at least.
const DUE_BACK: usize = 6;
const FEWEST_BILLS: usize = 2;
/// After so many months a client is young no more.
const GROWN: usize = 24;
/// Who was there in these first months may have been there for long.
const FIRST_MONTHS: usize = 3;
/// What recurs may be invoiced when its quarter is over: it is looked at so much later.
const RECURRING_LAG: usize = 3;
const YEAR: usize = 12;

/// In what a factor is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Unit {
    /// Smallest units of money in a month.
    MoneyPerMonth,
    /// Tickets.
    Tickets,
    /// Millionths.
    Share,
    /// Seconds.
    Time,
    /// Months.
    Months,
}

/// The figures behind a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// In what they are counted.
    pub unit: Unit,
    /// How it is.
    pub now: i64,
    /// What that is held against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<i64>,
}

/// A factor's number, between −1 and 1, and the figures that it is of.
pub(super) type Known = Option<(f64, Evidence)>;

/// What was known of a client at the end of a month.
pub(super) struct At<'a> {
    pub(super) portfolio: &'a Portfolio,
    pub(super) client: &'a Course,
    pub(super) state: State,
    pub(super) month: usize,
}

impl At<'_> {
    /// The number of each factor as far as the past can teach it; 0 of what is not known.
    pub(super) fn numbers(&self) -> [f64; FACTORS] {
        Factor::ALL.map(|factor| {
            let known = self.factor(factor).filter(|_| factor.can_be_learned());
            known.map_or(0.0, |(number, _)| number)
        })
    }

    /// A factor's number and its figures; nothing of what is not known. What is contracted is that of today.
    pub(super) fn factor(&self, factor: Factor) -> Known {
        match factor {
            Factor::Revenue => self.revenue(),
            Factor::Tickets => self.tickets(),
            Factor::Silence => self.silence(),
            Factor::LatePayments => self.late_payments(),
            Factor::Work => self.work(),
            Factor::Young => self.young(),
            Factor::NothingRecurs => self.nothing_recurs(),
            Factor::ContractEnds => contract_ends(self.client.contracted),
            Factor::Quiet => Some(self.quiet()),
        }
    }

    /// The months that count, and those before them; nothing if the client, or what is counted, is
    /// younger.
    fn compared<'a>(&self, of: &'a [i64], since: Option<usize>) -> Option<(&'a [i64], &'a [i64])> {
        let end = self.month + 1;
        let begin = end.checked_sub(RECENT + BEFORE)?;
        let known = since.is_some_and(|since| since <= begin) && self.state.first <= begin;
        let (before, recent) = of.get(begin..end)?.split_at(BEFORE);
        known.then_some((recent, before))
    }

    /// By usual months where it is charged monthly, so that one large invoice makes no trend.
    fn revenue(&self) -> Known {
        if self.state.step > RECENT {
            return None;
        }
        let (recent, before) = self.compared(&self.client.revenue, Some(self.portfolio.first))?;
        let usual = if self.state.step == 1 { median } else { mean };
        let (now, against) = (usual(recent), usual(before));
        if against <= 0 {
            return None;
        }
        let fall = if now <= 0 { 1.0 } else { doublings(against as f64, now as f64) };
        Some((fall, figures(Unit::MoneyPerMonth, now, Some(against))))
    }

    fn counted_tickets(&self) -> Option<(i64, i64)> {
        let since = self.portfolio.tickets_since;
        let (recent, before) = self.compared(&self.client.tickets, since)?;
        Some((sum(recent), sum(before)))
    }

    fn tickets(&self) -> Known {
        let (now, before) = self.counted_tickets()?;
        if before == 0 {
            return None;
        }
        let fall = doublings(before as f64 / 2.0 + FEW_TICKETS, now as f64 + FEW_TICKETS);
        Some((fall, figures(Unit::Tickets, now, Some(before))))
    }

    fn silence(&self) -> Known {
        let (now, before) = self.counted_tickets()?;
        let silent = now == 0 && before >= HEARD;
        Some((f64::from(u8::from(silent)), figures(Unit::Tickets, now, Some(before))))
    }

    fn late_payments(&self) -> Known {
        let begin = (self.month + 1).saturating_sub(DUE_BACK);
        let due = self.client.due.get(begin..=self.month)?;
        if due.iter().map(|due| due.bills).sum::<usize>() < FEWEST_BILLS {
            return None;
        }
        let add = |of: fn(&super::course::Due) -> i64| due.iter().map(of).map(i128::from).sum();
        let (late, all): (i128, i128) = (add(|due| due.late_minor), add(|due| due.minor));
        let millionths = i64::try_from((late * 1_000_000).checked_div(all)?).ok()?;
        Some((millionths as f64 / 1e6, figures(Unit::Share, millionths, None)))
    }

    fn work(&self) -> Known {
        let since = self.portfolio.worked_since;
        let (recent, before) = self.compared(&self.client.worked, since)?;
        let (now, before) = (sum(recent), sum(before));
        if before <= 0 || now < 0 {
            return None;
        }
        let rise = doublings(now as f64 + FEW_SECONDS, before as f64 / 2.0 + FEW_SECONDS);
        Some((rise, figures(Unit::Time, now, Some(before))))
    }

    fn young(&self) -> Known {
        let months = self.month - self.state.first;
        let began_unseen = self.state.first < self.portfolio.first + FIRST_MONTHS;
        if began_unseen && months < GROWN {
            return None;
        }
        let left = GROWN.saturating_sub(months) as f64 / GROWN as f64;
        let months = i64::try_from(months).unwrap_or(i64::MAX);
        Some((left, figures(Unit::Months, months, None)))
    }

    fn nothing_recurs(&self) -> Known {
        let end = self.month.checked_sub(RECURRING_LAG)?;
        let known = self.portfolio.recurring_since.is_some_and(|since| since <= end);
        if !known || self.state.first > end {
            return None;
        }
        let begin = (end + 1).saturating_sub(YEAR).max(self.state.first);
        let recurs = self.client.recurring.get(begin..=end)?.iter().filter(|minor| **minor > 0);
        let count = recurs.count();
        let months = i64::try_from(count).unwrap_or(i64::MAX);
        Some((f64::from(u8::from(count == 0)), figures(Unit::Months, months, None)))
    }

    fn quiet(&self) -> (f64, Evidence) {
        let count = |months: usize| i64::try_from(months).unwrap_or(i64::MAX);
        let without = count(self.month - self.state.last);
        let quiet = f64::from(u8::from(self.state.is_quiet(self.month)));
        (quiet, figures(Unit::Months, without, Some(count(self.state.step))))
    }
}

fn contract_ends((now, later): (i64, i64)) -> Known {
    if now <= 0 {
        return None;
    }
    let ends = (1.0 - later as f64 / now as f64).clamp(0.0, 1.0);
    Some((ends, figures(Unit::MoneyPerMonth, later, Some(now))))
}

fn figures(unit: Unit, now: i64, against: Option<i64>) -> Evidence {
    Evidence { unit, now, against }
}

/// How often the smaller of two numbers above zero has to be doubled to be the other; one at most, and
/// below zero if the second is the larger.
fn doublings(this: f64, that: f64) -> f64 {
    (this / that).log2().clamp(-1.0, 1.0)
}

fn sum(of: &[i64]) -> i64 {
    of.iter().fold(0_i64, |sum, it| sum.saturating_add(*it))
}

fn mean(of: &[i64]) -> i64 {
    let sum: i128 = of.iter().map(|it| i128::from(*it)).sum();
    let count = i128::try_from(of.len()).unwrap_or(1).max(1);
    i64::try_from(sum / count).unwrap_or_default()
}

fn median(of: &[i64]) -> i64 {
    let mut sorted = of.to_vec();
    sorted.sort_unstable();
    let half = sorted.len() / 2;
    let middle =
        if sorted.len().is_multiple_of(2) { half.saturating_sub(1)..=half } else { half..=half };
    sorted.get(middle).map_or(0, mean)
}
