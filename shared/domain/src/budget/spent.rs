//! What was spent, as sums by budget, category and day that move by *new − old*.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::BudgetExpense;
use crate::{
    counters::counters,
    id::{BudgetCategoryId, BudgetId},
};

counters! {
    /// What was spent.
    pub struct Spent;

    /// How much, in smallest units of the budget's currency.
    minor: "s",
    /// How many expenses.
    count: "n",
}

/// One sum: a category of a budget on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SpentBucket {
    /// The budget.
    pub budget: BudgetId,
    /// The category.
    pub category: BudgetCategoryId,
    /// The day on which the expenses count.
    pub day: Date,
}

/// What was spent in each category on each day.
pub type DaySums = BTreeMap<(BudgetCategoryId, Date), Spent>;

/// A change of what was spent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpentDelta {
    sums: BTreeMap<SpentBucket, Spent>,
}

impl SpentDelta {
    /// What an expense adds.
    pub fn of(expense: &BudgetExpense) -> Self {
        let BudgetExpense { budget, category, day, .. } = *expense;
        let spent = Spent { minor: expense.amount.minor, count: 1 };
        Self { sums: BTreeMap::from([(SpentBucket { budget, category, day }, spent)]) }
    }

    /// Adds to a sum.
    pub fn add(&mut self, bucket: SpentBucket, spent: Spent) {
        let sum = self.sums.entry(bucket).or_default();
        *sum = sum.plus(spent);
    }

    /// The change that takes this one back.
    #[must_use]
    pub fn negated(mut self) -> Self {
        self.sums.values_mut().for_each(|sum| *sum = Spent::default().minus(*sum));
        self
    }

    /// Adds another change.
    pub fn merge(&mut self, other: Self) {
        other.sums.into_iter().for_each(|(bucket, spent)| self.add(bucket, spent));
    }

    /// The sums that really change.
    pub fn changes(&self) -> impl Iterator<Item = (SpentBucket, Spent)> {
        let all = self.sums.iter().map(|(bucket, spent)| (*bucket, *spent));
        all.filter(|(_, spent)| !spent.is_zero())
    }
}
