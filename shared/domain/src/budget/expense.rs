//! An expense of a budget.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    id::{BudgetCategoryId, BudgetExpenseId, BudgetId},
    money::Money,
};

/// What was spent of a budget at one time. It is recorded or removed, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BudgetExpense {
    /// Our id.
    pub id: BudgetExpenseId,
    /// The budget.
    pub budget: BudgetId,
    /// The category that it counts in.
    pub category: BudgetCategoryId,
    /// The day on which it counts: one of the budget's.
    pub day: Date,
    /// How much, in the budget's currency; what came back is negative.
    pub amount: Money,
    /// Who was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// What it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// How it came here.
    pub source: ExpenseSource,
}

/// How an expense came here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "from")]
pub enum ExpenseSource {
    /// Somebody entered it.
    Manual,
    /// It was a row of a table.
    Csv {
        /// The line of the table; the names of the columns are line 1.
        row: u64,
    },
}

impl ExpenseSource {
    /// The name of every source.
    pub const NAMES: [&'static str; 2] = ["manual", "csv"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [manual, csv] = Self::NAMES;
        match self {
            Self::Manual => manual,
            Self::Csv { .. } => csv,
        }
    }
}
