//! `DELETE /api/tickets/{id}`

use clearmargin_app::tickets;
use clearmargin_domain::id::TicketId;
use clearmargin_web::{Caller, Done, IfMatch, Path, Result};

/// Removes a ticket that was made here, with all that was said about it. One that came from a source
/// system, or with time worked on it, stays.
#[utoipa::path(
    delete,
    path = "/api/tickets/{id}",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The ticket's id.")),
    responses((status = 204, description = "The ticket is gone.")),
)]
pub(crate) async fn remove_ticket(
    Caller(ctx): Caller,
    Path(id): Path<TicketId>,
    IfMatch(seen): IfMatch,
) -> Result<Done> {
    tickets::remove(&ctx, id, &seen).await?;
    Ok(Done)
}
