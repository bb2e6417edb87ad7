//! `GET /api/expenses/accounts`

use clearmargin_app::expenses;
use clearmargin_web::{Caller, Limit, Page, Query, Result};
use serde::Deserialize;

use super::view::ExpenseAccountView;

/// How many of them.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccountsQuery {
    /// How many accounts at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// The accounts that something was bought on, by id: what a category of a budget may take its spending
/// from.
#[utoipa::path(
    get,
    path = "/api/expenses/accounts",
    tag = "Expenses",
    extensions(("x-action" = json!("expenses.read"))),
    params(AccountsQuery),
    responses((status = 200, description = "A page of accounts.", body = Page<ExpenseAccountView>)),
)]
pub(crate) async fn expense_accounts(
    Caller(ctx): Caller,
    Query(query): Query<AccountsQuery>,
) -> Result<Page<ExpenseAccountView>> {
    let AccountsQuery { limit, cursor } = query;
    let page = expenses::accounts(&ctx, limit.get(), cursor.as_deref()).await?;
    let accounts = page.items.iter().map(|account| ExpenseAccountView::new(account)).collect();
    Ok(Page::new(accounts, limit, page.next))
}
