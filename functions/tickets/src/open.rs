//! `POST /api/tickets`

use clearmargin_app::tickets::{self, NewTicket};
use clearmargin_domain::{
    id::{ClientId, SiteId, TechnicianId, TicketTemplateId},
    tags::Tags,
    ticket::{Description, Subject, Word},
};
use clearmargin_web::{Caller, Created, Data, Json, Result};
use serde::Deserialize;

use crate::{texts, view::TicketDetail};

/// A ticket to open.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OpenTicket {
    /// The template to begin with: it says what is left out here.
    #[schema(value_type = Option<String>, pattern = "^tpl_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    template_id: Option<TicketTemplateId>,
    /// One line about it; may be left to the template.
    #[schema(schema_with = texts::subject_or_null, required = false)]
    subject: Option<Subject>,
    /// All about it.
    #[schema(schema_with = texts::description, required = false)]
    description: Option<Description>,
    /// The client, by the id of any of its records; null or absent for an internal ticket.
    #[schema(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
    /// The client's site.
    #[schema(value_type = Option<String>, pattern = "^sit_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    site_id: Option<SiteId>,
    /// The organisation's own word for its priority.
    #[schema(schema_with = texts::word, required = false)]
    priority: Option<Word>,
    /// The organisation's own word for its category.
    #[schema(schema_with = texts::word, required = false)]
    category: Option<Word>,
    /// What it is filed under.
    #[schema(schema_with = texts::tags, required = false)]
    tags: Option<Tags>,
    /// Who works on it; found by the routing rules if nobody is named.
    #[schema(value_type = Option<String>, pattern = "^tec_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    technician_id: Option<TechnicianId>,
}

/// Opens a ticket. It gets the next number, a technician by the routing rules unless one is named,
/// and what the client's service level policy promises.
#[utoipa::path(
    post,
    path = "/api/tickets",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.write"))),
    request_body(content = OpenTicket, example = json!({
        "subject": "The printer is on fire", "description": "Smoke on the third floor.",
        "priority": "High", "category": "Hardware", "tags": ["vip"]
    })),
    responses((status = 201, description = "The ticket.", body = Data<TicketDetail>)),
)]
pub(crate) async fn open_ticket(
    Caller(ctx): Caller,
    Json(body): Json<OpenTicket>,
) -> Result<Created<TicketDetail>> {
    let new = NewTicket {
        template: body.template_id,
        subject: body.subject,
        description: body.description,
        client: body.client_id,
        site: body.site_id,
        priority: body.priority,
        category: body.category,
        tags: body.tags,
        technician: body.technician_id,
    };
    let ticket = tickets::open(&ctx, new).await?;
    Ok(Created(TicketDetail::new(ticket)))
}
