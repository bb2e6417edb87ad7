//! `/api/tickets/templates`

use clearmargin_app::tickets::{self, TemplateDetails};
use clearmargin_domain::{
    id::{TechnicianId, TicketTemplateId},
    tags::Tags,
    text::Line,
    ticket::{Description, Subject, TicketTemplate, Word},
};
use clearmargin_web::{
    Caller, Created, Data, Done, IfMatch, Json, Page, PageQuery, Path, Query, Result, Versioned,
    schema,
};
use serde::{Deserialize, Serialize};

use crate::texts;

/// A ticket to begin with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TemplateView {
    /// Its id.
    #[schema(example = "tpl_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// What it is called.
    #[schema(example = "New employee")]
    name: String,
    /// One line about the ticket.
    #[schema(example = "Set up a work place")]
    subject: String,
    /// All about it.
    description: Option<String>,
    /// The organisation's own word for its priority.
    priority: Option<String>,
    /// The organisation's own word for its category.
    category: Option<String>,
    /// What it is filed under.
    tags: Vec<String>,
    /// Who works on it.
    technician_id: Option<String>,
}

impl TemplateView {
    fn new(template: &TicketTemplate) -> Self {
        Self {
            id: template.id.to_string(),
            name: template.name.to_string(),
            subject: template.subject.to_string(),
            description: template.description.clone().map(String::from),
            priority: template.priority.clone().map(String::from),
            category: template.category.clone().map(String::from),
            tags: template.tags.iter().map(str::to_owned).collect(),
            technician_id: template.technician.map(|id| id.to_string()),
        }
    }
}

/// A ticket to begin with, as it is to be.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TemplateBody {
    /// What it is called.
    #[schema(schema_with = schema::name)]
    name: Line<100>,
    /// One line about the ticket.
    #[schema(schema_with = texts::subject)]
    subject: Subject,
    /// All about it.
    #[schema(schema_with = texts::description, required = false)]
    description: Option<Description>,
    /// The organisation's own word for its priority.
    #[schema(schema_with = texts::word, required = false)]
    priority: Option<Word>,
    /// The organisation's own word for its category.
    #[schema(schema_with = texts::word, required = false)]
    category: Option<Word>,
    /// What it is filed under.
    #[serde(default)]
    #[schema(schema_with = texts::tags, required = false)]
    tags: Tags,
    /// Who works on it.
    #[schema(value_type = Option<String>, pattern = "^tec_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    technician_id: Option<TechnicianId>,
}

impl From<TemplateBody> for TemplateDetails {
    fn from(body: TemplateBody) -> Self {
        Self {
            name: body.name,
            subject: body.subject,
            description: body.description,
            priority: body.priority,
            category: body.category,
            tags: body.tags,
            technician: body.technician_id,
        }
    }
}

/// Ticket templates, by id.
#[utoipa::path(
    get,
    path = "/api/tickets/templates",
    tag = "Ticket templates",
    extensions(("x-action" = json!("tickets.read"))),
    params(PageQuery),
    responses((status = 200, description = "A page of templates.", body = Page<TemplateView>)),
)]
pub(crate) async fn list_ticket_templates(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Page<TemplateView>> {
    let page = tickets::templates(&ctx, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |template| TemplateView::new(&template)))
}

/// Adds a ticket template.
#[utoipa::path(
    post,
    path = "/api/tickets/templates",
    tag = "Ticket templates",
    extensions(("x-action" = json!("tickets.write"))),
    request_body(content = TemplateBody, example = json!({
        "name": "New employee", "subject": "Set up a work place", "category": "Onboarding"
    })),
    responses((status = 201, description = "The template.", body = Data<TemplateView>)),
)]
pub(crate) async fn add_ticket_template(
    Caller(ctx): Caller,
    Json(body): Json<TemplateBody>,
) -> Result<Created<TemplateView>> {
    let template = tickets::add_template(&ctx, body.into()).await?;
    Ok(Created(TemplateView::new(&template)))
}

/// A ticket template.
#[utoipa::path(
    get,
    path = "/api/tickets/templates/{id}",
    tag = "Ticket templates",
    extensions(("x-action" = json!("tickets.read")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The template's id.")),
    responses((status = 200, description = "The template.", body = Data<TemplateView>)),
)]
pub(crate) async fn get_ticket_template(
    Caller(ctx): Caller,
    Path(id): Path<TicketTemplateId>,
) -> Result<Versioned<TemplateView>> {
    let template = tickets::template(&ctx, id).await?;
    Ok(Versioned::new(template.version, TemplateView::new(&template)))
}

/// Writes a ticket template anew.
#[utoipa::path(
    put,
    path = "/api/tickets/templates/{id}",
    tag = "Ticket templates",
    extensions(("x-action" = json!("tickets.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The template's id.")),
    request_body(content = TemplateBody, example = json!({
        "name": "New employee", "subject": "Set up a desk", "priority": "Low"
    })),
    responses((status = 200, description = "The template.", body = Data<TemplateView>)),
)]
pub(crate) async fn replace_ticket_template(
    Caller(ctx): Caller,
    Path(id): Path<TicketTemplateId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<TemplateBody>,
) -> Result<Versioned<TemplateView>> {
    let template = tickets::replace_template(&ctx, id, body.into(), &seen).await?;
    Ok(Versioned::new(template.version, TemplateView::new(&template)))
}

/// Removes a ticket template; tickets that began with it stay as they are.
#[utoipa::path(
    delete,
    path = "/api/tickets/templates/{id}",
    tag = "Ticket templates",
    extensions(("x-action" = json!("tickets.write"))),
    params(("id" = String, Path, description = "The template's id.")),
    responses((status = 204, description = "The template is gone.")),
)]
pub(crate) async fn remove_ticket_template(
    Caller(ctx): Caller,
    Path(id): Path<TicketTemplateId>,
) -> Result<Done> {
    tickets::remove_template(&ctx, id).await?;
    Ok(Done)
}
