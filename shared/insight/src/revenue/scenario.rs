//! What is expected if something happens: clients leave, prices rise, people are hired.
//!
//! It is arithmetic on a forecast that is there, so that nothing of the difference is a model's: whoever
//! leaves takes the own share of the forecast along, a rise adds to what is contracted, and the bands keep
//! their width around what is expected then.

use std::collections::BTreeSet;

use clearmargin_domain::{id::ClientId, money::divide_half_even, period::Month};

use super::{ClientCourse, Course, Organization};

/// A whole, in hundredths of a per cent.
const WHOLE: i128 = 10_000;

/// What happens. What has no month happens from the first month ahead on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scenario {
    /// Clients that leave.
    pub leaving: Vec<Leaving>,
    /// Prices that rise, or fall.
    pub rises: Vec<Rise>,
    /// People who are hired.
    pub hires: Vec<Hire>,
}

/// A client that leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaving {
    /// Who.
    pub client: ClientId,
    /// The first month that it brings nothing.
    pub from: Option<Month>,
}

/// Prices that rise, or fall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rise {
    /// By how much, in hundredths of a per cent; below 0 they fall.
    pub hundredths: i64,
    /// From which month on.
    pub from: Option<Month>,
    /// Of which clients; of all unless given.
    pub clients: Option<BTreeSet<ClientId>>,
}

/// People who are hired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hire {
    /// How many.
    pub count: u16,
    /// What one of them costs in a month, in smallest units.
    pub monthly_cost: i64,
    /// From which month on.
    pub from: Option<Month>,
}

/// What is expected then. Amounts are in smallest units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Each month ahead.
    pub months: Vec<ExpectedMonth>,
    /// What is expected of each, with the forecast's bands around it.
    pub course: Course,
}

/// What is expected of a month. Expected = base − lost + raised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExpectedMonth {
    /// What is expected if nothing happens.
    pub base: i64,
    /// What those who have left would have brought.
    pub lost: i64,
    /// What those who stay bring more, on what is contracted with them.
    pub raised: i64,
    /// What is expected.
    pub expected: i64,
    /// What those who were hired cost.
    pub hired: i64,
}

impl Expected {
    /// All months together.
    pub fn total(&self) -> ExpectedMonth {
        self.months.iter().fold(ExpectedMonth::default(), |sum, month| ExpectedMonth {
            base: sum.base.saturating_add(month.base),
            lost: sum.lost.saturating_add(month.lost),
            raised: sum.raised.saturating_add(month.raised),
            expected: sum.expected.saturating_add(month.expected),
            hired: sum.hired.saturating_add(month.hired),
        })
    }
}

impl ExpectedMonth {
    /// What the margin changes by: raised − lost − hired. What a client that leaves cost is not taken off, since
    /// nobody says which of it goes along.
    pub const fn margin_change(&self) -> i64 {
        self.raised.saturating_sub(self.lost).saturating_sub(self.hired)
    }
}

impl Organization {
    /// What is expected of the months ahead if something happens.
    pub fn expected_if(&self, ahead: &[Month], scenario: &Scenario) -> Expected {
        let months: Vec<ExpectedMonth> = ahead
            .iter()
            .enumerate()
            .map(|(at, month)| self.month_if(at, *month, scenario))
            .collect();
        let expected = months.iter().map(|month| month.expected).collect();
        Expected { course: self.total.clone().moved_to(expected), months }
    }

    fn month_if(&self, at: usize, month: Month, scenario: &Scenario) -> ExpectedMonth {
        let is_on = |from: Option<Month>| from.is_none_or(|from| from <= month);
        let gone: BTreeSet<ClientId> =
            scenario.leaving.iter().filter(|it| is_on(it.from)).map(|it| it.client).collect();
        let base = self.total.expected.get(at).copied().unwrap_or_default();
        let (mut lost, mut raised) = (0_i64, 0_i64);
        for (id, client) in &self.clients {
            if gone.contains(id) {
                let share = client.course.expected.get(at).copied().unwrap_or_default();
                lost = lost.saturating_add(share);
            } else {
                let rises =
                    scenario.rises.iter().filter(|rise| is_on(rise.from) && rise.is_of(*id));
                let sum = rises.fold(0_i64, |sum, rise| sum.saturating_add(rise.of(client, at)));
                raised = raised.saturating_add(sum);
            }
        }
        let there = scenario.hires.iter().filter(|hire| is_on(hire.from));
        let hired = there.fold(0_i64, |sum, hire| {
            sum.saturating_add(hire.monthly_cost.saturating_mul(hire.count.into()))
        });
        let expected = base.saturating_sub(lost).saturating_add(raised);
        ExpectedMonth { base, lost, raised, expected, hired }
    }
}

impl Rise {
    fn is_of(&self, client: ClientId) -> bool {
        self.clients.as_ref().is_none_or(|clients| clients.contains(&client))
    }

    /// What it adds to what is contracted with a client in a month, rounded half to even. Rises do not rest on
    /// each other.
    fn of(&self, client: &ClientCourse, at: usize) -> i64 {
        let contracted = client.contracted.get(at).copied().unwrap_or_default();
        let more = i128::from(contracted) * i128::from(self.hundredths);
        divide_half_even(more, WHOLE).and_then(|more| more.try_into().ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
