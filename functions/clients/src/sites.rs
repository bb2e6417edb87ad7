//! `/api/clients/{id}/sites`: where a client works.

use clearmargin_app::clients::{self, NewSite};
use clearmargin_domain::{
    client::Site,
    id::{ClientId, SiteId},
    identity::{Name, TimeZoneName},
    source::Source,
    text::Line,
};
use clearmargin_web::{
    Caller, Created, Data, Done, IfMatch, Json, Page, PageQuery, Path, Query, Result, Routes,
    Versioned, routes, schema,
};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(list_client_sites, create_client_site)).routes(routes!(
        get_client_site,
        update_client_site,
        delete_client_site
    ))
}

/// Where a client works.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SiteView {
    /// The site's id.
    #[schema(example = "sit_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// The record of the client that it belongs to.
    client_id: String,
    /// Its name.
    #[schema(example = "Midtown office")]
    name: String,
    /// On whose clocks it works: an IANA time zone or the source's own code.
    #[schema(example = "America/New_York")]
    time_zone: Option<String>,
    /// Where it is.
    address: Option<String>,
    /// Whether it is the headquarters.
    headquarters: bool,
    /// The system that it came from; null for a site that was added here.
    #[schema(value_type = Option<String>, example = "superops")]
    source: Option<Source>,
}

impl SiteView {
    fn new(site: Site) -> Self {
        Self {
            id: site.id.to_string(),
            client_id: site.client.to_string(),
            name: site.name,
            time_zone: site.time_zone,
            address: site.address.map(String::from),
            headquarters: site.headquarters,
            source: site.origin.map(|origin| origin.source),
        }
    }
}

/// A site as it is to be.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ClientSite {
    /// Its name.
    #[schema(schema_with = schema::name)]
    name: Name,
    /// On whose clocks it works, by the IANA time zone; null or absent if that is not known.
    #[schema(value_type = Option<String>, max_length = 64, example = "America/New_York")]
    time_zone: Option<TimeZoneName>,
    /// Where it is; null or absent if that is not known.
    #[schema(schema_with = address, required = false)]
    address: Option<Line<300>>,
    /// Whether it is the headquarters.
    #[serde(default)]
    headquarters: bool,
}

fn address() -> Object {
    schema::or_null(schema::line(300))
}

impl ClientSite {
    fn into_new(self) -> NewSite {
        let Self { name, time_zone, address, headquarters } = self;
        NewSite { name, time_zone, address, headquarters }
    }
}

/// A client's sites: those that a source system brought, and those that were added here, record by
/// record and by id. A page may hold fewer than `limit`: follow `nextCursor` to the end.
#[utoipa::path(
    get,
    path = "/api/clients/{id}/sites",
    tag = "Client records",
    extensions(("x-action" = json!("clients.read"))),
    params(("id" = String, Path, description = "The client's id."), PageQuery),
    responses((status = 200, description = "A page of sites.", body = Page<SiteView>)),
)]
pub(crate) async fn list_client_sites(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
    Query(query): Query<PageQuery>,
) -> Result<Page<SiteView>> {
    let page = clients::sites(&ctx, id, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |site| SiteView::new(site.value)))
}

/// Adds a site to a client; at most 200.
#[utoipa::path(
    post,
    path = "/api/clients/{id}/sites",
    tag = "Client records",
    extensions(("x-action" = json!("clients.write"))),
    params(("id" = String, Path, description = "The client's id.")),
    request_body(content = ClientSite, example = json!({
        "name": "Midtown office", "timeZone": "America/New_York",
        "address": "350 Fifth Avenue, New York", "headquarters": false
    })),
    responses((status = 201, description = "The site.", body = Data<SiteView>)),
)]
pub(crate) async fn create_client_site(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
    Json(body): Json<ClientSite>,
) -> Result<Created<SiteView>> {
    let site = clients::create_site(&ctx, id, body.into_new()).await?;
    Ok(Created(SiteView::new(site)))
}

/// One of a client's sites.
#[utoipa::path(
    get,
    path = "/api/clients/{id}/sites/{siteId}",
    tag = "Client records",
    extensions(("x-action" = json!("clients.read")), ("x-versioned" = json!(true))),
    params(
        ("id" = String, Path, description = "The client's id."),
        ("siteId" = String, Path, description = "The site's id."),
    ),
    responses((status = 200, description = "The site.", body = Data<SiteView>)),
)]
pub(crate) async fn get_client_site(
    Caller(ctx): Caller,
    Path((client, id)): Path<(ClientId, SiteId)>,
) -> Result<Versioned<SiteView>> {
    let site = clients::site(&ctx, client, id).await?;
    Ok(Versioned::new(site.version, SiteView::new(site.value)))
}

/// Changes a site that was added here. One that a source system brought is refused (`imported`): it
/// is changed there.
#[utoipa::path(
    put,
    path = "/api/clients/{id}/sites/{siteId}",
    tag = "Client records",
    extensions(("x-action" = json!("clients.write")), ("x-versioned" = json!(true))),
    params(
        ("id" = String, Path, description = "The client's id."),
        ("siteId" = String, Path, description = "The site's id."),
    ),
    request_body(content = ClientSite, example = json!({
        "name": "Midtown clinic", "timeZone": "America/New_York", "address": null,
        "headquarters": true
    })),
    responses((status = 200, description = "The site.", body = Data<SiteView>)),
)]
pub(crate) async fn update_client_site(
    Caller(ctx): Caller,
    Path((client, id)): Path<(ClientId, SiteId)>,
    IfMatch(seen): IfMatch,
    Json(body): Json<ClientSite>,
) -> Result<Versioned<SiteView>> {
    let site = clients::update_site(&ctx, client, id, body.into_new(), &seen).await?;
    Ok(Versioned::new(site.version, SiteView::new(site.value)))
}

/// Removes a site that was added here. One that a source system brought is refused (`imported`).
#[utoipa::path(
    delete,
    path = "/api/clients/{id}/sites/{siteId}",
    tag = "Client records",
    extensions(("x-action" = json!("clients.write"))),
    params(
        ("id" = String, Path, description = "The client's id."),
        ("siteId" = String, Path, description = "The site's id."),
    ),
    responses((status = 204, description = "It is gone.")),
)]
pub(crate) async fn delete_client_site(
    Caller(ctx): Caller,
    Path((client, id)): Path<(ClientId, SiteId)>,
) -> Result<Done> {
    clients::delete_site(&ctx, client, id).await?;
    Ok(Done)
}
