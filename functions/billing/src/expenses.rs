//! `/api/expenses`

mod accounts;
mod allocation;
mod body;
mod list;
mod view;

use clearmargin_web::{Routes, routes};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list::list_expenses))
        .routes(routes!(accounts::expense_accounts))
        .routes(routes!(list::get_expense))
        .routes(routes!(allocation::allocate_expense, allocation::remove_expense_allocation))
        .routes(routes!(allocation::preview_expense_allocation))
}
