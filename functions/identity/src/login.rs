//! `POST /api/auth/login`

use clearmargin_app::{Error, identity};
use clearmargin_web::{Data, Json, Result, Visitor};
use serde::Deserialize;

use crate::view::SignedView;

/// Who signs in. Any text is looked up: what no account can have is simply wrong.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    /// Sign-in address.
    #[schema(format = Email)]
    email: String,
    /// Password.
    #[schema(format = Password)]
    password: String,
}

/// Signs in. A wrong password and an unknown address get the same answer.
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
            status = 401, description = "The address or the password is wrong.",
            content_type = "application/problem+json", body = ref("#/components/schemas/Problem"),
        ),
    ),
)]
pub(crate) async fn login(visitor: Visitor, Json(body): Json<Login>) -> Result<Data<SignedView>> {
    let (Ok(email), Ok(password)) = (body.email.parse(), body.password.parse()) else {
        return Err(Error::BadCredentials.into());
    };
    let signed = identity::login(&visitor.app, &email, password).await?;
    Ok(Data::new(SignedView::new(signed)))
}
