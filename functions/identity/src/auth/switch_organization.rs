//! `POST /api/auth/switch-organization`

use clearmargin_app::identity;
use clearmargin_domain::id::OrgId;
use clearmargin_web::{Caller, Data, Json, Result, schema};
use serde::Deserialize;
use utoipa::openapi::Object;

use crate::view::SignedView;

/// Where to go.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SwitchOrganization {
    /// One of the caller's organisations.
    #[schema(schema_with = organization)]
    organization_id: OrgId,
}

fn organization() -> Object {
    schema::id(OrgId::PREFIX)
}

/// Signs the caller in to another of the own organisations: a token is for one. The session that
/// asks goes on.
#[utoipa::path(
    post,
    path = "/api/auth/switch-organization",
    tag = "Identity",
    extensions(("x-action" = json!("account.manage"))),
    request_body(content = SwitchOrganization, example = json!({
        "organizationId": "org_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C"
    })),
    responses(
        (status = 200, description = "The caller, signed in there.", body = Data<SignedView>),
        (
            status = 404, description = "The caller does not belong to it.",
            content_type = "application/problem+json", body = ref("#/components/schemas/Problem"),
        ),
    ),
)]
pub(crate) async fn switch_organization(
    Caller(ctx): Caller,
    Json(body): Json<SwitchOrganization>,
) -> Result<Data<SignedView>> {
    let signed = identity::switch(&ctx, body.organization_id).await?;
    Ok(Data::new(SignedView::new(signed)))
}
