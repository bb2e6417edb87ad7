//! What the accounts are called that something was bought on.

use std::collections::BTreeMap;

use clearmargin_domain::{
    expense::{Expense, ExpenseAccount},
    id::{ExpenseAccountId, SyncRunId},
};
use serde_json::json;

use crate::{Ctx, Error};

/// How many accounts are written at once.
const MOST: usize = 50;

/// Remembers the accounts of a page's purchases: before the page itself, whose transaction has no room
/// for them. One that is known without any purchase does no harm.
pub(super) async fn remember(ctx: &Ctx, run: SyncRunId, expenses: &[Expense]) -> Result<(), Error> {
    let lines = expenses.iter().flat_map(|expense| &expense.lines);
    let read = lines.filter_map(|line| line.account.as_ref());
    let read: BTreeMap<_, _> = read.map(|account| (account.id, account)).collect();
    let read: Vec<_> = read.into_iter().collect();
    for accounts in read.chunks(MOST) {
        write(ctx, run, accounts.iter().copied().collect()).await?;
    }
    Ok(())
}

async fn write(
    ctx: &Ctx,
    run: SyncRunId,
    mut read: BTreeMap<ExpenseAccountId, &ExpenseAccount>,
) -> Result<(), Error> {
    let tenant = ctx.tenant();
    let ids: Vec<_> = read.keys().copied().collect();
    let mut change = tenant.change(ctx.audit("sync.accountsRead", run, json!({})));
    let mut is_new = false;
    for known in tenant.get_many::<ExpenseAccount>(&ids).await? {
        let account = read.remove(&known.id).map(|account| account.clone().read_over(&known));
        if let Some(account) = account.filter(|account| *account != known.value) {
            change.update(&known, &account)?;
            is_new = true;
        }
    }
    for account in read.into_values() {
        change.insert(account)?;
        is_new = true;
    }
    if is_new { Ok(change.commit().await?) } else { Ok(()) }
}
