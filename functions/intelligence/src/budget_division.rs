//! `POST /api/ai/predictions/budget`

mod body;
mod view;

use clearmargin_app::budgets;
use clearmargin_web::{Caller, Data, Json, Result};

use self::{body::BudgetDivisionBody, view::BudgetDivisionView};

/// Divides a budget among lines, to the cent: as much value as can be had of returns that are stated, or
/// as near to wishes as can be, within limits of each line, of several lines together, and of one line
/// to another. Says what each limit costs: what a unit of money more room would bring, and a unit less
/// cost. Where the limits cannot all hold, says which ones stand against each other, by how much each
/// alone would have to move, and the least that would have to move altogether. Nothing is stored.
#[utoipa::path(
    post,
    path = "/api/ai/predictions/budget",
    tag = "Analytics",
    extensions(("x-action" = json!("budgets.read"))),
    request_body(content = BudgetDivisionBody, example = json!({
        "total": 120_000, "aim": "value",
        "lines": [
            {"name": "Sales", "returns": [{"upTo": 40_000, "perUnit": 3}, {"upTo": 100_000, "perUnit": 1.5}]},
            {"name": "Tools", "most": 60_000, "returns": [{"upTo": 50_000, "perUnit": 2}]},
            {"name": "Training", "least": 10_000, "returns": [{"upTo": 30_000, "perUnit": 1}]}
        ],
        "groups": [{"name": "Growth", "lines": ["Sales", "Tools"], "mostShare": 0.8}],
        "proportions": [{"name": "Training follows sales", "line": "Training", "of": "Sales", "least": 0.25}]
    })),
    responses((status = 200, description = "The division, or what stands against it.",
        body = Data<BudgetDivisionView>)),
)]
pub(crate) async fn divide_budget(
    Caller(ctx): Caller,
    Json(body): Json<BudgetDivisionBody>,
) -> Result<Data<BudgetDivisionView>> {
    let like = body.like();
    let divided =
        budgets::divide(&ctx, like, |currency, before| body.wanted(currency, before)).await?;
    Ok(Data::new(BudgetDivisionView::new(&divided)))
}
