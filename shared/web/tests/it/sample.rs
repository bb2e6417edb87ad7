//! A small area with one operation of each kind.

use clearmargin_app::Error;
use clearmargin_domain::{
    id::{ClientId, UserId},
    identity::User,
    money::Currency,
};
use clearmargin_web::{
    Amount, AmountIn, Caller, Created, Data, Json, Limit, Page, Path, Query, Result, Routes,
    Visitor, routes,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list_notes, write_note))
        .routes(routes!(get_user))
        .routes(routes!(get_client))
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
    let change = ctx.tenant().change(ctx.audit("note.written", body.text, Value::Null));
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
    Ok(Data::new(visitor.request_id))
}
