//! `GET /api/tickets/{id}`

use clearmargin_app::tickets;
use clearmargin_domain::id::TicketId;
use clearmargin_web::{Caller, Data, Path, Result, Versioned};

use crate::view::TicketDetail;

/// A ticket.
#[utoipa::path(
    get,
    path = "/api/tickets/{id}",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.read")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The ticket's id.")),
    responses((status = 200, description = "The ticket.", body = Data<TicketDetail>)),
)]
pub(crate) async fn get_ticket(
    Caller(ctx): Caller,
    Path(id): Path<TicketId>,
) -> Result<Versioned<TicketDetail>> {
    let ticket = tickets::get(&ctx, id).await?;
    Ok(Versioned::new(ticket.version, TicketDetail::new(ticket.value)))
}
