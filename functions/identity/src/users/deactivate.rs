//! `DELETE /api/users/{id}`

use clearmargin_app::users;
use clearmargin_domain::id::UserId;
use clearmargin_web::{Caller, Done, Path, Result};

/// Takes a person's access away. What the person did stays, and so does the name in it.
#[utoipa::path(
    delete,
    path = "/api/users/{id}",
    tag = "Users",
    extensions(("x-action" = json!("users.write"))),
    params(("id" = String, Path, description = "The person's id.")),
    responses((status = 204, description = "The person cannot sign in any more.")),
)]
pub(crate) async fn deactivate_user(Caller(ctx): Caller, Path(id): Path<UserId>) -> Result<Done> {
    users::deactivate(&ctx, id).await?;
    Ok(Done)
}
