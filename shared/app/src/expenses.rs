//! Vendors' bills and other purchases: what was bought, and for whom.
//!
//! A source says what was bought. For whom, it says of some lines; of the others somebody decides it
//! here, and that is kept with the line when the source is read again (`domain::expense`).

mod allocate;
mod divide;
mod list;
mod weights;

use clearmargin_domain::{
    access::Action,
    expense::{Expense, ExpenseAccount},
    id::ExpenseId,
};
use clearmargin_store::{List, Listing, Stored};

use crate::{Ctx, Error};

pub use allocate::{Decided, allocate, clear, preview};
pub use divide::{AllocationChange, Among, LineChange, MOST_LINES, MOST_PARTS, Share, StatedPart};
pub use list::{MONTHS, Wanted, list};

/// How often something is tried again that met another change of the same records.
const TRIES: usize = 64;

/// A page of the accounts that something was bought on, by id.
pub async fn accounts(
    ctx: &Ctx,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<ExpenseAccount>, Error> {
    ctx.require(Action::ExpensesRead)?;
    Ok(ctx.tenant().list(List::ExpenseAccounts, limit, "expense-accounts", cursor).await?)
}

/// A purchase.
pub async fn get(ctx: &Ctx, id: ExpenseId) -> Result<Stored<Expense>, Error> {
    ctx.require(Action::ExpensesRead)?;
    own(ctx, id).await
}

async fn own(ctx: &Ctx, id: ExpenseId) -> Result<Stored<Expense>, Error> {
    ctx.tenant().get::<Expense>(id).await?.ok_or(Error::NotFound("expense"))
}
