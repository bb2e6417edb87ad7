//! `GET /api/services`

use clearmargin_app::services::{self, Wanted};
use clearmargin_domain::service::Offering;
use clearmargin_web::{Caller, Limit, Page, Query, Result, schema};
use serde::Deserialize;

use super::view::{Eyes, ServiceView};

/// Which catalogue entries.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServicesQuery {
    /// What the name contains, in whatever case.
    #[param(max_length = 100)]
    q: Option<String>,
    /// Work or product.
    #[param(schema_with = schema::offering, required = false)]
    offering: Option<Offering>,
    /// Whether they are still sold.
    active: Option<bool>,
    /// How many entries at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// The catalogue, by name.
#[utoipa::path(
    get,
    path = "/api/services",
    tag = "Services",
    extensions(("x-action" = json!("clients.read"))),
    params(ServicesQuery),
    responses((status = 200, description = "A page of services.", body = Page<ServiceView>)),
)]
pub(crate) async fn list_services(
    Caller(ctx): Caller,
    Query(query): Query<ServicesQuery>,
) -> Result<Page<ServiceView>> {
    let wanted = Wanted { text: query.q, offering: query.offering, active: query.active };
    let (found, next) =
        services::list(&ctx, &wanted, query.limit.get(), query.cursor.as_deref()).await?;
    let eyes = Eyes::of(&ctx).await?;
    Ok(Page::new(found.iter().map(|service| eyes.see(service)).collect(), query.limit, next))
}
