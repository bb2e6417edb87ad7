//! `PUT /api/budgets/{id}/status`, `GET /api/budgets/{id}/revisions`

use clearmargin_app::{
    Error,
    budgets::{self, Step},
};
use clearmargin_domain::{id::BudgetId, text::Line};
use clearmargin_web::{
    Caller, Data, IfMatch, Json, Page, PageQuery, Path, Query, Result, Versioned, schema,
};
use serde::Deserialize;
use utoipa::openapi::Object;

use super::view::{BudgetRevisionView, BudgetView};

/// What is to become of a plan.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BudgetStatusBody {
    /// `submit` a draft, `approve` or `send_back` what was submitted, `revise` what was approved.
    #[schema(schema_with = step)]
    action: StepName,
    /// Why; for what is sent back or revised, and only then.
    #[schema(schema_with = reason, required = false)]
    reason: Option<Line<500>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StepName {
    Submit,
    Approve,
    SendBack,
    Revise,
}

fn step() -> Object {
    schema::one_of(["submit", "approve", "send_back", "revise"])
}

fn reason() -> Object {
    schema::or_null(schema::line(500))
}

impl BudgetStatusBody {
    fn step(self) -> Result<Step> {
        let step = match (self.action, self.reason) {
            (StepName::Submit, None) => Step::Submit,
            (StepName::Approve, None) => Step::Approve,
            (StepName::SendBack, Some(reason)) => Step::SendBack(reason.into()),
            (StepName::Revise, Some(reason)) => Step::Revise(reason.into()),
            (StepName::SendBack | StepName::Revise, None) => {
                return Err(Error::invalid("reason", "expected a reason").into());
            }
            (StepName::Submit | StepName::Approve, Some(_)) => {
                return Err(Error::invalid("reason", "no reason is needed for this").into());
            }
        };
        Ok(step)
    }
}

/// Submits a plan, approves it, sends it back, or begins the next one. An approved plan never
/// changes; until the next one is approved as well it stays in force. Approving and sending back
/// take `budgets.approve`, and nobody approves what he or she submitted as long as somebody else may
/// (`409 own_submission`).
#[utoipa::path(
    put,
    path = "/api/budgets/{id}/status",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The budget's id.")),
    request_body(content = BudgetStatusBody, example = json!({"action": "submit"})),
    responses((status = 200, description = "The budget.", body = Data<BudgetView>)),
)]
pub(crate) async fn set_budget_status(
    Caller(ctx): Caller,
    Path(id): Path<BudgetId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<BudgetStatusBody>,
) -> Result<Versioned<BudgetView>> {
    let budget = budgets::advance(&ctx, id, body.step()?, &seen).await?;
    Ok(Versioned::new(budget.version, BudgetView::new(&budget)))
}

/// The plans of a budget that were approved, the latest first.
#[utoipa::path(
    get,
    path = "/api/budgets/{id}/revisions",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.read"))),
    params(("id" = String, Path, description = "The budget's id."), PageQuery),
    responses((status = 200, description = "A page of plans.", body = Page<BudgetRevisionView>)),
)]
pub(crate) async fn list_budget_revisions(
    Caller(ctx): Caller,
    Path(id): Path<BudgetId>,
    Query(query): Query<PageQuery>,
) -> Result<Page<BudgetRevisionView>> {
    let cursor = query.cursor.as_deref();
    let (budget, page) = budgets::revisions(&ctx, id, query.limit.get(), cursor).await?;
    Ok(Page::of(page, query.limit, |plan| BudgetRevisionView::new(&plan, &budget)))
}
