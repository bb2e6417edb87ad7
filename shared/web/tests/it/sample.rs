//! A small area with one operation of each kind.

use clearmargin_app::Error;
use clearmargin_domain::{
    id::{ClientId, SyncRunId, UserId},
    identity::{Organization, User},
    job::Job,
    money::Currency,
};
use clearmargin_web::{
    Amount, AmountIn, Caller, Created, Data, IfMatch, Json, Limit, Page, Path, Query, Result,
    Routes, Versioned, Visitor, routes,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list_notes, write_note))
        .routes(routes!(get_user))
        .routes(routes!(get_client))
        .routes(routes!(get_settings, set_settings))
        .routes(routes!(unsaid))
        .routes(routes!(fail))
        .routes(routes!(hello))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WriteNote {
    text: String,
    hourly_cost: AmountIn,
}

#[derive(Serialize, Deserialize, utoipa::ToSchema)]
struct Note {
    id: String,
    minor: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Priced {
    text: String,
    hourly_cost: Amount,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListNotes {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    cursor: Option<String>,
    about: Option<String>,
}

/// Writes a note.
#[utoipa::path(
    post, path = "/sample/notes", extensions(("x-action" = json!("costRates.write"))), request_body = WriteNote,
    responses((status = 201, description = "The note.", body = Data<Note>))
)]
async fn write_note(Caller(ctx): Caller, Json(body): Json<WriteNote>) -> Result<Created<Note>> {
    if let Some(note) = ctx.replay().await? {
        return Ok(Created(note));
    }
    let cost = body.hourly_cost.money(Currency::USD, "hourlyCost")?;
    let note = Note { id: format!("{:x}", ctx.app.random()), minor: cost.minor };
    let mut change = ctx.tenant().change(ctx.audit("note.written", body.text, Value::Null));
    // A trace of each note that was written: a message on its way.
    let run = SyncRunId::new(ctx.now, ctx.app.random());
    change.send(Job::MatchClients { run });
    Ok(Created(ctx.commit(change, note).await?))
}

/// Lists notes.
#[utoipa::path(
    get, path = "/sample/notes", extensions(("x-action" = json!("clients.read"))), params(ListNotes),
    responses((status = 200, description = "Notes.", body = Page<Priced>))
)]
async fn list_notes(Caller(_): Caller, Query(query): Query<ListNotes>) -> Result<Page<Priced>> {
    let text = query.about.unwrap_or_default();
    let cost = clearmargin_domain::money::Money::new(4250, Currency::USD);
    let note = Priced { text, hourly_cost: cost.into() };
    Ok(Page::new(vec![note], query.limit, query.cursor))
}

/// A person of the caller's organisation.
#[utoipa::path(
    get, path = "/sample/users/{id}", extensions(("x-action" = json!("colleagues.read"))), params(("id" = String, Path)),
    responses((status = 200, description = "The address.", body = Data<String>))
)]
async fn get_user(Caller(ctx): Caller, Path(id): Path<UserId>) -> Result<Data<String>> {
    let user = ctx.tenant().get::<User>(id).await.map_err(Error::from)?;
    let user = user.ok_or(Error::NotFound("user"))?;
    Ok(Data::new(user.email.as_str().to_owned()))
}

/// A client and a person.
#[utoipa::path(
    get, path = "/sample/clients/{client}/users/{user}",
    extensions(("x-action" = json!("clients.read"))),
    params(("client" = String, Path), ("user" = String, Path)),
    responses((status = 200, description = "Both.", body = Data<String>))
)]
async fn get_client(
    Caller(_): Caller,
    Path((client, user)): Path<(ClientId, UserId)>,
) -> Result<Data<String>> {
    Ok(Data::new(format!("{client} {user}")))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    name: String,
}

/// The organisation's name.
#[utoipa::path(
    get, path = "/sample/settings",
    extensions(("x-action" = json!("organization.read")), ("x-versioned" = json!(true))),
    responses((status = 200, description = "The name.", body = Data<String>))
)]
async fn get_settings(Caller(ctx): Caller) -> Result<Versioned<String>> {
    let found = ctx.tenant().get::<Organization>(ctx.org).await.map_err(Error::from)?;
    let found = found.ok_or(Error::NotFound("organization"))?;
    Ok(Versioned::new(found.version, found.name.as_str().to_owned()))
}

/// Changes the organisation's name.
#[utoipa::path(
    put, path = "/sample/settings", request_body = Settings,
    extensions(("x-action" = json!("organization.write")), ("x-versioned" = json!(true))),
    responses((status = 200, description = "The name.", body = Data<String>))
)]
async fn set_settings(
    Caller(ctx): Caller,
    IfMatch(seen): IfMatch,
    Json(body): Json<Settings>,
) -> Result<Versioned<String>> {
    let found = ctx.tenant().get::<Organization>(ctx.org).await.map_err(Error::from)?;
    let found = found.ok_or(Error::NotFound("organization"))?;
    seen.check(found.version)?;
    let name = body.name.parse().map_err(|_| Error::invalid("name", "expected a name"))?;
    let changed = Organization { name, ..found.value.clone() };
    let mut change = ctx.tenant().change(ctx.audit("sample.renamed", ctx.org, Value::Null));
    change.update(&found, &changed).map_err(Error::from)?;
    let name = ctx.commit(change, changed.name.as_str().to_owned()).await?;
    Ok(Versioned::new(found.version + 1, name))
}

/// Does not say who may.
#[utoipa::path(
    get, path = "/sample/unsaid",
    responses((status = 200, description = "Never.", body = Data<String>))
)]
async fn unsaid(Caller(_): Caller) -> Result<Data<String>> {
    Ok(Data::new("a secret".to_owned()))
}

/// Fails.
#[utoipa::path(
    get, path = "/sample/fail", security(()),
    responses((status = 200, description = "Never.", body = Data<String>))
)]
async fn fail(_: Visitor) -> Result<Data<String>> {
    Err(Error::internal("the secret of the table is hunter2").into())
}

/// Greets.
#[utoipa::path(
    get, path = "/sample/hello", security(()),
    responses((status = 200, description = "A greeting.", body = Data<String>))
)]
async fn hello(visitor: Visitor) -> Result<Data<String>> {
    Ok(Data::new(visitor.visit.request_id))
}
