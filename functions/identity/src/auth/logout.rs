//! `POST /api/auth/logout` and `/api/auth/logout-everywhere`

use clearmargin_app::identity;
use clearmargin_web::{Caller, Done, Result};

/// Signs out: ends the session that asks.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "Identity",
    extensions(("x-action" = json!("account.manage"))),
    responses((status = 204, description = "Signed out.")),
)]
pub(crate) async fn logout(Caller(ctx): Caller) -> Result<Done> {
    identity::sign_out(&ctx).await?;
    Ok(Done)
}

/// Signs out everywhere: ends every session of the caller, in every organisation.
#[utoipa::path(
    post,
    path = "/api/auth/logout-everywhere",
    tag = "Identity",
    extensions(("x-action" = json!("account.manage"))),
    responses((status = 204, description = "Signed out.")),
)]
pub(crate) async fn logout_everywhere(Caller(ctx): Caller) -> Result<Done> {
    identity::end_all(&ctx).await?;
    Ok(Done)
}
