//! `/api/clients/{id}/notes`: what was written down about a client.

use clearmargin_app::clients::{self, NewNote};
use clearmargin_domain::{
    audit::Actor,
    client::{Note, NoteText},
    id::{ClientId, NoteId},
};
use clearmargin_web::{
    Caller, Created, Data, Done, IfMatch, Json, Page, PageQuery, Path, Query, Result, Routes,
    Versioned, routes, schema,
};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(list_client_notes, create_client_note)).routes(routes!(
        get_client_note,
        update_client_note,
        delete_client_note
    ))
}

/// What somebody wrote down about a client.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NoteView {
    /// The note's id.
    #[schema(example = "not_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// The record of the client that it belongs to.
    client_id: String,
    /// What it says.
    #[schema(example = "Prefers to be called before noon.")]
    text: String,
    /// Whether it is to be seen first.
    pinned: bool,
    /// Who wrote it; null if that was no person.
    author_id: Option<String>,
    /// When.
    #[schema(format = DateTime, example = "2026-10-15T09:30:00Z")]
    created_at: String,
    /// When it was last changed; null when it never was.
    #[schema(format = DateTime)]
    changed_at: Option<String>,
}

impl NoteView {
    fn new(note: Note) -> Self {
        let author_id = match note.author {
            Actor::User(id) => Some(id.to_string()),
            Actor::Key(_) | Actor::System => None,
        };
        Self {
            id: note.id.to_string(),
            client_id: note.client.to_string(),
            text: note.text.into(),
            pinned: note.pinned,
            author_id,
            created_at: note.created_at.to_string(),
            changed_at: note.changed_at.map(|at| at.to_string()),
        }
    }
}

/// A note as it is to be.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ClientNote {
    /// What it says.
    #[schema(schema_with = text)]
    text: NoteText,
    /// Whether it is to be seen first.
    #[serde(default)]
    pinned: bool,
}

fn text() -> Object {
    schema::prose(NoteText::MOST)
}

impl ClientNote {
    fn into_new(self) -> NewNote {
        let Self { text, pinned } = self;
        NewNote { text, pinned }
    }
}

/// What was written down about a client, record by record and the latest first. A page may hold
/// fewer than `limit`: follow `nextCursor` to the end.
#[utoipa::path(
    get,
    path = "/api/clients/{id}/notes",
    tag = "Client records",
    extensions(("x-action" = json!("clients.read"))),
    params(("id" = String, Path, description = "The client's id."), PageQuery),
    responses((status = 200, description = "A page of notes.", body = Page<NoteView>)),
)]
pub(crate) async fn list_client_notes(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
    Query(query): Query<PageQuery>,
) -> Result<Page<NoteView>> {
    let page = clients::notes(&ctx, id, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |note| NoteView::new(note.value)))
}

/// Writes something down about a client.
#[utoipa::path(
    post,
    path = "/api/clients/{id}/notes",
    tag = "Client records",
    extensions(("x-action" = json!("clients.write"))),
    params(("id" = String, Path, description = "The client's id.")),
    request_body(content = ClientNote, example = json!({"text": "Prefers to be called before noon.", "pinned": true})),
    responses((status = 201, description = "The note.", body = Data<NoteView>)),
)]
pub(crate) async fn create_client_note(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
    Json(body): Json<ClientNote>,
) -> Result<Created<NoteView>> {
    let note = clients::create_note(&ctx, id, body.into_new()).await?;
    Ok(Created(NoteView::new(note)))
}

/// What was written down about a client.
#[utoipa::path(
    get,
    path = "/api/clients/{id}/notes/{noteId}",
    tag = "Client records",
    extensions(("x-action" = json!("clients.read")), ("x-versioned" = json!(true))),
    params(
        ("id" = String, Path, description = "The client's id."),
        ("noteId" = String, Path, description = "The note's id."),
    ),
    responses((status = 200, description = "The note.", body = Data<NoteView>)),
)]
pub(crate) async fn get_client_note(
    Caller(ctx): Caller,
    Path((client, id)): Path<(ClientId, NoteId)>,
) -> Result<Versioned<NoteView>> {
    let note = clients::note(&ctx, client, id).await?;
    Ok(Versioned::new(note.version, NoteView::new(note.value)))
}

/// Changes a note: its author may, and who administers the organisation.
#[utoipa::path(
    put,
    path = "/api/clients/{id}/notes/{noteId}",
    tag = "Client records",
    extensions(("x-action" = json!("clients.write")), ("x-versioned" = json!(true))),
    params(
        ("id" = String, Path, description = "The client's id."),
        ("noteId" = String, Path, description = "The note's id."),
    ),
    request_body(content = ClientNote, example = json!({"text": "Prefers mail.", "pinned": false})),
    responses((status = 200, description = "The note.", body = Data<NoteView>)),
)]
pub(crate) async fn update_client_note(
    Caller(ctx): Caller,
    Path((client, id)): Path<(ClientId, NoteId)>,
    IfMatch(seen): IfMatch,
    Json(body): Json<ClientNote>,
) -> Result<Versioned<NoteView>> {
    let note = clients::update_note(&ctx, client, id, body.into_new(), &seen).await?;
    Ok(Versioned::new(note.version, NoteView::new(note.value)))
}

/// Removes a note: its author may, and who administers the organisation.
#[utoipa::path(
    delete,
    path = "/api/clients/{id}/notes/{noteId}",
    tag = "Client records",
    extensions(("x-action" = json!("clients.write"))),
    params(
        ("id" = String, Path, description = "The client's id."),
        ("noteId" = String, Path, description = "The note's id."),
    ),
    responses((status = 204, description = "It is gone.")),
)]
pub(crate) async fn delete_client_note(
    Caller(ctx): Caller,
    Path((client, id)): Path<(ClientId, NoteId)>,
) -> Result<Done> {
    clients::delete_note(&ctx, client, id).await?;
    Ok(Done)
}
