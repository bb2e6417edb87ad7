//! `GET /api/users/{id}`

use clearmargin_app::users;
use clearmargin_domain::id::UserId;
use clearmargin_web::{Caller, Data, Path, Result};

use crate::view::ProfileView;

/// A person of the organisation.
#[utoipa::path(
    get,
    path = "/api/users/{id}",
    tag = "Users",
    extensions(("x-action" = json!("colleagues.read"))),
    params(("id" = String, Path, description = "The person's id.")),
    responses((status = 200, description = "The person.", body = Data<ProfileView>)),
)]
pub(crate) async fn get_user(
    Caller(ctx): Caller,
    Path(id): Path<UserId>,
) -> Result<Data<ProfileView>> {
    let user = users::get(&ctx, id).await?;
    Ok(Data::new(ProfileView::new(ctx.org, user.value)))
}
