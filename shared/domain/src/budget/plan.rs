//! What is planned: categories with an amount for each month.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Budget, BudgetState};
use crate::{
    billing::apportion,
    id::{BudgetCategoryId, ExpenseAccountId},
};

/// The most categories of a budget: all are read with it.
pub const MOST_CATEGORIES: usize = 40;
/// The most accounts of a budget: each is read to say how it stands.
pub const MOST_ACCOUNTS: usize = 60;
/// The most months of a budget.
pub const MOST_MONTHS: usize = 24;
/// The greatest amount, in smallest units: sums of millions of them are exact.
pub const MOST_MINOR: i64 = 1_000_000_000_000;
/// The most thresholds of a budget.
const MOST_THRESHOLDS: usize = 10;
/// The greatest threshold, in percent.
const MOST_PERCENT: u16 = 1_000;

/// A part of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Category {
    /// Our id.
    pub id: BudgetCategoryId,
    /// What people call it.
    pub name: String,
    /// What is planned for each month of the budget, in smallest units.
    pub planned: Vec<i64>,
    /// The accounts of which all that is bought on them counts in it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub accounts: BTreeSet<ExpenseAccountId>,
    /// Whether an expense was ever recorded in it: such a category stays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub booked: bool,
}

impl Category {
    /// What is planned altogether.
    pub fn total(&self) -> i64 {
        self.planned.iter().sum()
    }
}

/// An amount for each of so many months that differ by one smallest unit at most and make up the
/// whole (largest remainder; the earlier months get what is left).
pub fn evenly(total: i64, months: usize) -> Vec<i64> {
    apportion(total, &vec![1; months])
}

/// Why a plan does not change so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// It is submitted or approved.
    #[error("only a draft changes: send it back, or begin a new revision")]
    NotADraft,
    /// It has as many categories as a plan may have.
    #[error("a budget has at most {MOST_CATEGORIES} categories")]
    Full,
    /// Another category is called so.
    #[error("another category has this name")]
    NameTaken,
    /// Another category takes what is bought on one of its accounts.
    #[error("another category takes what is bought on {0}")]
    AccountTaken(ExpenseAccountId),
    /// It would take what is bought on more accounts than a budget may.
    #[error("a budget takes what is bought on at most {MOST_ACCOUNTS} accounts")]
    ManyAccounts,
    /// There is no such category.
    #[error("there is no such category")]
    NoCategory,
    /// Expenses were recorded in it.
    #[error("expenses were recorded in it")]
    Booked,
}

impl Budget {
    /// Goes on only with a plan that is worked on.
    pub fn check_draft(&self) -> Result<(), PlanError> {
        match self.state {
            BudgetState::Draft => Ok(()),
            BudgetState::Submitted { .. } | BudgetState::Approved { .. } => {
                Err(PlanError::NotADraft)
            }
        }
    }

    /// The budget with a category more.
    pub fn with(&self, new: Category) -> Result<Self, PlanError> {
        self.check_draft()?;
        if self.categories.len() >= MOST_CATEGORIES {
            return Err(PlanError::Full);
        }
        self.check_fits(&new)?;
        let mut budget = self.clone();
        budget.categories.push(new);
        Ok(budget)
    }

    /// The budget with a category written anew.
    pub fn with_changed(&self, new: Category) -> Result<Self, PlanError> {
        let old = self.category(new.id).ok_or(PlanError::NoCategory)?;
        self.check_draft()?;
        let new = Category { booked: old.booked, ..new };
        self.check_fits(&new)?;
        let mut budget = self.clone();
        for category in budget.categories.iter_mut().filter(|category| category.id == new.id) {
            category.clone_from(&new);
        }
        Ok(budget)
    }

    /// The budget without a category in which nothing was ever recorded.
    pub fn without(&self, id: BudgetCategoryId) -> Result<Self, PlanError> {
        let old = self.category(id).ok_or(PlanError::NoCategory)?;
        self.check_draft()?;
        if old.booked {
            return Err(PlanError::Booked);
        }
        let mut budget = self.clone();
        budget.categories.retain(|category| category.id != id);
        Ok(budget)
    }

