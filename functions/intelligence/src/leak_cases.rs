//! `GET /api/ai/analytics/revenue-leaks/cases`, `GET …/cases/{id}`, `POST …/cases/{id}/charges`,
//! `POST …/decisions`, `GET …/recovered`

pub(crate) mod decisions;
pub(crate) mod recovered;

use clearmargin_app::leak_cases::{self, WantedCases};
use clearmargin_domain::{
    id::{ClientId, InvoiceId, LeakId},
    leak::{Approval, CaseStanding, CaseState, LeakCase},
    money::Money,
};
use clearmargin_web::{
    Amount, AmountIn, Caller, Data, Json, Limit, Page, Path, Query, Result, schema,
};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

use crate::{predictions::MonthAmountView, revenue_leaks::kind};

/// A leak, from one analysis to the next.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeakCaseView {
    /// Its id: the same for the same leak, in whichever analysis it is found.
    #[schema(example = "lek_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Names it in every analysis.
    key: String,
    /// What kind.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// Whose.
    client_id: String,
    /// How it stands. What is `resolved` is not found any more, and opens by itself once it is.
    #[schema(schema_with = standing)]
    state: &'static str,
    /// Why it is muted, and until when; null unless it is.
    muted: Option<LeakMutedView>,
    /// How it was resolved; null unless it is.
    resolved: Option<LeakResolvedView>,
    /// Who takes care of it; null if nobody does.
    owner_id: Option<String>,
    /// That it was approved, the last time; null if it never was.
    approval: Option<LeakApprovalView>,
    /// The day of the analysis that found it first.
    #[schema(format = Date, example = "2026-11-28")]
    found_on: String,
    /// The first day that it is of, over all analyses.
    #[schema(format = Date, example = "2026-01-01")]
    first_seen: String,
    /// How often it was found again after it had been resolved.
    reopened: u32,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// All that it comes to since it was first seen.
    total: Amount,
    /// What it comes to in each month, as the last analysis that looked at the month found it.
    months: Vec<MonthAmountView>,
    /// The invoices that charge it, and how much of it, before tax.
    charges: Vec<LeakChargeView>,
}

/// Why a leak is muted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LeakMutedView {
    /// Why.
    reason: String,
    /// The last day; null if it is until somebody opens it.
    #[schema(schema_with = schema::day_or_null)]
    until: Option<String>,
}

/// How a leak was resolved.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LeakResolvedView {
    /// The day of the analysis that did not find it any more.
    #[schema(format = Date, example = "2026-11-28")]
    on: String,
    /// Whether it only lies too far back to be looked for.
    lapsed: bool,
}

/// That a leak is to be charged.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LeakApprovalView {
    /// Who approved it.
    by: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// What it came to then: no more is ever charged.
    amount: Amount,
}

/// What of a leak an invoice charges.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeakChargeView {
    /// The invoice.
    invoice_id: String,
    /// How much of it, before tax.
    amount: Amount,
}

/// How a leak stands.
pub(crate) fn standing() -> Object {
    schema::one_of(CaseStanding::ALL.map(CaseStanding::as_str))
}

impl LeakCaseView {
    pub(crate) fn new(case: &LeakCase) -> Self {
        let money = |minor| Amount(Money::new(minor, case.currency));
        let months = case.months.iter();
        let approval = |approval: Approval| LeakApprovalView {
            by: approval.by.to_string(),
            at: approval.at.to_string(),
            amount: money(approval.minor),
        };
        let charges = case.charged.iter().map(|charged| LeakChargeView {
            invoice_id: charged.invoice.to_string(),
            amount: money(charged.minor),
        });
        Self {
            id: case.id.to_string(),
            key: case.key.clone(),
            kind: case.kind.as_str(),
            client_id: case.client.to_string(),
            state: case.state.standing().as_str(),
            muted: LeakMutedView::of(&case.state),
            resolved: LeakResolvedView::of(&case.state),
            owner_id: case.owner.map(|owner| owner.to_string()),
            approval: case.approval.map(approval),
            found_on: case.found_on.to_string(),
            first_seen: case.first_seen.to_string(),
            reopened: case.reopened,
            currency: case.currency.to_string(),
            total: Amount(case.total()),
            months: months
                .map(|(month, minor)| {
                    MonthAmountView::new(*month, Money::new(*minor, case.currency))
                })
                .collect(),
            charges: charges.collect(),
        }
    }
}

