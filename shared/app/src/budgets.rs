//! Budgets: planned, approved, spent, and how they stand.
//!
//! Every change of a plan names the version of the budget that it read, and so does every expense:
//! none is recorded in a category that goes away meanwhile.

mod expenses;
mod plan;
mod steps;

use clearmargin_domain::{
    access::Action,
    budget::{Budget, BudgetRevision, Figures, PlanError, StepError},
    id::BudgetId,
};
use clearmargin_store::{List, Listing, Stored};
use jiff::civil::Date;

use crate::{Ctx, Error, books, services};

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
    let sums = ctx.tenant().spent_of(id).await?;
    let figures = Figures::of(&budget, approved.as_deref(), &sums, day);
    Ok((budget, figures))
}

impl From<PlanError> for Error {
    fn from(error: PlanError) -> Self {
        let code = match error {
            PlanError::NotADraft => "not_a_draft",
            PlanError::Full => "too_many",
            PlanError::NameTaken => "name_taken",
            PlanError::Booked => "has_expenses",
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
