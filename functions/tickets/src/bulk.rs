//! `/api/tickets/bulk`

use clearmargin_app::{
    Error,
    tickets::{self, BulkReport, BulkTickets, Wanted},
};
use clearmargin_domain::{
    id::{BulkId, ClientId, TechnicianId, TicketId},
    tags::Tag,
    ticket::{BulkAction, BulkFailure, BulkRun, MAX_BULK, TicketStatus, Word},
};
use clearmargin_web::{Accepted, Caller, Data, Json, Page, PageQuery, Path, Query, Result, schema};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{
    Object, Type,
    schema::{Array, SchemaType},
};

use crate::texts;

/// One change of many tickets: of `ticketIds`, or of all that `filter` names.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangeTickets {
    /// The tickets: at most 1,000.
    #[schema(schema_with = ticket_ids, required = false)]
    ticket_ids: Option<Vec<TicketId>>,
    /// Which tickets: at most 1,000 may be meant.
    filter: Option<BulkFilter>,
    /// What is to be done to each.
    action: BulkActionBody,
}

/// Which tickets; everything that is said has to hold.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BulkFilter {
    /// Opened on this day or later.
    #[schema(schema_with = schema::day_or_null, required = false)]
    from: Option<Date>,
    /// Opened on this day or earlier.
    #[schema(schema_with = schema::day_or_null, required = false)]
    to: Option<Date>,
    /// Where they stand.
    #[schema(schema_with = status, required = false)]
    status: Option<TicketStatus>,
    /// The organisation's own word for the priority.
    #[schema(max_length = 100)]
    priority: Option<String>,
    /// The organisation's own word for the category.
    #[schema(max_length = 100)]
    category: Option<String>,
    /// The client, by the id of any of its records.
    #[schema(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
    /// Who works on them.
    #[schema(value_type = Option<String>, pattern = "^tec_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    technician_id: Option<TechnicianId>,
    /// What they are filed under.
    #[schema(max_length = 40)]
    tag: Option<String>,
    /// What subject or number contain.
    #[schema(max_length = 100)]
    q: Option<String>,
}

fn ticket_ids() -> Array {
    let ids = schema::ids(TicketId::PREFIX, MAX_BULK).min_items(Some(1));
    ids.schema_type(SchemaType::from_iter([Type::Array, Type::Null])).build()
}

fn status() -> Object {
    schema::or_null(schema::ticket_status())
}

/// What is to be done to each ticket.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum BulkActionBody {
    /// Somebody is to work on it; null for nobody.
    Assign {
        /// Who.
        #[serde(rename = "technicianId")]
        #[schema(value_type = Option<String>, pattern = "^tec_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
        technician_id: Option<TechnicianId>,
    },
    /// It is to stand there.
    Status {
        /// Where.
        #[schema(schema_with = schema::ticket_status)]
        status: TicketStatus,
    },
    /// It is to have that priority; null for none.
    Priority {
        /// The organisation's own word.
        #[schema(schema_with = texts::word)]
        priority: Option<Word>,
    },
    /// It is to be filed under that, too.
    Tag {
        /// What.
        #[schema(schema_with = texts::tag)]
        tag: Tag,
    },
    /// It is to be done for good.
    Close {},
}

impl From<BulkActionBody> for BulkAction {
    fn from(body: BulkActionBody) -> Self {
        match body {
            BulkActionBody::Assign { technician_id } => Self::Assign { technician: technician_id },
            BulkActionBody::Status { status } => Self::Status { status },
            BulkActionBody::Priority { priority } => Self::Priority { priority },
            BulkActionBody::Tag { tag } => Self::Tag { tag },
            BulkActionBody::Close {} => Self::Close,
        }
    }
}

impl From<BulkFilter> for Wanted {
    fn from(filter: BulkFilter) -> Self {
        Self {
            from: filter.from,
            to: filter.to,
            statuses: filter.status.map(|status| [status].into()),
            priority: filter.priority,
            category: filter.category,
            client: filter.client_id,
            technician: filter.technician_id,
            sla: None,
            tag: filter.tag,
            number: None,
            text: filter.q,
        }
    }
}

