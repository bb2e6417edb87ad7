//! What is spent.

use clearmargin_domain::{
    access::Action,
    budget::{Budget, BudgetExpense, ExpenseRow, ExpenseSource, parse_csv},
    id::{BudgetCategoryId, BudgetExpenseId, BudgetId},
    money::Money,
    period::Month,
};
use clearmargin_store::{List, Listing, Stored};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{TRIES, own};
use crate::{Ctx, Error, books, tables, tries::Tries};

/// Expenses to record, all of them at once.
#[derive(Debug, Clone)]
pub enum NewExpenses {
    /// One that somebody enters.
    One(NewExpense),
    /// A table of comma-separated values.
    Table(String),
}

/// An expense that somebody enters.
#[derive(Debug, Clone)]
pub struct NewExpense {
    /// The category that it counts in.
    pub category: BudgetCategoryId,
    /// The day on which it counts; today unless given.
    pub day: Option<Date>,
    /// How much, in the budget's currency; what came back is negative.
    pub amount: Money,
    /// Who was paid.
    pub vendor: Option<String>,
    /// What it was for.
    pub note: Option<String>,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The expenses, in the order in which they were given.
    pub ids: Vec<BudgetExpenseId>,
}

/// Records expenses of a budget, in whatever state its plan is. Of a table all rows or none.
pub async fn record(ctx: &Ctx, id: BudgetId, new: &NewExpenses) -> Result<Recorded, Error> {
    ctx.require(Action::BudgetsWrite)?;
    if let Some(recorded) = ctx.replay().await? {
        return Ok(recorded);
    }
    let mut tries = Tries::most(TRIES);
    loop {
        match record_once(ctx, id, new).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn record_once(ctx: &Ctx, id: BudgetId, new: &NewExpenses) -> Result<Recorded, Error> {
    let budget = own(ctx, id).await?;
    let expenses = match new {
        NewExpenses::One(new) => vec![entered(ctx, &budget, new).await?],
        NewExpenses::Table(csv) => {
            let rows = tables::rows(parse_csv(csv, &budget))?;
            rows.into_iter().map(|row| of_row(ctx, &budget, row)).collect()
        }
    };
    let detail = json!({"expenses": expenses.len()});
    let mut change = ctx.tenant().change(ctx.audit("budget.expensesRecorded", id, detail));
    let categories: Vec<_> = expenses.iter().map(|expense| expense.category).collect();
    // A category in which something is recorded stays; nothing is recorded in one that has gone.
    match budget.with_booked(&categories) {
        Some(booked) => change.update(&budget, &booked)?,
        None => change.unchanged(&budget)?,
    }
    for expense in &expenses {
        change.insert(expense)?;
    }
    let ids = expenses.into_iter().map(|expense| expense.id).collect();
    ctx.commit(change, Recorded { ids }).await
}

async fn entered(ctx: &Ctx, budget: &Budget, new: &NewExpense) -> Result<BudgetExpense, Error> {
    if budget.category(new.category).is_none() {
        return Err(Error::invalid("categoryId", "the budget has no such category"));
    }
    if new.amount.currency != budget.currency {
        return Err(Error::invalid("currency", format!("the budget is in {}", budget.currency)));
    }
    let amount = Budget::check_amount(new.amount).map_err(|it| Error::invalid("amount", it))?;
    let day = match new.day {
        Some(day) => day,
        None => books::today(ctx).await?,
    };
    let day = budget.check_day(day).map_err(|it| Error::invalid("day", it))?;
    Ok(BudgetExpense {
        id: BudgetExpenseId::new(ctx.now, ctx.app.random()),
        budget: budget.id,
        category: new.category,
        day,
        amount,
        vendor: new.vendor.clone(),
        note: new.note.clone(),
        source: ExpenseSource::Manual,
    })
}

fn of_row(ctx: &Ctx, budget: &Budget, row: ExpenseRow) -> BudgetExpense {
    let ExpenseRow { row, category, day, amount, vendor, note } = row;
    BudgetExpense {
        id: BudgetExpenseId::new(ctx.now, ctx.app.random()),
        budget: budget.id,
        category,
        day,
        amount,
        vendor,
        note,
        source: ExpenseSource::Csv { row },
    }
}

/// A page of a budget's expenses, the latest day first: of all its months or one, and of all its
/// categories or one. A page may hold fewer than `limit`.
pub async fn expenses(
    ctx: &Ctx,
    id: BudgetId,
    (month, category): (Option<Month>, Option<BudgetCategoryId>),
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<BudgetExpense>, Error> {
    ctx.require(Action::BudgetsRead)?;
    own(ctx, id).await?;
    let scope = format!("budget-expenses|{category:?}");
    let list = List::BudgetExpenses(id, month);
    let mut page: Listing<BudgetExpense> = ctx.tenant().list(list, limit, &scope, cursor).await?;
    page.items.retain(|expense| category.is_none_or(|category| category == expense.category));
    Ok(page)
}

/// Removes an expense of a budget: what it added is taken back once.
pub async fn remove_expense(
    ctx: &Ctx,
    id: BudgetId,
    expense: BudgetExpenseId,
) -> Result<(), Error> {
    ctx.require(Action::BudgetsWrite)?;
    let old: Option<Stored<BudgetExpense>> = ctx.tenant().get(expense).await?;
    let old = old.filter(|old| old.budget == id).ok_or(Error::NotFound("budget expense"))?;
    let detail = json!({"expense": expense});
    let mut change = ctx.tenant().change(ctx.audit("budget.expenseRemoved", id, detail));
    change.delete(&old)?;
    Ok(change.commit().await?)
}
