//! `POST /api/tickets/{id}/assign`, `PUT …/status` and `POST …/escalate`

use clearmargin_app::tickets;
use clearmargin_domain::{
    id::{TechnicianId, TicketId},
    text::Prose,
    ticket::{TicketStatus, Word},
};
use clearmargin_web::{Caller, Data, IfMatch, Json, Path, Result, Versioned, schema};
use serde::Deserialize;
use utoipa::openapi::Object;

use crate::{texts, view::TicketView};

/// Who is to work on a ticket.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AssignTicket {
    /// The technician; null for nobody.
    #[schema(value_type = Option<String>, pattern = "^tec_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    technician_id: Option<TechnicianId>,
}

/// Says who is to work on a ticket.
#[utoipa::path(
    post,
    path = "/api/tickets/{id}/assign",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.write"))),
    params(("id" = String, Path, description = "The ticket's id.")),
    request_body(content = AssignTicket, example = json!({"technicianId": null})),
    responses((status = 200, description = "The ticket.", body = Data<TicketView>)),
)]
pub(crate) async fn assign_ticket(
    Caller(ctx): Caller,
    Path(id): Path<TicketId>,
    Json(body): Json<AssignTicket>,
) -> Result<Data<TicketView>> {
    let ticket = tickets::assign(&ctx, id, body.technician_id).await?;
    Ok(Data::new(TicketView::new(&ticket)))
}

/// Where a ticket is to stand.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoveTicket {
    /// The status.
    #[schema(schema_with = schema::ticket_status)]
    status: TicketStatus,
}

/// Moves a ticket. Nothing becomes new again, and what is resolved or closed can only be opened
/// again, as in progress, or closed: another move is a conflict. While it waits for the customer,
/// its clocks stand still.
#[utoipa::path(
    put,
    path = "/api/tickets/{id}/status",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The ticket's id.")),
    request_body(content = MoveTicket, example = json!({"status": "in_progress"})),
    responses((status = 200, description = "The ticket.", body = Data<TicketView>)),
)]
pub(crate) async fn move_ticket(
    Caller(ctx): Caller,
    Path(id): Path<TicketId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<MoveTicket>,
) -> Result<Versioned<TicketView>> {
    let ticket = tickets::go(&ctx, id, body.status, &seen).await?;
    Ok(Versioned::new(ticket.version, TicketView::new(&ticket)))
}

/// Why a ticket needs more than usual.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EscalateTicket {
    /// The reason.
    #[schema(schema_with = reason)]
    reason: Prose<1_000>,
    /// Its new priority; null or absent to leave it.
    #[schema(schema_with = texts::word, required = false)]
    priority: Option<Word>,
    /// Who is to work on it now; null or absent to leave it.
    #[schema(value_type = Option<String>, pattern = "^tec_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    technician_id: Option<TechnicianId>,
}

fn reason() -> Object {
    schema::prose(1_000)
}

/// Escalates an open ticket by a level, with the reason.
#[utoipa::path(
    post,
    path = "/api/tickets/{id}/escalate",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.write"))),
    params(("id" = String, Path, description = "The ticket's id.")),
    request_body(content = EscalateTicket, example = json!({
        "reason": "The owner called twice.", "priority": "Critical"
    })),
    responses((status = 200, description = "The ticket.", body = Data<TicketView>)),
)]
pub(crate) async fn escalate_ticket(
    Caller(ctx): Caller,
    Path(id): Path<TicketId>,
    Json(body): Json<EscalateTicket>,
) -> Result<Data<TicketView>> {
    let priority = body.priority.map(String::from);
    let technician = body.technician_id;
    let ticket = tickets::escalate(&ctx, id, body.reason.into(), priority, technician).await?;
    Ok(Data::new(TicketView::new(&ticket)))
}