/// How far a change of many tickets has come.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BulkRunView {
    /// Its id.
    #[schema(example = "blk_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Who asked for it: the id of a person or an API key.
    by: String,
    /// When.
    #[schema(schema_with = schema::moment)]
    created_at: String,
    /// `running` or `done`.
    #[schema(example = "done")]
    status: &'static str,
    /// How many tickets are meant.
    #[schema(example = 1000)]
    total: usize,
    /// How many were changed so far, or were so already.
    #[schema(example = 997)]
    succeeded: usize,
    /// How many were left as they were, since it could not be done to them.
    #[schema(example = 3)]
    failed: usize,
}

/// A change of many tickets, with those that were left as they were.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BulkView {
    /// How far it has come.
    #[serde(flatten)]
    run: BulkRunView,
    /// The tickets that were left as they were, with the reasons.
    failures: Vec<UnchangedView>,
}

/// A ticket that was left as it was.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct UnchangedView {
    /// Which.
    ticket_id: String,
    /// A stable word for the reason: `illegal_move`, `too_many_tags` or `not_found`.
    #[schema(example = "illegal_move")]
    code: String,
    /// The reason, for people.
    message: String,
}

impl UnchangedView {
    fn new(failure: BulkFailure) -> Self {
        let BulkFailure { ticket, code, message } = failure;
        Self { ticket_id: ticket.to_string(), code, message }
    }
}

impl BulkRunView {
    fn new(run: &BulkRun) -> Self {
        Self {
            id: run.id.to_string(),
            by: run.by.to_string(),
            created_at: run.at.to_string(),
            status: if run.is_done() { "done" } else { "running" },
            total: run.total,
            succeeded: run.done,
            failed: run.failed,
        }
    }
}

impl BulkView {
    fn new(report: BulkReport) -> Self {
        let failures = report.failures.into_iter().map(UnchangedView::new).collect();
        Self { run: BulkRunView::new(&report.run), failures }
    }
}

/// Changes many tickets. Up to 100 are done when the answer comes; more are done in the background,
/// and `GET /api/tickets/bulk/{id}` tells how far that is. Each ticket is changed exactly once or
/// left with a reason, whatever else happens to the others.
#[utoipa::path(
    post,
    path = "/api/tickets/bulk",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.write"))),
    request_body(content = ChangeTickets, example = json!({
        "filter": {"status": "resolved", "to": "2026-09-30"}, "action": {"kind": "close"}
    })),
    responses((status = 202, description = "How far it has come.", body = Data<BulkView>)),
)]
pub(crate) async fn change_tickets(
    Caller(ctx): Caller,
    Json(body): Json<ChangeTickets>,
) -> Result<Accepted<BulkView>> {
    let which = match (body.ticket_ids, body.filter) {
        (Some(ids), None) if !ids.is_empty() => BulkTickets::Ids(ids),
        (None, Some(filter)) => BulkTickets::Filter(Box::new(filter.into())),
        _ => return Err(Error::invalid("ticketIds", "expected ticketIds or a filter").into()),
    };
    let report = tickets::bulk(&ctx, which, body.action.into()).await?;
    Ok(Accepted(BulkView::new(report)))
}

/// Changes of many tickets, oldest first.
#[utoipa::path(
    get,
    path = "/api/tickets/bulk",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.read"))),
    params(PageQuery),
    responses((status = 200, description = "A page of changes.", body = Page<BulkRunView>)),
)]
pub(crate) async fn list_bulk_changes(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Page<BulkRunView>> {
    let page = tickets::bulk_runs(&ctx, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |run| BulkRunView::new(&run)))
}

/// How far a change of many tickets has come.
#[utoipa::path(
    get,
    path = "/api/tickets/bulk/{id}",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.read"))),
    params(("id" = String, Path, description = "The change's id.")),
    responses((status = 200, description = "How far it has come.", body = Data<BulkView>)),
)]
pub(crate) async fn get_bulk_change(
    Caller(ctx): Caller,
    Path(id): Path<BulkId>,
) -> Result<Data<BulkView>> {
    Ok(Data::new(BulkView::new(tickets::bulk_report(&ctx, id).await?)))
}
