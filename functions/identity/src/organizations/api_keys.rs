//! `/api/organizations/{id}/api-keys`

use std::collections::BTreeSet;

use clearmargin_app::{
    api_keys::{self, NewApiKey},
    organizations,
};
use clearmargin_domain::{
    access::Action,
    id::{ApiKeyId, OrgId},
    identity::{ApiKey, Name},
    secret::Secret,
};
use clearmargin_web::{
    Caller, Created, Data, Done, Json, Page, PageQuery, Path, Query, Result, schema,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{Array, ArrayBuilder};

use crate::view::RoleName;

/// A key to make.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateApiKey {
    /// What it is for, in your words.
    #[schema(schema_with = schema::name)]
    name: Name,
    /// What it may do: names of actions that the caller may do too.
    #[schema(schema_with = scopes)]
    scopes: BTreeSet<Action>,
    /// When it ends; null or absent for never.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// The actions that keys can be for.
fn scopes() -> Array {
    let actions = Action::ALL.iter().filter(|action| action.is_for_keys());
    let one = schema::one_of(actions.map(|action| action.as_str()));
    ArrayBuilder::new().items(one).min_items(Some(1)).max_items(Some(50)).build()
}

/// An API key, without the key itself.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiKeyView {
    /// Its id.
    #[schema(example = "key_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// What it is for.
    #[schema(example = "Zapier")]
    name: String,
    /// What it may do.
    #[schema(value_type = Vec<String>, example = json!(["clients.read"]))]
    scopes: BTreeSet<Action>,
    /// The role that it does not go beyond.
    #[schema(value_type = RoleName)]
    role: &'static str,
    /// Who made it.
    #[schema(example = "usr_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    created_by: String,
    /// When.
    #[schema(format = DateTime, example = "2026-01-01T09:00:00Z")]
    created_at: String,
    /// When it ends.
    #[schema(format = DateTime, example = json!(null))]
    expires_at: Option<String>,
    /// When it was revoked.
    #[schema(format = DateTime, example = json!(null))]
    revoked_at: Option<String>,
}

impl ApiKeyView {
    fn new(key: &ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name.as_str().to_owned(),
            scopes: key.scopes.clone(),
            role: key.role.as_str(),
            created_by: key.created_by.to_string(),
            created_at: key.created_at.to_string(),
            expires_at: key.expires_at.map(|at| at.to_string()),
            revoked_at: key.revoked_at.map(|at| at.to_string()),
        }
    }
}

/// A key that was just made.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct NewApiKeyView {
    /// The key, without itself.
    #[serde(flatten)]
    view: ApiKeyView,
    /// The key itself, to be sent as `Authorization: Bearer …`. It is shown now and never again: null
    /// when the same request is repeated.
    #[schema(example = "cmk_…")]
    key: Option<String>,
}

/// API keys, the oldest first, those revoked included.
#[utoipa::path(
    get,
    path = "/api/organizations/{id}/api-keys",
    tag = "Organizations",
    extensions(("x-action" = json!("apiKeys.manage"))),
    params(("id" = String, Path, description = "The organisation's id."), PageQuery),
    responses((status = 200, description = "A page of keys.", body = Page<ApiKeyView>)),
)]
pub(crate) async fn list_api_keys(
    Caller(ctx): Caller,
    Path(id): Path<OrgId>,
    Query(query): Query<PageQuery>,
) -> Result<Page<ApiKeyView>> {
    organizations::get(&ctx, id).await?;
    let page = api_keys::list(&ctx, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |key| ApiKeyView::new(&key)))
}

/// Makes an API key for a machine.
#[utoipa::path(
    post,
    path = "/api/organizations/{id}/api-keys",
    tag = "Organizations",
    extensions(("x-action" = json!("apiKeys.manage"))),
    params(("id" = String, Path, description = "The organisation's id.")),
    request_body(content = CreateApiKey, example = json!({
        "name": "Zapier", "scopes": ["clients.read", "margins.read"], "expiresAt": null
    })),
    responses((status = 201, description = "The key.", body = Data<NewApiKeyView>)),
)]
pub(crate) async fn create_api_key(
    Caller(ctx): Caller,
    Path(id): Path<OrgId>,
    Json(body): Json<CreateApiKey>,
) -> Result<Created<NewApiKeyView>> {
    organizations::get(&ctx, id).await?;
    let CreateApiKey { name, scopes, expires_at } = body;
    let (key, text) = api_keys::create(&ctx, NewApiKey { name, scopes, expires_at }).await?;
    let key_text = text.as_ref().map(Secret::expose).map(str::to_owned);
    Ok(Created(NewApiKeyView { view: ApiKeyView::new(&key), key: key_text }))
}

/// Revokes a key. It stops within a minute.
#[utoipa::path(
    delete,
    path = "/api/organizations/{id}/api-keys/{keyId}",
    tag = "Organizations",
    extensions(("x-action" = json!("apiKeys.manage"))),
    params(
        ("id" = String, Path, description = "The organisation's id."),
        ("keyId" = String, Path, description = "The key's id."),
    ),
    responses((status = 204, description = "It is revoked.")),
)]
pub(crate) async fn revoke_api_key(
    Caller(ctx): Caller,
    Path((id, key)): Path<(OrgId, ApiKeyId)>,
) -> Result<Done> {
    organizations::get(&ctx, id).await?;
    api_keys::revoke(&ctx, key).await?;
    Ok(Done)
}
