//! `GET /api/tickets/analytics/…`: one question each, over time or compared.

mod figures;
mod query;
mod view;

use clearmargin_app::{
    Ctx, Error,
    clients::{self, ClientGroup},
    desk,
};
use clearmargin_domain::id::ClientId;
use clearmargin_web::{Caller, Data, Path, Query, Result};
use jiff::civil::Date;

use self::{
    figures::{DurationsView, Figured, PerformanceView, RatingsView, SlaView, VolumeView},
    query::{ComparedQuery, CourseQuery, Grouping, TimesQuery},
    view::AnalyticsView,
};

type Answer<T> = Result<Data<AnalyticsView<T>>>;

async fn answer<T: Figured>(ctx: &Ctx, query: CourseQuery) -> Answer<T> {
    let CourseQuery { from, to, group_by, client_id } = query;
    if let Some(kind) = group_by.kind() {
        if client_id.is_some() {
            let why = "one client's tickets can be grouped by day, week or month";
            return Err(Error::invalid("query.clientId", why).into());
        }
        let (days, zone) = desk::days(ctx, from, to, group_by.grain()).await?;
        let found = desk::compare(ctx, kind, days, T::SAMPLES).await?;
        return Ok(Data::new(AnalyticsView::of_comparison(group_by, &zone, found)));
    }
    let client = match client_id {
        Some(id) => Some(clients::named(ctx, id, "query.clientId").await?),
        None => None,
    };
    over_time(ctx, (from, to), group_by, client.as_ref()).await
}

async fn over_time<T: Figured>(
    ctx: &Ctx,
    (from, to): (Option<Date>, Option<Date>),
    group_by: Grouping,
    client: Option<&ClientGroup>,
) -> Answer<T> {
    let (days, zone) = desk::days(ctx, from, to, group_by.grain()).await?;
    let asked = desk::Question { client, days, samples: T::SAMPLES };
    let found = desk::course(ctx, asked, group_by.grain()).await?;
    Ok(Data::new(AnalyticsView::of_course(group_by, &zone, &found)))
}

async fn compared<T: Figured>(ctx: &Ctx, query: ComparedQuery, grouping: Grouping) -> Answer<T> {
    let ComparedQuery { from, to } = query;
    answer(ctx, CourseQuery { from, to, group_by: grouping, client_id: None }).await
}

/// How many tickets were opened, resolved and opened again: by day, week or month, or compared by
/// client, category, technician or priority.
#[utoipa::path(
    get,
    path = "/api/tickets/analytics/volume",
    tag = "Ticket analytics",
    extensions(("x-action" = json!("tickets.read"))),
    params(CourseQuery),
    responses((status = 200, description = "The counts.", body = Data<AnalyticsView<VolumeView>>)),
)]
pub(crate) async fn get_ticket_volume(
    Caller(ctx): Caller,
    Query(query): Query<CourseQuery>,
) -> Answer<VolumeView> {
    answer(&ctx, query).await
}

/// How long first answers and resolutions took. Medians and 90th percentiles are within 5 % of the
/// exact ones.
#[utoipa::path(
    get,
    path = "/api/tickets/analytics/resolution-time",
    tag = "Ticket analytics",
    extensions(("x-action" = json!("tickets.read"))),
    params(CourseQuery),
    responses((
        status = 200, description = "The durations.", body = Data<AnalyticsView<DurationsView>>
    )),
)]
pub(crate) async fn get_resolution_time(
    Caller(ctx): Caller,
    Query(query): Query<CourseQuery>,
) -> Answer<DurationsView> {
    answer(&ctx, query).await
}

/// How many first answers and resolutions were in time, of those for which a time was promised.
#[utoipa::path(
    get,
    path = "/api/tickets/analytics/sla-compliance",
    tag = "Ticket analytics",
    extensions(("x-action" = json!("tickets.read"))),
    params(CourseQuery),
    responses((status = 200, description = "The shares.", body = Data<AnalyticsView<SlaView>>)),
)]
pub(crate) async fn get_sla_compliance(
    Caller(ctx): Caller,
    Query(query): Query<CourseQuery>,
) -> Answer<SlaView> {
    answer(&ctx, query).await
}

/// What clients said of the work, and how many of them said anything.
#[utoipa::path(
    get,
    path = "/api/tickets/analytics/satisfaction",
    tag = "Ticket analytics",
    extensions(("x-action" = json!("tickets.read"))),
    params(CourseQuery),
    responses((status = 200, description = "The ratings.", body = Data<AnalyticsView<RatingsView>>)),
)]
pub(crate) async fn get_satisfaction(
    Caller(ctx): Caller,
    Query(query): Query<CourseQuery>,
) -> Answer<RatingsView> {
    answer(&ctx, query).await
}

/// Tickets by category: how many, how fast, how well.
#[utoipa::path(
    get,
    path = "/api/tickets/analytics/categories",
    tag = "Ticket analytics",
    extensions(("x-action" = json!("tickets.read"))),
    params(ComparedQuery),
    responses((
        status = 200, description = "Each category.", body = Data<AnalyticsView<PerformanceView>>
    )),
)]
pub(crate) async fn get_categories(
    Caller(ctx): Caller,
    Query(query): Query<ComparedQuery>,
) -> Answer<PerformanceView> {
    compared(&ctx, query, Grouping::Category).await
}

/// Tickets by technician: how many, how fast, how well.
#[utoipa::path(
    get,
    path = "/api/tickets/analytics/technician-performance",
    tag = "Ticket analytics",
    extensions(("x-action" = json!("tickets.read"))),
    params(ComparedQuery),
    responses((
        status = 200, description = "Each technician.", body = Data<AnalyticsView<PerformanceView>>
    )),
)]
pub(crate) async fn get_technician_performance(
    Caller(ctx): Caller,
    Query(query): Query<ComparedQuery>,
) -> Answer<PerformanceView> {
    compared(&ctx, query, Grouping::Technician).await
}

/// A client's tickets over time: how many, how fast, how well. Asked for by the id of any of its
/// records, those of all of them.
#[utoipa::path(
    get,
    path = "/api/clients/{id}/analytics",
    tag = "Ticket analytics",
    extensions(("x-action" = json!("tickets.read"))),
    params(("id" = String, Path, description = "The client's id."), TimesQuery),
    responses((
        status = 200, description = "The figures.", body = Data<AnalyticsView<PerformanceView>>
    )),
)]
pub(crate) async fn get_client_analytics(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
    Query(query): Query<TimesQuery>,
) -> Answer<PerformanceView> {
    let client = clients::group_of(&ctx, id).await?;
    over_time(&ctx, (query.from, query.to), query.group_by.into(), Some(&client)).await
}
