//! `GET /api/integrations/quickbooks/callback`

use clearmargin_app::{Error, integrations};
use clearmargin_web::{Data, Query, Result, Visitor};
use serde::Deserialize;

use crate::view::ConnectionView;

/// What Intuit sends along.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Consent {
    /// What the person was sent away with.
    state: String,
    /// What the tokens are given for.
    code: Option<String>,
    /// The QuickBooks company.
    #[serde(rename = "realmId")]
    #[param(rename = "realmId")]
    realm_id: Option<String>,
    /// Why there is no code.
    error: Option<String>,
}

/// Where Intuit sends a person back to after consenting. Needs no token: the state, known to
/// nobody else and good for once, says whose connection it is.
#[utoipa::path(
    get,
    path = "/api/integrations/quickbooks/callback",
    tag = "Integrations",
    params(Consent),
    security(()),
    responses(
        (status = 200, description = "Connected.", body = Data<ConnectionView>),
        (
            status = 409, description = "The person did not consent.",
            content_type = "application/problem+json", body = ref("#/components/schemas/Problem"),
        ),
    ),
)]
pub(crate) async fn complete_quickbooks(
    visitor: Visitor,
    Query(consent): Query<Consent>,
) -> Result<Data<ConnectionView>> {
    if consent.error.is_some() {
        return Err(Error::conflict("consent_refused", "QuickBooks was not connected").into());
    }
    let required = |field: Option<String>, path: &str| {
        field.ok_or_else(|| Error::invalid(path, "is required"))
    };
    let code = required(consent.code, "query.code")?;
    let realm = required(consent.realm_id, "query.realmId")?;
    let connection = integrations::complete_quickbooks(
        &visitor.app,
        &visitor.visit.request_id,
        &consent.state,
        &code,
        &realm,
    )
    .await?;
    Ok(Data::new(ConnectionView::new(&connection)))
}
