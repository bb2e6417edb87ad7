//! `POST /api/auth/second-factor`, `…/confirm` and `…/turn-off`

use clearmargin_app::identity::second_factor::{self, Enrolment};
use clearmargin_domain::identity::Password;
use clearmargin_web::{Caller, Data, Done, Json, Result};
use serde::{Deserialize, Serialize};

/// The caller's password, typed anew.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConfirmedByPassword)]
pub(crate) struct Confirmed {
    /// The password.
    #[schema(value_type = String, format = Password)]
    password: Password,
}

/// A code of the app.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecondFactorCode {
    /// Six digits.
    #[schema(example = "123456")]
    code: String,
}

/// What an app needs to make codes.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct EnrolmentView {
    /// The secret, in base 32, to be typed.
    #[schema(example = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    secret: String,
    /// The same as an address, to be shown as a QR code.
    #[schema(example = "otpauth://totp/Clearmargin:ada@example.com?secret=…&issuer=Clearmargin")]
    uri: String,
}

impl EnrolmentView {
    fn new(enrolment: &Enrolment) -> Self {
        Self {
            secret: enrolment.secret.expose().to_owned(),
            uri: enrolment.uri.expose().to_owned(),
        }
    }
}

/// What lets somebody in whose app is lost.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecoveryCodes {
    /// Ten codes, each good once. They are shown now and never again.
    recovery_codes: Vec<String>,
}

/// Begins a second factor (TOTP, RFC 6238). It counts once an app has proved that it makes codes.
#[utoipa::path(
    post,
    path = "/api/auth/second-factor",
    tag = "Identity",
    extensions(("x-action" = json!("account.manage"))),
    request_body(content = Confirmed, example = json!({"password": "correct horse battery"})),
    responses((status = 200, description = "What the app needs.", body = Data<EnrolmentView>)),
)]
pub(crate) async fn begin_second_factor(
    Caller(ctx): Caller,
    Json(body): Json<Confirmed>,
) -> Result<Data<EnrolmentView>> {
    let enrolment = second_factor::enrol(&ctx, body.password).await?;
    Ok(Data::new(EnrolmentView::new(&enrolment)))
}

/// Turns the second factor on, with a code that the app has made.
#[utoipa::path(
    post,
    path = "/api/auth/second-factor/confirm",
    tag = "Identity",
    extensions(("x-action" = json!("account.manage"))),
    request_body(content = SecondFactorCode, example = json!({"code": "123456"})),
    responses((status = 200, description = "The recovery codes.", body = Data<RecoveryCodes>)),
)]
pub(crate) async fn confirm_second_factor(
    Caller(ctx): Caller,
    Json(body): Json<SecondFactorCode>,
) -> Result<Data<RecoveryCodes>> {
    let codes = second_factor::confirm(&ctx, &body.code).await?;
    let recovery_codes = codes.iter().map(|code| code.expose().to_owned()).collect();
    Ok(Data::new(RecoveryCodes { recovery_codes }))
}

/// Turns the second factor off.
#[utoipa::path(
    post,
    path = "/api/auth/second-factor/turn-off",
    tag = "Identity",
    extensions(("x-action" = json!("account.manage"))),
    request_body(content = Confirmed, example = json!({"password": "correct horse battery"})),
    responses(
        (status = 204, description = "It is off."),
        (
            status = 404, description = "There is none.",
            content_type = "application/problem+json", body = ref("#/components/schemas/Problem"),
        ),
    ),
)]
pub(crate) async fn turn_off_second_factor(
    Caller(ctx): Caller,
    Json(body): Json<Confirmed>,
) -> Result<Done> {
    second_factor::turn_off(&ctx, body.password).await?;
    Ok(Done)
}