impl LeakMutedView {
    fn of(state: &CaseState) -> Option<Self> {
        let CaseState::Muted { reason, until } = state else { return None };
        let reason = String::from(reason.clone());
        Some(Self { reason, until: until.map(|until| until.to_string()) })
    }
}

impl LeakResolvedView {
    fn of(state: &CaseState) -> Option<Self> {
        let CaseState::Resolved { on, lapsed } = state else { return None };
        Some(Self { on: on.to_string(), lapsed: *lapsed })
    }
}

/// Which leaks.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeakCasesQuery {
    /// Of that client, by the id of any of its records; of every client unless given.
    #[param(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
    /// Those that stand so; all unless given.
    #[param(schema_with = standing, required = false)]
    state: Option<CaseStanding>,
    /// How many at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Every leak that was ever found, with what was decided about it and what charges it: those that were
/// found last first.
#[utoipa::path(
    get,
    path = "/api/ai/analytics/revenue-leaks/cases",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    params(LeakCasesQuery),
    responses((status = 200, description = "A page of leaks.", body = Page<LeakCaseView>)),
)]
pub(crate) async fn list_leak_cases(
    Caller(ctx): Caller,
    Query(query): Query<LeakCasesQuery>,
) -> Result<Page<LeakCaseView>> {
    let wanted = WantedCases { client: query.client_id, state: query.state };
    let limit = query.limit;
    let page = leak_cases::cases(&ctx, wanted, limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::new(page.cases.iter().map(LeakCaseView::new).collect(), limit, page.next))
}

/// A leak, with what was decided about it and what charges it.
#[utoipa::path(
    get,
    path = "/api/ai/analytics/revenue-leaks/cases/{id}",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    params(("id" = String, Path, description = "The leak's id.")),
    responses((status = 200, description = "The leak.", body = Data<LeakCaseView>)),
)]
pub(crate) async fn get_leak_case(
    Caller(ctx): Caller,
    Path(id): Path<LeakId>,
) -> Result<Data<LeakCaseView>> {
    Ok(Data::new(LeakCaseView::new(&leak_cases::case(&ctx, id).await?)))
}

/// How much of a leak an invoice charges.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LeakChargeBody {
    /// An issued invoice of the client.
    #[schema(schema_with = invoice_id)]
    invoice_id: InvoiceId,
    /// How much of the leak is in its lines, before tax; 0 takes back what was said before.
    amount: AmountIn,
}

fn invoice_id() -> Object {
    schema::id(InvoiceId::PREFIX)
}

/// Notes that an invoice charges an approved leak, in place of what was noted of the two before. No more
/// is charged than was approved, and no dollar of an invoice is counted for two leaks. What comes in for
/// the invoice is counted as recovered.
#[utoipa::path(
    post,
    path = "/api/ai/analytics/revenue-leaks/cases/{id}/charges",
    tag = "Analytics",
    extensions(("x-action" = json!("leaks.decide"))),
    params(("id" = String, Path, description = "The leak's id.")),
    request_body(content = LeakChargeBody, example = json!({
        "invoiceId": "inv_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C", "amount": 480
    })),
    responses((status = 200, description = "The leak.", body = Data<LeakCaseView>)),
)]
pub(crate) async fn charge_leak(
    Caller(ctx): Caller,
    Path(id): Path<LeakId>,
    Json(body): Json<LeakChargeBody>,
) -> Result<Data<LeakCaseView>> {
    let amount = |currency| body.amount.money(currency, "amount");
    let case = leak_cases::charge(&ctx, id, body.invoice_id, amount).await?;
    Ok(Data::new(LeakCaseView::new(&case)))
}
