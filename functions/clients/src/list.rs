//! `GET /api/clients`

use clearmargin_app::clients;
use clearmargin_web::{Caller, Page, PageQuery, Query, Result};

use crate::view::ClientView;

/// Clients, by id. A page may hold fewer than `limit`: follow `nextCursor` to the end.
#[utoipa::path(
    get,
    path = "/api/clients",
    tag = "Clients",
    extensions(("x-action" = json!("clients.read"))),
    params(PageQuery),
    responses((status = 200, description = "A page of clients.", body = Page<ClientView>)),
)]
pub(crate) async fn list_clients(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Page<ClientView>> {
    let page = clients::list(&ctx, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |client| ClientView::new(&client)))
}
