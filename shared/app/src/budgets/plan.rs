//! What is planned.

use std::collections::BTreeSet;

use clearmargin_domain::{
    access::Action,
    budget::{
        Budget, BudgetState, Category, MOST_MINOR, MOST_MONTHS, PlanError, Thresholds, evenly,
    },
    expense::ExpenseAccount,
    id::{BudgetCategoryId, BudgetId, ExpenseAccountId},
    money::{Currency, Money},
    period::{Month, Period},
    text::Line,
};
use clearmargin_store::Stored;
use serde_json::json;

use super::{TRIES, own};
use crate::{Ctx, Error, Precondition, organizations, services, tries::Tries};

/// What can be changed of a budget while its plan is a draft.
#[derive(Debug, Clone)]
pub struct BudgetSettings {
    /// What people call it.
    pub name: Line<100>,
    /// Whether what is left of a month counts for the next one.
    pub roll_over: bool,
    /// Shares of the plan that people want to know of when they are reached.
    pub thresholds: Thresholds,
}

/// A budget to begin.
#[derive(Debug, Clone)]
pub struct NewBudget {
    /// What can be changed later on.
    pub settings: BudgetSettings,
    /// Its first month.
    pub from: Month,
    /// Its last month.
    pub to: Month,
    /// The currency of every amount; the organisation's unless given.
    pub currency: Option<Currency>,
}

/// Begins a budget: a draft without categories.
pub async fn create(ctx: &Ctx, new: NewBudget) -> Result<Budget, Error> {
    ctx.require(Action::BudgetsWrite)?;
    if let Some(budget) = ctx.replay().await? {
        return Ok(budget);
    }
    let period = Period::new(new.from, new.to, MOST_MONTHS);
    let period = period.map_err(|error| Error::invalid("to", error.to_string()))?;
    services::check_day(period.from().first_day(), "from")?;
    services::check_day(period.to().first_day(), "to")?;
    let currency = match new.currency {
        Some(currency) => currency,
        None => organizations::own(ctx, ctx.org).await?.currency,
    };
    let BudgetSettings { name, roll_over, thresholds } = new.settings;
    let budget = Budget {
        id: BudgetId::new(ctx.now, ctx.app.random()),
        name: name.into(),
        currency,
        period,
        roll_over,
        thresholds,
        revision: 1,
        reason: None,
        state: BudgetState::Draft,
        sent_back: None,
        in_force: None,
        categories: Vec::new(),
    };
    let mut change = ctx.tenant().change(ctx.audit("budget.added", budget.id, json!({})));
    change.insert(&budget)?;
    ctx.commit(change, budget).await
}

/// Changes what a budget is called, its thresholds, and whether it rolls over.
pub async fn update(
    ctx: &Ctx,
    id: BudgetId,
    new: BudgetSettings,
    seen: &Precondition,
) -> Result<Stored<Budget>, Error> {
    ctx.require(Action::BudgetsWrite)?;
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    old.check_draft()?;
    let BudgetSettings { name, roll_over, thresholds } = new;
    let budget = Budget { name: name.into(), roll_over, thresholds, ..old.value.clone() };
    save(ctx, "budget.changed", &old, budget).await
}

/// Throws a budget away of which nothing was ever approved or spent.
pub async fn remove(ctx: &Ctx, id: BudgetId, seen: &Precondition) -> Result<(), Error> {
    ctx.require(Action::BudgetsWrite)?;
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    old.check_removable()?;
    let mut change = ctx.tenant().change(ctx.audit("budget.removed", id, json!({})));
    change.delete(&old)?;
    Ok(change.commit().await?)
}

/// A category as it is to be.
#[derive(Debug, Clone)]
pub struct CategoryChange {
    /// What people call it.
    pub name: Line<100>,
    /// The currency of its amounts: the budget's.
    pub currency: Currency,
    /// What is planned.
    pub planned: Planned,
    /// The accounts of which all that is bought on them counts in it.
    pub accounts: BTreeSet<ExpenseAccountId>,
}

/// What is planned for a category.
#[derive(Debug, Clone)]
pub enum Planned {
    /// So much altogether, in equal parts for every month.
    Evenly(Money),
    /// So much for these months, and nothing for the others.
    ByMonth(Vec<(Month, Money)>),
}

impl CategoryChange {
    /// The category that a budget gets, under that id.
    async fn category(
        &self,
        ctx: &Ctx,
        budget: &Budget,
        id: BudgetCategoryId,
    ) -> Result<Category, Error> {
        let planned = self.planned(budget)?;
        self.check_accounts(ctx, budget).await?;
        let (name, accounts) = (self.name.as_str().to_owned(), self.accounts.clone());
        Ok(Category { id, name, planned, accounts, booked: false })
    }

