//! `/api/budgets`

mod body;
mod categories;
mod expenses;
mod plan;
mod standing;
mod status;
mod view;

use clearmargin_web::{Routes, routes};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(plan::list_budgets, plan::create_budget))
        .routes(routes!(plan::get_budget, plan::update_budget, plan::remove_budget))
        .routes(routes!(status::set_budget_status))
        .routes(routes!(status::list_budget_revisions))
        .routes(routes!(categories::list_budget_categories, categories::add_budget_category))
        .routes(routes!(categories::update_budget_category, categories::remove_budget_category))
        .routes(routes!(expenses::list_budget_expenses, expenses::record_budget_expenses))
        .routes(routes!(expenses::remove_budget_expense))
        .routes(routes!(standing::budget_alerts))
}
