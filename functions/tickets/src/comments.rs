//! `/api/tickets/{id}/comments` and `/history`

use clearmargin_app::tickets;
use clearmargin_domain::{
    id::TicketId,
    ticket::{Comment, CommentText, FieldChange, TicketEvent, TicketField},
};
use clearmargin_web::{Caller, Created, Data, Json, Page, PageQuery, Path, Query, Result, schema};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

use crate::texts;

/// What somebody said about a ticket.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CommentView {
    /// Its id.
    #[schema(example = "cmt_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Who said it: the id of a person or an API key, or `system`.
    author: String,
    /// When.
    #[schema(schema_with = schema::moment)]
    created_at: String,
    /// Whether it is for the organisation alone.
    internal: bool,
    /// What.
    #[schema(example = "We are on our way.")]
    text: String,
}

impl CommentView {
    fn new(comment: &Comment) -> Self {
        Self {
            id: comment.id.to_string(),
            author: comment.author.to_string(),
            created_at: comment.at.to_string(),
            internal: comment.internal,
            text: comment.text.to_string(),
        }
    }
}

/// Something to say about a ticket.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddComment {
    /// What.
    #[schema(schema_with = texts::comment)]
    text: CommentText,
    /// Whether it is for the organisation alone; otherwise it answers the customer.
    #[serde(default)]
    internal: bool,
}

/// Says something about a ticket. The first comment that is not internal is the first answer that
/// service levels measure.
#[utoipa::path(
    post,
    path = "/api/tickets/{id}/comments",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.write"))),
    params(("id" = String, Path, description = "The ticket's id.")),
    request_body(content = AddComment, example = json!({
        "text": "We are on our way.", "internal": false
    })),
    responses((status = 201, description = "The comment.", body = Data<CommentView>)),
)]
pub(crate) async fn add_comment(
    Caller(ctx): Caller,
    Path(id): Path<TicketId>,
    Json(body): Json<AddComment>,
) -> Result<Created<CommentView>> {
    let comment = tickets::comment(&ctx, id, body.text, body.internal).await?;
    Ok(Created(CommentView::new(&comment)))
}

/// What was said about a ticket, oldest first.
#[utoipa::path(
    get,
    path = "/api/tickets/{id}/comments",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.read"))),
    params(("id" = String, Path, description = "The ticket's id."), PageQuery),
    responses((status = 200, description = "A page of comments.", body = Page<CommentView>)),
)]
pub(crate) async fn list_comments(
    Caller(ctx): Caller,
    Path(id): Path<TicketId>,
    Query(query): Query<PageQuery>,
) -> Result<Page<CommentView>> {
    let page = tickets::comments(&ctx, id, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |comment| CommentView::new(&comment)))
}

/// What happened to a ticket at once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TicketEventView {
    /// Its id.
    #[schema(example = "tev_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Who did it: the id of a person or an API key, or `system`.
    by: String,
    /// When.
    #[schema(schema_with = schema::moment)]
    at: String,
    /// What changed; nothing when the ticket was opened.
    changes: Vec<FieldChangeView>,
}

/// What of a ticket changed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FieldChangeView {
    /// What.
    #[schema(schema_with = field)]
    field: &'static str,
    /// What it was; null for nothing, and for a description.
    from: Option<String>,
    /// What it is.
    to: Option<String>,
}

fn field() -> Object {
    schema::one_of(TicketField::ALL.map(TicketField::as_str))
}

impl FieldChangeView {
    fn new(change: FieldChange) -> Self {
        Self { field: change.field.as_str(), from: change.from, to: change.to }
    }
}

impl TicketEventView {
    fn new(event: TicketEvent) -> Self {
        Self {
            id: event.id.to_string(),
            by: event.by.to_string(),
            at: event.at.to_string(),
            changes: event.changes.into_iter().map(FieldChangeView::new).collect(),
        }
    }
}

/// What was done to a ticket here, oldest first.
#[utoipa::path(
    get,
    path = "/api/tickets/{id}/history",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.read"))),
    params(("id" = String, Path, description = "The ticket's id."), PageQuery),
    responses((status = 200, description = "A page of events.", body = Page<TicketEventView>)),
)]
pub(crate) async fn list_history(
    Caller(ctx): Caller,
    Path(id): Path<TicketId>,
    Query(query): Query<PageQuery>,
) -> Result<Page<TicketEventView>> {
    let page = tickets::history(&ctx, id, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |event| TicketEventView::new(event.value)))
}
