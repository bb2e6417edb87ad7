//! `GET /api/auth/me`

use clearmargin_app::identity;
use clearmargin_web::{Caller, Data, Result};

use crate::view::UserView;

/// Who is signed in.
#[utoipa::path(
    get,
    path = "/api/auth/me",
    tag = "Identity",
    extensions(("x-action" = json!("account.manage"))),
    responses((status = 200, description = "The person.", body = Data<UserView>)),
)]
pub(crate) async fn get_me(Caller(ctx): Caller) -> Result<Data<UserView>> {
    let user = identity::me(&ctx).await?;
    Ok(Data::new(UserView::new(ctx.org, user)))
}
