//! `GET /api/users/me`

use clearmargin_app::identity;
use clearmargin_web::{Caller, Data, Result};
use serde::Serialize;

use crate::view::UserView;

/// Who is signed in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MeView {
    /// The person in this organisation.
    #[serde(flatten)]
    user: UserView,
    /// The file with the person's picture.
    avatar_file_id: Option<String>,
    /// Whether the person has proved that the address is theirs.
    email_verified: bool,
    /// Whether signing in takes a code as well.
    second_factor: bool,
    /// How many recovery codes are left.
    #[schema(minimum = 0, maximum = 10)]
    recovery_codes_left: usize,
}

/// Who is signed in.
#[utoipa::path(
    get,
    path = "/api/users/me",
    tag = "Users",
    extensions(("x-action" = json!("account.manage"))),
    responses((status = 200, description = "The person.", body = Data<MeView>)),
)]
pub(crate) async fn get_me(Caller(ctx): Caller) -> Result<Data<MeView>> {
    let (user, account) = identity::me(&ctx).await?;
    let factor = account.second_factor.as_ref().filter(|factor| factor.counts());
    Ok(Data::new(MeView {
        avatar_file_id: user.avatar_file_id.clone().map(String::from),
        user: UserView::new(ctx.org, user),
        email_verified: account.email_verified_at.is_some(),
        second_factor: factor.is_some(),
        recovery_codes_left: factor.map_or(0, |factor| factor.recovery_codes.len()),
    }))
}
