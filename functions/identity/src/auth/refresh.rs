//! `POST /api/auth/refresh`

use clearmargin_app::identity;
use clearmargin_web::{Data, Json, Result, Visitor};
use serde::Deserialize;

use crate::view::SignedView;

/// What keeps a session alive.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RefreshBody {
    /// The refresh token of the last answer.
    #[schema(format = Password, max_length = 200)]
    refresh_token: String,
}

/// Exchanges a refresh token for a new pair of tokens. Each counts once: one that comes again ends
/// the session. Of requests that arrive together with the same one, one gets new tokens and the
/// others `refreshed_meanwhile`.
#[utoipa::path(
    post,
    path = "/api/auth/refresh",
    tag = "Identity",
    security(()),
    request_body(content = RefreshBody, example = json!({"refreshToken": "cmr_…"})),
    responses(
        (status = 200, description = "The person, still signed in.", body = Data<SignedView>),
        (
            status = 401, description = "The session has ended.",
            content_type = "application/problem+json", body = ref("#/components/schemas/Problem"),
        ),
    ),
)]
pub(crate) async fn refresh(
    visitor: Visitor,
    Json(body): Json<RefreshBody>,
) -> Result<Data<SignedView>> {
    let signed = identity::refresh(&visitor.app, &visitor.visit, &body.refresh_token).await?;
    Ok(Data::new(SignedView::new(signed)))
}
