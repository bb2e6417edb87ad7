//! `POST /api/auth/forgot-password` and `/api/auth/reset-password`

use clearmargin_app::identity;
use clearmargin_domain::identity::{Email, NewPassword};
use clearmargin_web::{Done, Json, Result, Visitor, schema};
use serde::Deserialize;

/// Who forgot a password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgotPassword {
    /// Sign-in address.
    #[schema(schema_with = schema::email)]
    email: Email,
}

/// Mails a link to choose a new password, if anybody has that address; the answer does not say
/// whether anybody has.
#[utoipa::path(
    post,
    path = "/api/auth/forgot-password",
    tag = "Identity",
    security(()),
    request_body(content = ForgotPassword, example = json!({"email": "ada@example.com"})),
    responses((status = 204, description = "If anybody has the address, a mail is on its way.")),
)]
pub(crate) async fn forgot_password(
    visitor: Visitor,
    Json(body): Json<ForgotPassword>,
) -> Result<Done> {
    identity::forgot_password(&visitor.app, &visitor.visit, &body.email).await?;
    Ok(Done)
}

/// A new password, and the link that allows it.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetPassword {
    /// The token of the link.
    #[schema(format = Password, max_length = 200)]
    token: String,
    /// The new password.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    password: NewPassword,
}

/// Sets a new password with the token of a link, which counts once and for 30 minutes. Ends every
/// session.
#[utoipa::path(
    post,
    path = "/api/auth/reset-password",
    tag = "Identity",
    security(()),
    request_body(content = ResetPassword, example = json!({
        "token": "cma_…", "password": "correct horse battery"
    })),
    responses((status = 204, description = "The password is set.")),
)]
pub(crate) async fn reset_password(
    visitor: Visitor,
    Json(body): Json<ResetPassword>,
) -> Result<Done> {
    let ResetPassword { token, password } = body;
    identity::reset_password(&visitor.app, &visitor.visit, &token, password).await?;
    Ok(Done)
}
