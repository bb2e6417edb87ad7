//! `POST /api/integrations/quickbooks/connect`

use clearmargin_app::integrations;
use clearmargin_web::{Caller, Data, Json, Result};
use serde::{Deserialize, Serialize};

/// Nothing to say: Intuit asks for everything.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConnectQuickBooks {}

/// Where to go next.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConsentView {
    /// The page of Intuit where a person consents; good for 15 minutes.
    authorization_url: String,
}

/// Begins connecting QuickBooks: open the address in a browser and consent.
#[utoipa::path(
    post,
    path = "/api/integrations/quickbooks/connect",
    tag = "Integrations",
    extensions(("x-action" = json!("integrations.connect"))),
    request_body(content = ConnectQuickBooks, example = json!({})),
    responses((status = 200, description = "Where to consent.", body = Data<ConsentView>)),
)]
pub(crate) async fn connect_quickbooks(
    Caller(ctx): Caller,
    Json(ConnectQuickBooks {}): Json<ConnectQuickBooks>,
) -> Result<Data<ConsentView>> {
    let authorization_url = integrations::begin_quickbooks(&ctx).await?;
    Ok(Data::new(ConsentView { authorization_url }))
}
