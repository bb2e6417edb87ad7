//! `POST /api/integrations/superops/connect`

use clearmargin_app::integrations;
use clearmargin_domain::secret::Secret;
use clearmargin_web::{Caller, Data, Json, Result};
use serde::Deserialize;

use crate::view::ConnectionView;

/// A SuperOps account.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ConnectSuperOps {
    /// The account's sub-domain.
    #[schema(example = "techwave", pattern = "^[A-Za-z0-9.-]{1,100}$")]
    subdomain: String,
    /// An API token: in SuperOps under Settings, My Profile, API token.
    #[schema(value_type = String, format = Password, pattern = "^[!-~]{1,4096}$")]
    api_token: Secret,
}

/// Connects SuperOps, after trying the token.
#[utoipa::path(
    post,
    path = "/api/integrations/superops/connect",
    tag = "Integrations",
    extensions(("x-action" = json!("integrations.connect"))),
    request_body(content = ConnectSuperOps, example = json!({
        "subdomain": "techwave", "apiToken": "your-token"
    })),
    responses((status = 200, description = "Connected.", body = Data<ConnectionView>)),
)]
pub(crate) async fn connect_superops(
    Caller(ctx): Caller,
    Json(body): Json<ConnectSuperOps>,
) -> Result<Data<ConnectionView>> {
    let connection = integrations::connect_superops(&ctx, body.subdomain, body.api_token).await?;
    Ok(Data::new(ConnectionView::new(&connection)))
}
