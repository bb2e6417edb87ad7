//! `POST /api/users/{id}/change-password`

use clearmargin_app::identity;
use clearmargin_domain::{
    id::UserId,
    identity::{NewPassword, Password},
};
use clearmargin_web::{Caller, Done, Json, Path, Result};
use serde::Deserialize;

/// The password of today and that of tomorrow.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangePassword {
    /// The current password.
    #[schema(value_type = String, format = Password)]
    current_password: Password,
    /// The new one.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    new_password: NewPassword,
}

/// Changes the caller's own password and ends the caller's other sessions.
#[utoipa::path(
    post,
    path = "/api/users/{id}/change-password",
    tag = "Users",
    extensions(("x-action" = json!("account.manage"))),
    params(("id" = String, Path, description = "The caller's own id.")),
    request_body(content = ChangePassword, example = json!({
        "currentPassword": "correct horse battery", "newPassword": "battery horse correct"
    })),
    responses((status = 204, description = "It is changed.")),
)]
pub(crate) async fn change_password(
    Caller(ctx): Caller,
    Path(id): Path<UserId>,
    Json(body): Json<ChangePassword>,
) -> Result<Done> {
    identity::change_password(&ctx, id, body.current_password, body.new_password).await?;
    Ok(Done)
}
