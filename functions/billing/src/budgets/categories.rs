//! `/api/budgets/{id}/categories`

use clearmargin_app::budgets;
use clearmargin_domain::id::{BudgetCategoryId, BudgetId};
use clearmargin_web::{Caller, Created, Data, Done, IfMatch, Json, Path, Result, Versioned};

use super::{body::BudgetCategoryBody, view::BudgetCategoryView};

/// What a budget plans: the categories of the plan that is worked on, or that was approved last.
#[utoipa::path(
    get,
    path = "/api/budgets/{id}/categories",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.read")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The budget's id.")),
    responses((
        status = 200, description = "The categories, under the budget's version.",
        body = Data<Vec<BudgetCategoryView>>,
    )),
)]
pub(crate) async fn list_budget_categories(
    Caller(ctx): Caller,
    Path(id): Path<BudgetId>,
) -> Result<Versioned<Vec<BudgetCategoryView>>> {
    let budget = budgets::get(&ctx, id).await?;
    Ok(Versioned::new(budget.version, BudgetCategoryView::all(&budget)))
}

/// Adds a category to a draft.
#[utoipa::path(
    post,
    path = "/api/budgets/{id}/categories",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.write"))),
    params(("id" = String, Path, description = "The budget's id.")),
    request_body(content = BudgetCategoryBody, example = json!({
        "name": "Trade fairs", "currency": "USD", "total": 12000
    })),
    responses((status = 201, description = "The category.", body = Data<BudgetCategoryView>)),
)]
pub(crate) async fn add_budget_category(
    Caller(ctx): Caller,
    Path(id): Path<BudgetId>,
    Json(body): Json<BudgetCategoryBody>,
) -> Result<Created<BudgetCategoryView>> {
    let (budget, added) = budgets::add_category(&ctx, id, &body.change()?).await?;
    Ok(Created(BudgetCategoryView::new(&added, budget.period, budget.currency)))
}

/// Writes a category of a draft anew; `If-Match` names the budget's version.
#[utoipa::path(
    put,
    path = "/api/budgets/{id}/categories/{categoryId}",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.write")), ("x-versioned" = json!(true))),
    params(
        ("id" = String, Path, description = "The budget's id."),
        ("categoryId" = String, Path, description = "The category's id."),
    ),
    request_body(content = BudgetCategoryBody, example = json!({
        "name": "Trade fairs", "currency": "USD",
        "months": [{"month": "2026-03", "amount": 9000}, {"month": "2026-10", "amount": 4500.50}]
    })),
    responses((
        status = 200, description = "Every category, under the budget's version.",
        body = Data<Vec<BudgetCategoryView>>,
    )),
)]
pub(crate) async fn update_budget_category(
    Caller(ctx): Caller,
    Path(ids): Path<(BudgetId, BudgetCategoryId)>,
    IfMatch(seen): IfMatch,
    Json(body): Json<BudgetCategoryBody>,
) -> Result<Versioned<Vec<BudgetCategoryView>>> {
    let budget = budgets::change_category(&ctx, ids, &body.change()?, &seen).await?;
    Ok(Versioned::new(budget.version, BudgetCategoryView::all(&budget)))
}

/// Takes a category out of a draft in which nothing was ever recorded.
#[utoipa::path(
    delete,
    path = "/api/budgets/{id}/categories/{categoryId}",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.write"))),
    params(
        ("id" = String, Path, description = "The budget's id."),
        ("categoryId" = String, Path, description = "The category's id."),
    ),
    responses((status = 204, description = "The category is gone.")),
)]
pub(crate) async fn remove_budget_category(
    Caller(ctx): Caller,
    Path(ids): Path<(BudgetId, BudgetCategoryId)>,
    IfMatch(seen): IfMatch,
) -> Result<Done> {
    budgets::remove_category(&ctx, ids, &seen).await?;
    Ok(Done)
}
