//! Budgets, as they are shown.

use clearmargin_domain::{
    budget::{Budget, BudgetRevision, BudgetState, Category},
    money::{Currency, Money},
    period::Period,
};
use clearmargin_web::Amount;
use serde::Serialize;

/// A budget.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BudgetView {
    /// Its id.
    #[schema(example = "bud_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// What people call it.
    #[schema(example = "Marketing 2026")]
    name: String,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// Its first month.
    #[schema(example = "2026-01")]
    from: String,
    /// Its last month.
    #[schema(example = "2026-12")]
    to: String,
    /// Whether what is left of a month counts for the next one, and so does what is missing.
    roll_over: bool,
    /// Shares of the plan, in percent, that are told of when they are reached.
    #[schema(example = json!([80, 100]))]
    thresholds: Vec<u16>,
    /// Where the plan stands: `draft`, `submitted` or `approved`.
    #[schema(example = "draft")]
    status: &'static str,
    /// Which plan it is: 1 for the first.
    revision: u32,
    /// Why there is another plan than the first; null for the first.
    reason: Option<String>,
    /// Why the plan was sent back last; null if it was not.
    sent_back_reason: Option<String>,
    /// The plan that was approved last, by its number; null as long as none was.
    revision_in_force: Option<u32>,
    /// Who submitted or approved the plan; null for a draft.
    by: Option<String>,
    /// When that was; null for a draft.
    #[schema(format = DateTime)]
    at: Option<String>,
    /// What all categories together plan.
    planned: Amount,
    /// How many categories there are.
    categories: usize,
}

impl BudgetView {
    pub(crate) fn new(budget: &Budget) -> Self {
        let (by, at) = match budget.state {
            BudgetState::Draft => (None, None),
            BudgetState::Submitted { by, at } | BudgetState::Approved { by, at } => {
                (Some(by.to_string()), Some(at.to_string()))
            }
        };
        let planned = budget.categories.iter().map(Category::total).sum();
        Self {
            id: budget.id.to_string(),
            name: budget.name.clone(),
            currency: budget.currency.to_string(),
            from: budget.period.from().to_string(),
            to: budget.period.to().to_string(),
            roll_over: budget.roll_over,
            thresholds: budget.thresholds.percents().collect(),
            status: budget.state.as_str(),
            revision: budget.revision,
            reason: budget.reason.clone(),
            sent_back_reason: budget.sent_back.clone(),
            revision_in_force: budget.in_force,
            by,
            at,
            planned: Amount(Money::new(planned, budget.currency)),
            categories: budget.categories.len(),
        }
    }
}

/// A part of a plan.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BudgetCategoryView {
    /// Its id.
    #[schema(example = "bca_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// What people call it.
    #[schema(example = "Trade fairs")]
    name: String,
    /// The currency of its amounts.
    #[schema(example = "USD")]
    currency: String,
    /// What is planned altogether.
    planned: Amount,
    /// What is planned for each month.
    months: Vec<PlannedMonthView>,
    /// The accounts of which all that is bought on them counts in it.
    account_ids: Vec<String>,
}

/// What is planned for a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PlannedMonthView {
    /// The month.
    #[schema(example = "2026-01")]
    month: String,
    /// How much.
    amount: Amount,
}

impl BudgetCategoryView {
    pub(crate) fn new(category: &Category, period: Period, currency: Currency) -> Self {
        let amount = |minor| Amount(Money::new(minor, currency));
        let months = period.months().zip(&category.planned);
        let months = months.map(|(month, minor)| PlannedMonthView {
            month: month.to_string(),
            amount: amount(*minor),
        });
        Self {
            id: category.id.to_string(),
            name: category.name.clone(),
            currency: currency.to_string(),
            planned: amount(category.total()),
            months: months.collect(),
            account_ids: category.accounts.iter().map(ToString::to_string).collect(),
        }
    }

    /// Every category of the plan that a budget works on.
    pub(crate) fn all(budget: &Budget) -> Vec<Self> {
        let view = |category| Self::new(category, budget.period, budget.currency);
        budget.categories.iter().map(view).collect()
    }
}

/// A plan as it was approved.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BudgetRevisionView {
    /// Which plan it is: 1 for the first.
    revision: u32,
    /// Why there is another plan than the first; null for the first.
    reason: Option<String>,
    /// Whether what is left of a month counts for the next one.
    roll_over: bool,
    /// Who approved it.
    approved_by: String,
    /// When that was.
    #[schema(format = DateTime)]
    approved_at: String,
    /// What all categories together plan.
    planned: Amount,
    /// What is planned.
    categories: Vec<BudgetCategoryView>,
}

impl BudgetRevisionView {
    pub(crate) fn new(plan: &BudgetRevision, budget: &Budget) -> Self {
        let (period, currency) = (budget.period, budget.currency);
        let planned = plan.categories.iter().map(Category::total).sum();
        let view = |category| BudgetCategoryView::new(category, period, currency);
        Self {
            revision: plan.number,
            reason: plan.reason.clone(),
            roll_over: plan.roll_over,
            approved_by: plan.by.to_string(),
            approved_at: plan.at.to_string(),
            planned: Amount(Money::new(planned, currency)),
            categories: plan.categories.iter().map(view).collect(),
        }
    }
}
