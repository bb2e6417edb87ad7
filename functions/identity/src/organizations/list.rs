//! `GET /api/organizations`

use clearmargin_app::organizations;
use clearmargin_web::{Caller, Data, Result};

use super::view::BelongingView;

/// The caller's organisations.
#[utoipa::path(
    get,
    path = "/api/organizations",
    tag = "Organizations",
    extensions(("x-action" = json!("account.manage"))),
    responses((status = 200, description = "They.", body = Data<Vec<BelongingView>>)),
)]
pub(crate) async fn list_organizations(Caller(ctx): Caller) -> Result<Data<Vec<BelongingView>>> {
    let belongings = organizations::list(&ctx).await?;
    let view =
        |it: &organizations::Belonging| BelongingView::new(it, it.organization.id == ctx.org);
    Ok(Data::new(belongings.iter().map(view).collect()))
}
