//! `/api/budgets`, `/api/budgets/{id}`

use clearmargin_app::budgets;
use clearmargin_domain::id::BudgetId;
use clearmargin_web::{
    Caller, Created, Data, Done, IfMatch, Json, Page, PageQuery, Path, Query, Result, Versioned,
};

use super::{
    body::{BudgetBody, NewBudgetBody},
    view::BudgetView,
};

/// Budgets, the latest first.
#[utoipa::path(
    get,
    path = "/api/budgets",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.read"))),
    params(PageQuery),
    responses((status = 200, description = "A page of budgets.", body = Page<BudgetView>)),
)]
pub(crate) async fn list_budgets(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Page<BudgetView>> {
    let page = budgets::list(&ctx, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |budget| BudgetView::new(&budget)))
}

/// Begins a budget: a draft in which nothing is planned yet.
#[utoipa::path(
    post,
    path = "/api/budgets",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.write"))),
    request_body(content = NewBudgetBody, example = json!({
        "name": "Marketing 2026", "from": "2026-01", "to": "2026-12", "rollOver": true,
        "thresholds": [50, 80, 100]
    })),
    responses((status = 201, description = "The budget.", body = Data<BudgetView>)),
)]
pub(crate) async fn create_budget(
    Caller(ctx): Caller,
    Json(body): Json<NewBudgetBody>,
) -> Result<Created<BudgetView>> {
    let budget = budgets::create(&ctx, body.begun()).await?;
    Ok(Created(BudgetView::new(&budget)))
}

/// A budget.
#[utoipa::path(
    get,
    path = "/api/budgets/{id}",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.read")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The budget's id.")),
    responses((status = 200, description = "The budget.", body = Data<BudgetView>)),
)]
pub(crate) async fn get_budget(
    Caller(ctx): Caller,
    Path(id): Path<BudgetId>,
) -> Result<Versioned<BudgetView>> {
    let budget = budgets::get(&ctx, id).await?;
    Ok(Versioned::new(budget.version, BudgetView::new(&budget)))
}

/// Changes what a budget is called, its thresholds, and whether it rolls over, as long as its plan is
/// a draft.
#[utoipa::path(
    put,
    path = "/api/budgets/{id}",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The budget's id.")),
    request_body(content = BudgetBody, example = json!({
        "name": "Marketing", "rollOver": false, "thresholds": [80, 100]
    })),
    responses((status = 200, description = "The budget.", body = Data<BudgetView>)),
)]
pub(crate) async fn update_budget(
    Caller(ctx): Caller,
    Path(id): Path<BudgetId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<BudgetBody>,
) -> Result<Versioned<BudgetView>> {
    let budget = budgets::update(&ctx, id, body.change(), &seen).await?;
    Ok(Versioned::new(budget.version, BudgetView::new(&budget)))
}

/// Throws a budget away of which nothing was ever approved or spent.
#[utoipa::path(
    delete,
    path = "/api/budgets/{id}",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.write"))),
    params(("id" = String, Path, description = "The budget's id.")),
    responses((status = 204, description = "The budget is gone.")),
)]
pub(crate) async fn remove_budget(
    Caller(ctx): Caller,
    Path(id): Path<BudgetId>,
    IfMatch(seen): IfMatch,
) -> Result<Done> {
    budgets::remove(&ctx, id, &seen).await?;
    Ok(Done)
}
