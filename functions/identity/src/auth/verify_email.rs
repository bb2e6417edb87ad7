//! `POST /api/auth/verify-email` and `/api/auth/resend-verification`

use clearmargin_app::identity;
use clearmargin_web::{Caller, Done, Json, Result, Visitor};
use serde::Deserialize;

/// The proof that an address is its owner's.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyEmail {
    /// The token of the link that was mailed.
    #[schema(format = Password, max_length = 200)]
    token: String,
}

/// Takes the proof that an address is its owner's. A link counts once and for two days.
#[utoipa::path(
    post,
    path = "/api/auth/verify-email",
    tag = "Identity",
    security(()),
    request_body(content = VerifyEmail, example = json!({"token": "cma_…"})),
    responses((status = 204, description = "The address is proved.")),
)]
pub(crate) async fn verify_email(visitor: Visitor, Json(body): Json<VerifyEmail>) -> Result<Done> {
    identity::verify_email(&visitor.app, &visitor.visit, &body.token).await?;
    Ok(Done)
}

/// Mails the caller another link to prove the address.
#[utoipa::path(
    post,
    path = "/api/auth/resend-verification",
    tag = "Identity",
    extensions(("x-action" = json!("account.manage"))),
    responses((status = 204, description = "A mail is on its way.")),
)]
pub(crate) async fn resend_verification(Caller(ctx): Caller) -> Result<Done> {
    identity::resend_verification(&ctx).await?;
    Ok(Done)
}
