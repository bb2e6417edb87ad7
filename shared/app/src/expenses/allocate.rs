//! Deciding for whom the lines of a purchase were bought.

use clearmargin_domain::{access::Action, expense::Expense, id::ExpenseId};
use clearmargin_store::{Basis, Change, Stored};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    TRIES,
    divide::{AllocationChange, divided},
    own,
};
use crate::{Ctx, Error, Precondition, books, tries::Tries};

/// A purchase after something was decided about it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decided {
    /// The purchase.
    pub expense: Expense,
    /// Its version.
    pub version: u64,
}

/// Says for whom the lines of a purchase were bought, in place of what was said before. Whoever meets
/// an import or somebody else tries again from what is there then, so that no cent is counted by what
/// is past.
pub async fn allocate(
    ctx: &Ctx,
    id: ExpenseId,
    change: &AllocationChange,
    seen: &Precondition,
) -> Result<Decided, Error> {
    ctx.require(Action::ExpensesWrite)?;
    if let Some(decided) = ctx.replay().await? {
        return Ok(decided);
    }
    let mut tries = Tries::most(TRIES);
    loop {
        match allocate_once(ctx, id, change, seen).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn allocate_once(
    ctx: &Ctx,
    id: ExpenseId,
    change: &AllocationChange,
    seen: &Precondition,
) -> Result<Decided, Error> {
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    let expense = divided(ctx, &old, change).await?;
    let lines = expense.lines.iter().filter_map(|line| line.allocated.as_ref());
    let (lines, parts) =
        lines.fold((0, 0), |(lines, parts), allocated| (lines + 1, parts + allocated.parts.len()));
    let detail = json!({
        "lines": lines, "parts": parts, "unallocatedMinor": expense.unallocated().minor,
    });
    let mut change = ctx.tenant().change(ctx.audit("expense.allocated", id, detail));
    booked(ctx, &mut change, &old).await?;
    change.update(&old, &expense)?;
    ctx.commit(change, Decided { expense, version: old.version + 1 }).await
}

/// The purchase as [`allocate`] would leave it; nothing is written. It is refused where that would be.
pub async fn preview(
    ctx: &Ctx,
    id: ExpenseId,
    change: &AllocationChange,
) -> Result<Decided, Error> {
    ctx.require(Action::ExpensesRead)?;
    let old = own(ctx, id).await?;
    books::known(ctx).await?.books.refuse(old.day)?;
    Ok(Decided { expense: divided(ctx, &old, change).await?, version: old.version })
}

/// Takes back all that was decided about a purchase here.
pub async fn clear(ctx: &Ctx, id: ExpenseId, seen: &Precondition) -> Result<(), Error> {
    ctx.require(Action::ExpensesWrite)?;
    let mut tries = Tries::most(TRIES);
    loop {
        match clear_once(ctx, id, seen).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn clear_once(ctx: &Ctx, id: ExpenseId, seen: &Precondition) -> Result<(), Error> {
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    if old.lines.iter().all(|line| line.allocated.is_none()) {
        return Ok(());
    }
    let mut expense = old.value.clone();
    expense.lines.iter_mut().for_each(|line| line.allocated = None);
    let mut change = ctx.tenant().change(ctx.audit("expense.allocationRemoved", id, json!({})));
    booked(ctx, &mut change, &old).await?;
    change.update(&old, &expense)?;
    Ok(change.commit().await?)
}

/// Goes on only while the purchase's month is open: what its clients cost does not move afterwards.
async fn booked(ctx: &Ctx, change: &mut Change<'_>, old: &Stored<Expense>) -> Result<(), Error> {
    let known = books::known(ctx).await?;
    known.books.refuse(old.day)?;
    Ok(change.rests_on(Basis::Books, known.version)?)
}