    /// Goes on only if the budget can be thrown away: nothing of it was ever approved or spent.
    pub fn check_removable(&self) -> Result<(), PlanError> {
        self.check_draft()?;
        if self.in_force.is_some() {
            return Err(PlanError::NotADraft);
        }
        let booked = self.categories.iter().any(|category| category.booked);
        if booked { Err(PlanError::Booked) } else { Ok(()) }
    }

    /// The budget once expenses are recorded in these categories; `None` when it knows that already.
    pub fn with_booked(&self, booked: &[BudgetCategoryId]) -> Option<Self> {
        let mut budget = self.clone();
        let categories = budget.categories.iter_mut();
        for category in categories.filter(|category| booked.contains(&category.id)) {
            category.booked = true;
        }
        (budget != *self).then_some(budget)
    }

    /// Names are what tables of expenses know categories by, and what is bought counts once.
    fn check_fits(&self, new: &Category) -> Result<(), PlanError> {
        let others = || self.categories.iter().filter(|other| other.id != new.id);
        let accounts: usize = others().map(|other| other.accounts.len()).sum();
        if accounts + new.accounts.len() > MOST_ACCOUNTS {
            return Err(PlanError::ManyAccounts);
        }
        let name = new.name.to_lowercase();
        for other in others() {
            if other.name.to_lowercase() == name {
                return Err(PlanError::NameTaken);
            }
            if let Some(account) = other.accounts.intersection(&new.accounts).next() {
                return Err(PlanError::AccountTaken(*account));
            }
        }
        Ok(())
    }
}

/// Shares of a plan in percent, the least first, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u16>", into = "Vec<u16>")]
pub struct Thresholds(Vec<u16>);

/// Why numbers are no thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected at most {MOST_THRESHOLDS} different percentages from 1 to {MOST_PERCENT}")]
pub struct InvalidThresholds;

impl Thresholds {
    /// The percentages, the least first.
    pub fn percents(&self) -> impl Iterator<Item = u16> {
        self.0.iter().copied()
    }
}

impl TryFrom<Vec<u16>> for Thresholds {
    type Error = InvalidThresholds;

    fn try_from(mut percents: Vec<u16>) -> Result<Self, InvalidThresholds> {
        let count = percents.len();
        percents.sort_unstable();
        percents.dedup();
        let fit = percents.iter().all(|percent| (1..=MOST_PERCENT).contains(percent));
        let fit = fit && percents.len() == count && count <= MOST_THRESHOLDS;
        if fit { Ok(Self(percents)) } else { Err(InvalidThresholds) }
    }
}

impl From<Thresholds> for Vec<u16> {
    fn from(thresholds: Thresholds) -> Self {
        thresholds.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_left_of_an_even_spread_goes_to_the_first_months() {
        assert_eq!(evenly(100, 3), [34, 33, 33]);
        assert_eq!(evenly(11, 12).iter().filter(|minor| **minor == 1).count(), 11);
    }

    #[test]
    fn thresholds_are_sorted_and_each_is_there_once() {
        let read = |percents: &[u16]| Thresholds::try_from(percents.to_vec()).map(Vec::from);
        assert_eq!(read(&[100, 50, 80]), Ok(vec![50, 80, 100]));
        assert_eq!(read(&[]), Ok(vec![]));
        for refused in [&[50, 50][..], &[0], &[1_001], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]] {
            assert_eq!(read(refused), Err(InvalidThresholds), "{refused:?}");
        }
    }

    proptest! {
        #[test]
        fn an_even_spread_conserves_every_cent(total in 0..=MOST_MINOR, months in 1..=MOST_MONTHS) {
            let parts = evenly(total, months);
            prop_assert_eq!(parts.len(), months);
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            let (least, most) = (parts.iter().min(), parts.iter().max());
            prop_assert!(most.zip(least).is_some_and(|(most, least)| most - least <= 1));
            prop_assert!(parts.is_sorted_by(|a, b| a >= b));
        }
    }
}
