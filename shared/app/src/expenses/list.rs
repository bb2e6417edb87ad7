//! Purchases as people look for them.

use clearmargin_domain::{
    access::Action,
    expense::{Expense, ExpenseUse},
    id::ExpenseAccountId,
    period::{Month, Period},
    rollup::Subject,
};
use clearmargin_store::{ExpenseFilter, ExpenseList, Stored};

use crate::{Ctx, Error, books, months, profitability};

/// How many months one list may cover: ten years.
pub const MONTHS: usize = 120;
/// How many purchases one page looks at, at most.
const LOOK_AT: usize = 100;

/// Which purchases; everything that is said has to hold.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of this month or later; of the last twelve unless somebody says.
    pub from: Option<Month>,
    /// Of this month or earlier; up to the current one unless somebody says.
    pub to: Option<Month>,
    /// A part of the vendor's name.
    pub vendor: Option<String>,
    /// For whom they were bought, as far as that is known.
    pub used: Option<ExpenseUse>,
    /// The account that something of it was bought on.
    pub account: Option<ExpenseAccountId>,
}

/// Purchases, the latest first, and where the next page begins. A page looks at a limited number and
/// may hold fewer than `limit`.
pub async fn list(
    ctx: &Ctx,
    wanted: Wanted,
    limit: usize,
    cursor: Option<&str>,
) -> Result<(Vec<Stored<Expense>>, Option<String>), Error> {
    ctx.require(Action::ExpensesRead)?;
    let current = Month::of(books::today(ctx).await?);
    let period = profitability::period_until(current, wanted.from, wanted.to, MONTHS)?;
    let list = ExpenseList {
        period,
        months: with_purchases(ctx, period, current).await?,
        filter: ExpenseFilter { vendor: wanted.vendor, used: wanted.used, account: wanted.account },
        limit,
        look_at: LOOK_AT,
    };
    Ok(ctx.tenant().expenses(&list, cursor).await?)
}

/// The months to look at, the latest first.
async fn with_purchases(ctx: &Ctx, period: Period, current: Month) -> Result<Vec<Month>, Error> {
    let sums = ctx.tenant().rollups(Subject::Organization, period).await?;
    let bought = sums.into_iter().filter(|(_, sums)| sums.expense_lines != 0);
    let months = months::visited(bought.map(|(month, _)| month), period, current);
    Ok(months.into_iter().rev().collect())
}
