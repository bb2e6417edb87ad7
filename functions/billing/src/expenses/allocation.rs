//! `/api/expenses/{id}/allocation`

use clearmargin_app::expenses;
use clearmargin_domain::id::ExpenseId;
use clearmargin_web::{Caller, Data, Done, IfMatch, Json, Path, Result, Versioned};

use super::{body::ExpenseAllocationBody, view::ExpenseView};

/// Says for whom the lines of a purchase were bought, in place of all that was said of it before. Lines
/// of which the source names the client are refused, and so are purchases of a closed month. The parts
/// stay as they come out now, with the use that they followed from; figures follow within a moment.
#[utoipa::path(
    put,
    path = "/api/expenses/{id}/allocation",
    tag = "Expenses",
    extensions(("x-action" = json!("expenses.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The purchase's id.")),
    request_body(content = ExpenseAllocationBody, example = json!({
        "lines": [{"key": "hours", "month": "2026-10"}]
    })),
    responses((status = 200, description = "The purchase.", body = Data<ExpenseView>)),
)]
pub(crate) async fn allocate_expense(
    Caller(ctx): Caller,
    Path(id): Path<ExpenseId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<ExpenseAllocationBody>,
) -> Result<Versioned<ExpenseView>> {
    let decided = expenses::allocate(&ctx, id, &body.change()?, &seen).await?;
    Ok(Versioned::new(decided.version, ExpenseView::new(&decided.expense)))
}

/// Shows what saying so would come to: the use that counts, the parts, and the rest. Nothing is
/// written. It is refused where saying so would be, with the clients of whom nobody knows what they
/// used.
#[utoipa::path(
    post,
    path = "/api/expenses/{id}/allocation/preview",
    tag = "Expenses",
    extensions(("x-action" = json!("expenses.read"))),
    params(("id" = String, Path, description = "The purchase's id.")),
    request_body(content = ExpenseAllocationBody, example = json!({
        "lines": [{"key": "revenue", "month": "2026-10"}]
    })),
    responses((status = 200, description = "The purchase as it would be.", body = Data<ExpenseView>)),
)]
pub(crate) async fn preview_expense_allocation(
    Caller(ctx): Caller,
    Path(id): Path<ExpenseId>,
    Json(body): Json<ExpenseAllocationBody>,
) -> Result<Data<ExpenseView>> {
    let decided = expenses::preview(&ctx, id, &body.change()?).await?;
    Ok(Data::new(ExpenseView::new(&decided.expense)))
}

/// Takes back all that was said here about for whom a purchase was bought.
#[utoipa::path(
    delete,
    path = "/api/expenses/{id}/allocation",
    tag = "Expenses",
    extensions(("x-action" = json!("expenses.write"))),
    params(("id" = String, Path, description = "The purchase's id.")),
    responses((status = 204, description = "Nothing is said of it any more.")),
)]
pub(crate) async fn remove_expense_allocation(
    Caller(ctx): Caller,
    Path(id): Path<ExpenseId>,
    IfMatch(seen): IfMatch,
) -> Result<Done> {
    expenses::clear(&ctx, id, &seen).await?;
    Ok(Done)
}
