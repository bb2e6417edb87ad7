//! Dividing a budget among lines. Nothing is written.

use std::collections::HashMap;

use clearmargin_domain::{access::Action, id::BudgetId, money::Currency};
use clearmargin_insight::allocation::{self, Conflict, Division, NoDivision, Wanted};

use super::standing;
use crate::{Ctx, Error, organizations};

/// A budget that was to be divided.
#[derive(Debug)]
pub struct Divided {
    /// The organisation's currency.
    pub currency: Currency,
    /// What was wanted.
    pub wanted: Wanted,
    /// How it is divided, or what stands against it.
    pub outcome: Result<Division, Conflict>,
}

/// What was spent in each category of a budget, by its name in small letters.
pub type SpentBefore = HashMap<String, i64>;

/// Divides a budget in the organisation's currency. `like` is an earlier one, of which the wishes may
/// be what was spent.
pub async fn divide(
    ctx: &Ctx,
    like: Option<BudgetId>,
    wanted: impl FnOnce(Currency, &SpentBefore) -> Result<Wanted, Error>,
) -> Result<Divided, Error> {
    ctx.require(Action::BudgetsRead)?;
    let currency = organizations::own(ctx, ctx.org).await?.currency;
    let before = match like {
        Some(like) => spent_before(ctx, like, currency).await?,
        None => SpentBefore::new(),
    };
    let wanted = wanted(currency, &before)?;
    wanted.check().map_err(|invalid| Error::invalid(invalid.path, invalid.why))?;
    let outcome = match allocation::divide(&wanted) {
        Ok(division) => Ok(division),
        Err(NoDivision::Conflict(conflict)) => Err(conflict),
        Err(unproved @ NoDivision::Unproved) => return Err(Error::Internal(Box::new(unproved))),
    };
    Ok(Divided { currency, wanted, outcome })
}

async fn spent_before(ctx: &Ctx, like: BudgetId, own: Currency) -> Result<SpentBefore, Error> {
    let refused = |why: &str| Error::invalid("likeBudgetId", why);
    let (budget, figures) = match standing(ctx, like, None).await {
        Err(Error::NotFound(_)) => return Err(refused("there is no such budget")),
        found => found?,
    };
    if budget.currency != own {
        return Err(refused("is in another currency than the organisation's"));
    }
    let spent = figures.categories.iter();
    Ok(spent.map(|category| (category.name.to_lowercase(), category.line.spent)).collect())
}
