//! `PUT /api/users/{id}`

use clearmargin_app::users::{self, UserChange};
use clearmargin_domain::{
    access::Role,
    id::UserId,
    identity::{FileRef, Name},
};
use clearmargin_web::{Caller, Data, IfMatch, Json, Path, Result, Versioned, schema};
use serde::Deserialize;

use crate::view::{ProfileView, RoleName};

/// A person as it is to be.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpdateUser {
    /// First name.
    #[schema(schema_with = schema::name)]
    first_name: Name,
    /// Last name.
    #[schema(schema_with = schema::name)]
    last_name: Name,
    /// The file with the person's picture; null or absent for none.
    #[schema(value_type = Option<String>, max_length = 64, pattern = "^[A-Za-z0-9_-]+$")]
    avatar_file_id: Option<FileRef>,
    /// What the person may do; absent to leave it. Administrators only.
    #[schema(value_type = Option<RoleName>)]
    role: Option<Role>,
    /// Whether the person may sign in here; absent to leave it. Administrators only.
    is_active: Option<bool>,
}

/// Changes a person: everybody their own names and picture, administrators everybody's, and what
/// people may do. Nobody can hand out more than they have, and the last owner stays one.
#[utoipa::path(
    put,
    path = "/api/users/{id}",
    tag = "Users",
    extensions(("x-action" = json!("account.manage")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The person's id.")),
    request_body(content = UpdateUser, example = json!({
        "firstName": "Ada", "lastName": "Lovelace", "avatarFileId": null
    })),
    responses((status = 200, description = "The person.", body = Data<ProfileView>)),
)]
pub(crate) async fn update_user(
    Caller(ctx): Caller,
    Path(id): Path<UserId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<UpdateUser>,
) -> Result<Versioned<ProfileView>> {
    let change = UserChange {
        first_name: body.first_name,
        last_name: body.last_name,
        avatar_file_id: body.avatar_file_id,
        role: body.role,
        active: body.is_active,
    };
    let user = users::update(&ctx, id, change, &seen).await?;
    Ok(Versioned::new(user.version, ProfileView::new(ctx.org, user.value)))
}
