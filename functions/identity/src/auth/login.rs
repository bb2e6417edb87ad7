//! `POST /api/auth/login`

use clearmargin_app::{
    Error,
    identity::{self, Proof},
};
use clearmargin_domain::{id::OrgId, identity::Password};
use clearmargin_web::{Data, Json, Result, Visitor, schema};
use serde::Deserialize;
use utoipa::openapi::Object;

use crate::view::SignedView;

/// Who signs in. Any text is looked up: what no account can have is simply wrong.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Login {
    /// Sign-in address.
    email: String,
    /// Password.
    #[schema(value_type = String, format = Password)]
    password: Password,
    /// A code of the second factor, or a recovery code; needed if one is on.
    code: Option<String>,
    /// The organisation to sign in to; the first one if not said.
    #[schema(schema_with = organization, required = false)]
    organization_id: Option<OrgId>,
}

fn organization() -> Object {
    schema::or_null(schema::id(OrgId::PREFIX))
}

/// Signs in. A wrong password and an unknown address get the same answer in the same time. With a
/// second factor, `second_factor_required` asks for its code.
#[utoipa::path(
    post,
    path = "/api/auth/login",
    tag = "Identity",
    security(()),
    request_body(content = Login, example = json!({
        "email": "ada@example.com", "password": "correct horse battery"
    })),
    responses(
        (status = 200, description = "The person, signed in.", body = Data<SignedView>),
        (
            status = 401, description = "The address, the password or the code is wrong.",
            content_type = "application/problem+json", body = ref("#/components/schemas/Problem"),
        ),
    ),
)]
pub(crate) async fn login(visitor: Visitor, Json(body): Json<Login>) -> Result<Data<SignedView>> {
    let login = identity::Login {
        email: body.email.parse().map_err(|_| Error::BadCredentials)?,
        proof: Proof { password: body.password, code: body.code },
        organization: body.organization_id,
    };
    let signed = identity::login(&visitor.app, &visitor.visit, login).await?;
    Ok(Data::new(SignedView::new(signed)))
}
