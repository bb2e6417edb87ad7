//! What was spent, as sums by day that move by *new − old*: of a category of a budget what was
//! recorded in it, and of an account what was bought on it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::BudgetExpense;
use crate::{
    counters::counters,
    expense::Expense,
    id::{BudgetCategoryId, BudgetId, ExpenseAccountId},
};

counters! {
    /// What was spent.
    pub struct Spent;

    /// How much, in smallest units: of the budget's currency what was recorded in a category, of the
    /// organisation's what was bought on an account.
    minor: "s",
    /// How many expenses, or lines of purchases.
    count: "n",
}

/// What something was spent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SpentOn {
    /// A category of a budget, as somebody recorded it.
    Category {
        /// The budget.
        budget: BudgetId,
        /// The category.
        category: BudgetCategoryId,
    },
    /// An account, as its source says; `None` for what is on none that is known.
    Account {
        /// The account.
        account: Option<ExpenseAccountId>,
    },
}

/// One sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SpentBucket {
    /// On what.
    #[serde(flatten)]
    pub on: SpentOn,
    /// The day on which the expenses count.
    pub day: Date,
}

/// What was spent on each day.
pub type DaySums = BTreeMap<Date, Spent>;

/// What was spent on what.
pub type Spending = BTreeMap<SpentOn, DaySums>;

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
        let on = SpentOn::Category { budget, category };
        Self { sums: BTreeMap::from([(SpentBucket { on, day }, spent)]) }
    }

    /// What a purchase adds to the sums of the accounts that its lines are on, before tax.
    pub fn bought(expense: &Expense) -> Self {
        let mut delta = Self::default();
        for (line, minor) in expense.lines.iter().zip(expense.home_lines()) {
            let account = line.account.as_ref().map(|account| account.id);
            let bucket = SpentBucket { on: SpentOn::Account { account }, day: expense.day };
            delta.add(bucket, Spent { minor, count: 1 });
        }
        delta
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
