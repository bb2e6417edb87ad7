//! `GET /api/users`

use clearmargin_app::users;
use clearmargin_web::{Caller, Page, PageQuery, Query, Result};

use crate::view::UserView;

/// The people of the organisation, by id, those who have left included.
#[utoipa::path(
    get,
    path = "/api/users",
    tag = "Users",
    extensions(("x-action" = json!("users.read"))),
    params(PageQuery),
    responses((status = 200, description = "A page of people.", body = Page<UserView>)),
)]
pub(crate) async fn list_users(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Page<UserView>> {
    let page = users::list(&ctx, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |user| UserView::new(ctx.org, user.value)))
}
