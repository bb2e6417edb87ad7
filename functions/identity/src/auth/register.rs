//! `POST /api/auth/register`

use clearmargin_app::identity::{self, NewOrganization};
use clearmargin_domain::{
    identity::{Email, Name, NewPassword, TimeZoneName},
    money::Currency,
};
use clearmargin_web::{Created, Data, Json, Result, Visitor, schema};
use serde::Deserialize;

use crate::view::SignedView;

/// An organisation to register, with its owner.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Register {
    /// The organisation's name.
    #[schema(schema_with = schema::name)]
    organization_name: Name,
    /// The owner's sign-in address.
    #[schema(schema_with = schema::email)]
    email: Email,
    /// The owner's password.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    password: NewPassword,
    /// The owner's first name.
    #[schema(schema_with = schema::name)]
    first_name: Name,
    /// The owner's last name.
    #[schema(schema_with = schema::name)]
    last_name: Name,
    /// The currency of the organisation's books.
    #[serde(default = "dollars")]
    #[schema(schema_with = schema::currency, required = false)]
    currency: Currency,
    /// The IANA time zone where the organisation's days begin.
    #[serde(default)]
    #[schema(value_type = String, default = "UTC", example = "America/New_York")]
    time_zone: TimeZoneName,
}

fn dollars() -> Currency {
    Currency::USD
}

/// Creates an organisation with its owner, and signs the owner in.
#[utoipa::path(
    post,
    path = "/api/auth/register",
    tag = "Identity",
    security(()),
    request_body(content = Register, example = json!({
        "organizationName": "TechWave MSP", "email": "ada@example.com",
        "password": "correct horse battery", "firstName": "Ada", "lastName": "Lovelace",
        "currency": "USD", "timeZone": "America/New_York"
    })),
    responses((status = 201, description = "The owner, signed in.", body = Data<SignedView>)),
)]
pub(crate) async fn register(
    visitor: Visitor,
    Json(body): Json<Register>,
) -> Result<Created<SignedView>> {
    let new = NewOrganization {
        name: body.organization_name,
        email: body.email,
        password: body.password,
        first_name: body.first_name,
        last_name: body.last_name,
        currency: body.currency,
        time_zone: body.time_zone,
    };
    let signed = identity::register(&visitor.app, &visitor.visit, new).await?;
    Ok(Created(SignedView::new(signed)))
}