    /// What is bought on accounts is known in the organisation's currency.
    async fn check_accounts(&self, ctx: &Ctx, budget: &Budget) -> Result<(), Error> {
        if self.accounts.is_empty() {
            return Ok(());
        }
        let home = organizations::own(ctx, ctx.org).await?.currency;
        if home != budget.currency {
            let reason = format!("what is bought on accounts is known in {home}");
            return Err(Error::invalid("accountIds", reason));
        }
        let ids: Vec<_> = self.accounts.iter().copied().collect();
        let known = ctx.tenant().get_many::<ExpenseAccount>(&ids).await?;
        let unknown = ids.iter().find(|id| known.iter().all(|account| account.id != **id));
        unknown.map_or(Ok(()), |id| {
            Err(Error::invalid("accountIds", format!("there is no account {id}")))
        })
    }

    /// What is planned for each month of a budget.
    fn planned(&self, budget: &Budget) -> Result<Vec<i64>, Error> {
        if self.currency != budget.currency {
            return Err(Error::invalid(
                "currency",
                format!("the budget is in {}", budget.currency),
            ));
        }
        let period = budget.period;
        match &self.planned {
            Planned::Evenly(total) => Ok(evenly(checked(*total, "total")?, period.len())),
            Planned::ByMonth(amounts) => by_month(period, amounts),
        }
    }
}

fn by_month(period: Period, amounts: &[(Month, Money)]) -> Result<Vec<i64>, Error> {
    let mut planned = vec![None; period.len()];
    for (number, (month, amount)) in amounts.iter().enumerate() {
        let path = format!("months[{number}].month");
        let place = usize::try_from(month.since(period.from())).ok();
        let place = place.and_then(|place| planned.get_mut(place));
        let place = place.ok_or_else(|| Error::invalid(&path, "expected one of the budget's"))?;
        if place.is_some() {
            return Err(Error::invalid(path, "this month is there twice"));
        }
        *place = Some(checked(*amount, &format!("months[{number}].amount"))?);
    }
    Ok(planned.into_iter().map(Option::unwrap_or_default).collect())
}

fn checked(amount: Money, path: &str) -> Result<i64, Error> {
    if (0..=MOST_MINOR).contains(&amount.minor) {
        Ok(amount.minor)
    } else {
        Err(Error::invalid(path, "expected nothing or more, and nothing enormous"))
    }
}

/// Adds a category to a draft.
pub async fn add_category(
    ctx: &Ctx,
    id: BudgetId,
    new: &CategoryChange,
) -> Result<(Budget, Category), Error> {
    ctx.require(Action::BudgetsWrite)?;
    if let Some(added) = ctx.replay().await? {
        return Ok(added);
    }
    let mut tries = Tries::most(TRIES);
    loop {
        match add_once(ctx, id, new).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn add_once(
    ctx: &Ctx,
    id: BudgetId,
    new: &CategoryChange,
) -> Result<(Budget, Category), Error> {
    let old = own(ctx, id).await?;
    let category_id = BudgetCategoryId::new(ctx.now, ctx.app.random());
    let category = new.category(ctx, &old, category_id).await?;
    let budget = old.with(category.clone())?;
    let detail = json!({"category": category.id});
    let mut change = ctx.tenant().change(ctx.audit("budget.categoryAdded", id, detail));
    change.update(&old, &budget)?;
    ctx.commit(change, (budget, category)).await
}

/// Writes a category of a draft anew.
pub async fn change_category(
    ctx: &Ctx,
    (id, category): (BudgetId, BudgetCategoryId),
    new: &CategoryChange,
    seen: &Precondition,
) -> Result<Stored<Budget>, Error> {
    ctx.require(Action::BudgetsWrite)?;
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    old.category(category).ok_or(PlanError::NoCategory)?;
    let budget = old.with_changed(new.category(ctx, &old, category).await?)?;
    save(ctx, "budget.categoryChanged", &old, budget).await
}

/// Takes a category out of a draft in which nothing was ever spent.
pub async fn remove_category(
    ctx: &Ctx,
    (id, category): (BudgetId, BudgetCategoryId),
    seen: &Precondition,
) -> Result<(), Error> {
    ctx.require(Action::BudgetsWrite)?;
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    let budget = old.without(category)?;
    save(ctx, "budget.categoryRemoved", &old, budget).await.map(|_| ())
}

async fn save(
    ctx: &Ctx,
    action: &str,
    old: &Stored<Budget>,
    budget: Budget,
) -> Result<Stored<Budget>, Error> {
    if budget == old.value {
        return Ok(old.clone());
    }
    let mut change = ctx.tenant().change(ctx.audit(action, budget.id, json!({})));
    change.update(old, &budget)?;
    change.commit().await?;
    Ok(Stored { value: budget, version: old.version + 1 })
}
