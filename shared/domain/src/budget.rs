//! Budgets: what is planned to be spent, on what and in which months, and how that goes.
//!
//! A budget holds the plan that is being worked on. Once approved, a plan does not change: the next
//! one is a new revision, and until that is approved as well the last approved one stays in force.
//! What was spent is a sum by category and day that moves by *new − old* with each expense.

mod expense;
mod figures;
mod plan;
mod spent;
mod steps;
mod table;

use serde::{Deserialize, Serialize};

use crate::{
    audit::Actor,
    id::{BudgetCategoryId, BudgetId},
    money::Currency,
    period::Period,
};

pub use expense::{BudgetExpense, ExpenseSource};
pub use figures::{Alert, CategoryFigures, Crossing, Figures, Line, MonthFigures, News};
pub use plan::{
    Category, InvalidThresholds, MOST_ACCOUNTS, MOST_CATEGORIES, MOST_MINOR, MOST_MONTHS,
    PlanError, Thresholds, evenly,
};
pub use spent::{DaySums, Spending, Spent, SpentBucket, SpentDelta, SpentOn};
pub use steps::StepError;
pub use table::{ExpenseRow, MAX_ROWS, parse_csv};

/// A budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Budget {
    /// Our id.
    pub id: BudgetId,
    /// What people call it.
    pub name: String,
    /// The currency of every amount.
    pub currency: Currency,
    /// Its months.
    pub period: Period,
    /// Whether what is left of a month counts for the next one, and so does what is missing.
    pub roll_over: bool,
    /// Shares of the plan that people want to know of when they are reached.
    pub thresholds: Thresholds,
    /// Which plan this is: 1 for the first.
    pub revision: u32,
    /// Why there is another plan than the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where the plan stands.
    pub state: BudgetState,
    /// Why the plan was sent back last, since it was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_back: Option<String>,
    /// The plan that was approved last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_force: Option<u32>,
    /// What is planned.
    pub categories: Vec<Category>,
}

/// Where a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "is")]
pub enum BudgetState {
    /// It is worked on.
    Draft,
    /// It waits to be approved.
    Submitted {
        /// Who submitted it.
        by: Actor,
        /// When.
        at: jiff::Timestamp,
    },
    /// It is in force.
    Approved {
        /// Who approved it.
        by: Actor,
        /// When.
        at: jiff::Timestamp,
    },
}

/// A plan as it was approved; it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BudgetRevision {
    /// Whose plan.
    pub budget: BudgetId,
    /// Which one: 1 for the first.
    pub number: u32,
    /// Why there is another plan than the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether what is left of a month counts for the next one.
    pub roll_over: bool,
    /// What is planned.
    pub categories: Vec<Category>,
    /// Who approved it.
    pub by: Actor,
    /// When.
    pub at: jiff::Timestamp,
}

impl BudgetState {
    /// The name of every state.
    pub const NAMES: [&'static str; 3] = ["draft", "submitted", "approved"];

    /// The name in JSON.
    pub const fn as_str(&self) -> &'static str {
        let [draft, submitted, approved] = Self::NAMES;
        match self {
            Self::Draft => draft,
            Self::Submitted { .. } => submitted,
            Self::Approved { .. } => approved,
        }
    }
}

impl Budget {
    /// A category of the plan that is worked on.
    pub fn category(&self, id: BudgetCategoryId) -> Option<&Category> {
        self.categories.iter().find(|category| category.id == id)
    }

    /// The revision that has to be read to know what is in force; `None` where the budget itself
    /// says it: its plan is approved, or none ever was.
    pub fn superseded(&self) -> Option<u32> {
        self.in_force.filter(|number| *number != self.revision)
    }
}
