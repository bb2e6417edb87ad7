//! Budgets: planned, approved, spent, and how they stand.
//!
//! Every change of a plan names the version of the budget that it read, and so does every expense:
//! none is recorded in a category that goes away meanwhile.

mod division;
mod expenses;
mod plan;
mod steps;

use std::collections::BTreeSet;

use clearmargin_domain::{
    access::Action,
    budget::{Budget, BudgetRevision, Figures, PlanError, Spending, StepError},
    id::BudgetId,
};
use clearmargin_store::{List, Listing, Stored};
use jiff::civil::Date;

use crate::{Ctx, Error, books, services};

pub use division::{Divided, SpentBefore, divide};
pub use expenses::{NewExpense, NewExpenses, Recorded, expenses, record, remove_expense};
pub use plan::{
    BudgetSettings, CategoryChange, NewBudget, Planned, add_category, change_category, create,
    remove, remove_category, update,
};
pub use steps::{Step, advance};

/// How often something is tried again that met another change of the same budget.
const TRIES: usize = 64;

/// A page of budgets, the latest first.
pub async fn list(ctx: &Ctx, limit: usize, cursor: Option<&str>) -> Result<Listing<Budget>, Error> {
    ctx.require(Action::BudgetsRead)?;
    Ok(ctx.tenant().list(List::Budgets, limit, "budgets", cursor).await?)
}

/// A budget.
pub async fn get(ctx: &Ctx, id: BudgetId) -> Result<Stored<Budget>, Error> {
    ctx.require(Action::BudgetsRead)?;
    own(ctx, id).await
}

async fn own(ctx: &Ctx, id: BudgetId) -> Result<Stored<Budget>, Error> {
    ctx.tenant().get::<Budget>(id).await?.ok_or(Error::NotFound("budget"))
}

/// A page of a budget's approved plans, the latest first.
pub async fn revisions(
    ctx: &Ctx,
    id: BudgetId,
    limit: usize,
    cursor: Option<&str>,
) -> Result<(Stored<Budget>, Listing<BudgetRevision>), Error> {
    ctx.require(Action::BudgetsRead)?;
    let budget = own(ctx, id).await?;
    let page = ctx.tenant().list(List::BudgetPlans(id), limit, "budget-plans", cursor).await?;
    Ok((budget, page))
}

/// How a budget stands at the end of a day, today unless another one is named. Expenses count for it
/// a moment after they were recorded.
pub async fn standing(
    ctx: &Ctx,
    id: BudgetId,
    day: Option<Date>,
) -> Result<(Stored<Budget>, Figures), Error> {
    ctx.require(Action::BudgetsRead)?;
    let budget = own(ctx, id).await?;
    let day = match day {
        Some(day) => day,
        None => books::today(ctx).await?,
    };
    services::check_day(day, "query.day")?;
    let approved = match budget.superseded() {
        Some(number) => ctx.tenant().get::<BudgetRevision>((id, number)).await?,
        None => None,
    };
    let spending = spending(ctx, &budget, approved.as_deref()).await?;
    let figures = Figures::of(&budget, approved.as_deref(), &spending, day);
    Ok((budget, figures))
}

/// What was recorded of a budget and, in its months, bought on the accounts of the plan in force and
/// on none that is known.
async fn spending(
    ctx: &Ctx,
    budget: &Budget,
    approved: Option<&BudgetRevision>,
) -> Result<Spending, Error> {
    let tenant = ctx.tenant();
    let mut spending = tenant.spent_of(budget.id).await?;
    let (_, plan) = budget.in_force(approved);
    let accounts: BTreeSet<_> =
        plan.iter().flat_map(|category| &category.accounts).copied().collect();
    if accounts.is_empty() {
        return Ok(spending);
    }
    let accounts = accounts.into_iter().map(Some).chain([None]);
    for account in accounts {
        spending.extend(tenant.bought_on(account, budget.period).await?);
    }
    Ok(spending)
}

impl From<PlanError> for Error {
    fn from(error: PlanError) -> Self {
        let code = match error {
            PlanError::NotADraft => "not_a_draft",
            PlanError::Full | PlanError::ManyAccounts => "too_many",
            PlanError::NameTaken => "name_taken",
            PlanError::Booked => "has_expenses",
            PlanError::AccountTaken(_) => "account_taken",
            PlanError::NoCategory => return Self::NotFound("budget category"),
        };
        Self::conflict(code, error.to_string())
    }
}

impl From<StepError> for Error {
    fn from(error: StepError) -> Self {
        let code = match error {
            StepError::NotADraft => "not_a_draft",
            StepError::Empty => "empty",
            StepError::NotSubmitted => "not_submitted",
            StepError::OwnSubmission => "own_submission",
            StepError::NotApproved => "not_approved",
        };
        Self::conflict(code, error.to_string())
    }
}
