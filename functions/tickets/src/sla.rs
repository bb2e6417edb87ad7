//! `/api/tickets/sla-policies` and `/api/tickets/sla-monitor`

mod body;
mod view;

use clearmargin_app::tickets;
use clearmargin_domain::id::SlaPolicyId;
use clearmargin_web::{
    Caller, Created, Data, Done, IfMatch, Json, Page, PageQuery, Path, Query, Result, Versioned,
};

use self::{body::PolicyBody, view::PolicyView};
use crate::view::TicketView;

/// Service level policies, the oldest first: it wins where two claim the same tickets.
#[utoipa::path(
    get,
    path = "/api/tickets/sla-policies",
    tag = "Service levels",
    extensions(("x-action" = json!("tickets.read"))),
    responses((status = 200, description = "The policies.", body = Data<Vec<PolicyView>>)),
)]
pub(crate) async fn list_sla_policies(Caller(ctx): Caller) -> Result<Data<Vec<PolicyView>>> {
    let policies = tickets::policies(&ctx).await?;
    Ok(Data::new(policies.iter().map(|policy| PolicyView::new(policy)).collect()))
}

/// Adds a service level policy. It is for tickets opened from its first day on; open ones are
/// measured by it in the background.
#[utoipa::path(
    post,
    path = "/api/tickets/sla-policies",
    tag = "Service levels",
    extensions(("x-action" = json!("desk.manage"))),
    request_body(content = PolicyBody, example = json!({
        "name": "Gold",
        "targets": [
            {"priority": "Critical", "responseMinutes": 15, "resolutionMinutes": 240},
            {"priority": null, "responseMinutes": 240, "resolutionMinutes": 2880}
        ],
        "hours": "weekly",
        "weeklyHours": [{"day": "monday", "from": "08:00", "to": "18:00"}],
        "timeZone": "America/New_York", "atRiskPercent": 75, "effectiveFrom": "2026-01-01"
    })),
    responses((status = 201, description = "The policy.", body = Data<PolicyView>)),
)]
pub(crate) async fn add_sla_policy(
    Caller(ctx): Caller,
    Json(body): Json<PolicyBody>,
) -> Result<Created<PolicyView>> {
    let policy = tickets::add_policy(&ctx, body.details()?).await?;
    Ok(Created(PolicyView::new(&policy)))
}

/// A service level policy.
#[utoipa::path(
    get,
    path = "/api/tickets/sla-policies/{id}",
    tag = "Service levels",
    extensions(("x-action" = json!("tickets.read")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The policy's id.")),
    responses((status = 200, description = "The policy.", body = Data<PolicyView>)),
)]
pub(crate) async fn get_sla_policy(
    Caller(ctx): Caller,
    Path(id): Path<SlaPolicyId>,
) -> Result<Versioned<PolicyView>> {
    let policy = tickets::policy(&ctx, id).await?;
    Ok(Versioned::new(policy.version, PolicyView::new(&policy)))
}

/// Writes a service level policy anew. Open tickets are measured by it in the background; what is
/// done stays measured as it was.
#[utoipa::path(
    put,
    path = "/api/tickets/sla-policies/{id}",
    tag = "Service levels",
    extensions(("x-action" = json!("desk.manage")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The policy's id.")),
    request_body(content = PolicyBody, example = json!({
        "name": "Gold", "hours": "round_the_clock",
        "targets": [{"priority": null, "responseMinutes": 60, "resolutionMinutes": 1440}]
    })),
    responses((status = 200, description = "The policy.", body = Data<PolicyView>)),
)]
pub(crate) async fn replace_sla_policy(
    Caller(ctx): Caller,
    Path(id): Path<SlaPolicyId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<PolicyBody>,
) -> Result<Versioned<PolicyView>> {
    let policy = tickets::replace_policy(&ctx, id, body.details()?, &seen).await?;
    Ok(Versioned::new(policy.version, PolicyView::new(&policy)))
}

/// Removes a service level policy. What is done stays measured as it was.
#[utoipa::path(
    delete,
    path = "/api/tickets/sla-policies/{id}",
    tag = "Service levels",
    extensions(("x-action" = json!("desk.manage"))),
    params(("id" = String, Path, description = "The policy's id.")),
    responses((status = 204, description = "The policy is gone.")),
)]
pub(crate) async fn remove_sla_policy(
    Caller(ctx): Caller,
    Path(id): Path<SlaPolicyId>,
) -> Result<Done> {
    tickets::remove_policy(&ctx, id).await?;
    Ok(Done)
}

/// Open tickets by urgency: those whose promises are all broken first, the oldest first; then by
/// when a promise is next at stake; then those that nothing will happen to by itself. States are at
/// most five minutes behind.
#[utoipa::path(
    get,
    path = "/api/tickets/sla-monitor",
    tag = "Service levels",
    extensions(("x-action" = json!("tickets.read"))),
    params(PageQuery),
    responses((status = 200, description = "A page of tickets.", body = Page<TicketView>)),
)]
pub(crate) async fn get_sla_monitor(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Page<TicketView>> {
    let page = tickets::open_tickets(&ctx, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |ticket| TicketView::new(&ticket)))
}
