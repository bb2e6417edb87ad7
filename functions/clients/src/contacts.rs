//! `/api/clients/{id}/contacts`: people at a client.

use clearmargin_app::clients::{self, NewContact};
use clearmargin_domain::{
    client::Contact,
    id::{ClientId, ContactId},
    identity::{Email, Name},
    text::Line,
};
use clearmargin_web::{
    Caller, Created, Data, Done, IfMatch, Json, Page, PageQuery, Path, Query, Result, Routes,
    Versioned, routes, schema,
};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(list_client_contacts, create_client_contact)).routes(routes!(
        get_client_contact,
        update_client_contact,
        delete_client_contact
    ))
}

/// A person at a client.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactView {
    /// The contact's id.
    #[schema(example = "con_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// The record of the client that it belongs to.
    client_id: String,
    /// The person's name.
    #[schema(example = "Ada Lovelace")]
    name: String,
    /// E-mail address.
    #[schema(format = Email, example = "ada@acmedental.com")]
    email: Option<String>,
    /// Telephone number.
    #[schema(example = "+1 555 0100")]
    phone: Option<String>,
    /// What the person does there.
    #[schema(example = "Office manager")]
    role: Option<String>,
    /// Whether to ask this person first.
    primary: bool,
}

impl ContactView {
    fn new(contact: Contact) -> Self {
        Self {
            id: contact.id.to_string(),
            client_id: contact.client.to_string(),
            name: contact.name.into(),
            email: contact.email.map(String::from),
            phone: contact.phone.map(String::from),
            role: contact.role.map(String::from),
            primary: contact.primary,
        }
    }
}

/// A contact as it is to be.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ClientContact {
    /// The person's name.
    #[schema(schema_with = schema::name)]
    name: Name,
    /// E-mail address; null or absent for none.
    #[schema(schema_with = email, required = false)]
    email: Option<Email>,
    /// Telephone number; null or absent for none.
    #[schema(schema_with = phone, required = false)]
    phone: Option<Line<40>>,
    /// What the person does there; null or absent if that is not known.
    #[schema(schema_with = role, required = false)]
    role: Option<Line<100>>,
    /// Whether to ask this person first, and nobody else.
    #[serde(default)]
    primary: bool,
}

fn email() -> Object {
    schema::or_null(schema::email())
}

fn phone() -> Object {
    schema::or_null(schema::line(40))
}

fn role() -> Object {
    schema::or_null(schema::line(100))
}

impl ClientContact {
    fn into_new(self) -> NewContact {
        let Self { name, email, phone, role, primary } = self;
        NewContact { name, email, phone, role, primary }
    }
}

/// People at a client, record by record and by age. A page may hold fewer than `limit`: follow
/// `nextCursor` to the end.
#[utoipa::path(
    get,
    path = "/api/clients/{id}/contacts",
    tag = "Client records",
    extensions(("x-action" = json!("clients.read"))),
    params(("id" = String, Path, description = "The client's id."), PageQuery),
    responses((status = 200, description = "A page of contacts.", body = Page<ContactView>)),
)]
pub(crate) async fn list_client_contacts(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
    Query(query): Query<PageQuery>,
) -> Result<Page<ContactView>> {
    let page = clients::contacts(&ctx, id, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |contact| ContactView::new(contact.value)))
}

/// Adds a person at a client; at most 200.
#[utoipa::path(
    post,
    path = "/api/clients/{id}/contacts",
    tag = "Client records",
    extensions(("x-action" = json!("clients.write"))),
    params(("id" = String, Path, description = "The client's id.")),
    request_body(content = ClientContact, example = json!({
        "name": "Ada Lovelace", "email": "ada@acmedental.com", "phone": "+1 555 0100",
        "role": "Office manager", "primary": true
    })),
    responses((status = 201, description = "The contact.", body = Data<ContactView>)),
)]
pub(crate) async fn create_client_contact(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
    Json(body): Json<ClientContact>,
) -> Result<Created<ContactView>> {
    let contact = clients::create_contact(&ctx, id, body.into_new()).await?;
    Ok(Created(ContactView::new(contact)))
}

/// A person at a client.
#[utoipa::path(
    get,
    path = "/api/clients/{id}/contacts/{contactId}",
    tag = "Client records",
    extensions(("x-action" = json!("clients.read")), ("x-versioned" = json!(true))),
    params(
        ("id" = String, Path, description = "The client's id."),
        ("contactId" = String, Path, description = "The contact's id."),
    ),
    responses((status = 200, description = "The contact.", body = Data<ContactView>)),
)]
pub(crate) async fn get_client_contact(
    Caller(ctx): Caller,
    Path((client, id)): Path<(ClientId, ContactId)>,
) -> Result<Versioned<ContactView>> {
    let contact = clients::contact(&ctx, client, id).await?;
    Ok(Versioned::new(contact.version, ContactView::new(contact.value)))
}

/// Changes a person at a client. Who is asked first is one person: whoever was before is not any
/// more.
#[utoipa::path(
    put,
    path = "/api/clients/{id}/contacts/{contactId}",
    tag = "Client records",
    extensions(("x-action" = json!("clients.write")), ("x-versioned" = json!(true))),
    params(
        ("id" = String, Path, description = "The client's id."),
        ("contactId" = String, Path, description = "The contact's id."),
    ),
    request_body(content = ClientContact, example = json!({
        "name": "Ada King", "email": null, "phone": "+1 555 0199", "role": "Owner", "primary": false
    })),
    responses((status = 200, description = "The contact.", body = Data<ContactView>)),
)]
pub(crate) async fn update_client_contact(
    Caller(ctx): Caller,
    Path((client, id)): Path<(ClientId, ContactId)>,
    IfMatch(seen): IfMatch,
    Json(body): Json<ClientContact>,
) -> Result<Versioned<ContactView>> {
    let contact = clients::update_contact(&ctx, client, id, body.into_new(), &seen).await?;
    Ok(Versioned::new(contact.version, ContactView::new(contact.value)))
}

/// Removes a person at a client.
#[utoipa::path(
    delete,
    path = "/api/clients/{id}/contacts/{contactId}",
    tag = "Client records",
    extensions(("x-action" = json!("clients.write"))),
    params(
        ("id" = String, Path, description = "The client's id."),
        ("contactId" = String, Path, description = "The contact's id."),
    ),
    responses((status = 204, description = "It is gone.")),
)]
pub(crate) async fn delete_client_contact(
    Caller(ctx): Caller,
    Path((client, id)): Path<(ClientId, ContactId)>,
) -> Result<Done> {
    clients::delete_contact(&ctx, client, id).await?;
    Ok(Done)
}
