//! `GET /api/expenses/accounts`

use clearmargin_app::expenses;
use clearmargin_web::{Caller, Page, PageQuery, Query, Result};

use super::view::ExpenseAccountView;

/// The accounts that something was bought on, by id: what a category of a budget may take its spending
/// from.
#[utoipa::path(
    get,
    path = "/api/expenses/accounts",
    tag = "Expenses",
    extensions(("x-action" = json!("expenses.read"))),
    params(PageQuery),
    responses((status = 200, description = "A page of accounts.", body = Page<ExpenseAccountView>)),
)]
pub(crate) async fn expense_accounts(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Page<ExpenseAccountView>> {
    let PageQuery { limit, cursor } = query;
    let page = expenses::accounts(&ctx, limit.get(), cursor.as_deref()).await?;
    Ok(Page::of(page, limit, |account| ExpenseAccountView::new(&account)))
}
