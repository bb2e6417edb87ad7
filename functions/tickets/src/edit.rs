//! `PUT /api/tickets/{id}`

use clearmargin_app::tickets;
use clearmargin_domain::{
    id::{ClientId, SiteId, TicketId},
    tags::Tags,
    ticket::{Description, Subject, TicketEdit, Word},
};
use clearmargin_web::{Caller, Data, IfMatch, Json, Path, Result, Versioned};
use serde::Deserialize;

use crate::{texts, view::TicketDetail};

/// What a ticket is to be about.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EditTicket {
    /// One line about it.
    #[schema(schema_with = texts::subject)]
    subject: Subject,
    /// All about it; null or absent for nothing more.
    #[schema(schema_with = texts::description, required = false)]
    description: Option<Description>,
    /// The client, by the id of any of its records; null or absent for an internal ticket.
    #[schema(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
    /// The client's site; null or absent for none.
    #[schema(value_type = Option<String>, pattern = "^sit_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    site_id: Option<SiteId>,
    /// The organisation's own word for its priority; null or absent for none.
    #[schema(schema_with = texts::word, required = false)]
    priority: Option<Word>,
    /// The organisation's own word for its category; null or absent for none.
    #[schema(schema_with = texts::word, required = false)]
    category: Option<Word>,
    /// What it is filed under; absent for nothing.
    #[serde(default)]
    #[schema(schema_with = texts::tags, required = false)]
    tags: Tags,
}

/// Writes anew what a ticket is about. What is changed here of an imported ticket stays until its
/// source says something new of it.
#[utoipa::path(
    put,
    path = "/api/tickets/{id}",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The ticket's id.")),
    request_body(content = EditTicket, example = json!({
        "subject": "The printer is on fire", "priority": "Critical", "category": "Hardware",
        "tags": ["vip"]
    })),
    responses((status = 200, description = "The ticket.", body = Data<TicketDetail>)),
)]
pub(crate) async fn edit_ticket(
    Caller(ctx): Caller,
    Path(id): Path<TicketId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<EditTicket>,
) -> Result<Versioned<TicketDetail>> {
    let edit = TicketEdit {
        subject: body.subject,
        client: body.client_id,
        site: body.site_id,
        priority: body.priority,
        category: body.category,
        tags: body.tags,
    };
    let ticket = tickets::edit(&ctx, id, edit, body.description, &seen).await?;
    Ok(Versioned::new(ticket.version, TicketDetail::new(ticket.value)))
}
