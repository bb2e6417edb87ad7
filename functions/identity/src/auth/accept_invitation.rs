//! `POST /api/auth/accept-invitation`

use clearmargin_app::{
    identity::Proof,
    invitations::{self, Acceptance},
};
use clearmargin_domain::identity::{Name, Password};
use clearmargin_web::{Created, Data, Json, Result, Visitor, schema};
use serde::Deserialize;
use utoipa::openapi::Object;

use crate::view::SignedView;

/// Who accepts an invitation.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AcceptInvitation {
    /// The token of the mail's link.
    #[schema(format = Password, max_length = 200)]
    token: String,
    /// The password of the account that the address has, or one for a new account.
    #[schema(value_type = String, format = Password)]
    password: Password,
    /// A code of the second factor, if the account has one.
    code: Option<String>,
    /// First name; needed for a new account.
    #[schema(schema_with = name, required = false)]
    first_name: Option<Name>,
    /// Last name; needed for a new account.
    #[schema(schema_with = name, required = false)]
    last_name: Option<Name>,
}

fn name() -> Object {
    schema::or_null(schema::name())
}

/// Joins the organisation that an invitation is for, with the account that its address has already
/// or with a new one, and signs in.
#[utoipa::path(
    post,
    path = "/api/auth/accept-invitation",
    tag = "Invitations",
    security(()),
    request_body(content = AcceptInvitation, example = json!({
        "token": "cmi_…", "password": "correct horse battery",
        "firstName": "Grace", "lastName": "Hopper"
    })),
    responses(
        (status = 201, description = "The person, signed in.", body = Data<SignedView>),
        (
            status = 401, description = "The password or the code of the account is wrong.",
            content_type = "application/problem+json", body = ref("#/components/schemas/Problem"),
        ),
    ),
)]
pub(crate) async fn accept_invitation(
    visitor: Visitor,
    Json(body): Json<AcceptInvitation>,
) -> Result<Created<SignedView>> {
    let acceptance = Acceptance {
        token: body.token,
        proof: Proof { password: body.password, code: body.code },
        first_name: body.first_name,
        last_name: body.last_name,
    };
    let signed = invitations::accept(&visitor.app, &visitor.visit, acceptance).await?;
    Ok(Created(SignedView::new(signed)))
}
