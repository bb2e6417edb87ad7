//! `POST /api/agreements`

use clearmargin_app::agreements::{self, AgreementChange};
use clearmargin_domain::{
    agreement::{AgreementKind, AgreementStatus},
    id::ClientId,
    identity::Name,
};
use clearmargin_web::{Caller, Created, Data, Json, Result, schema};
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    terms::TermsIn,
    view::{AgreementDetail, Sight},
};

/// An agreement to make.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateAgreement {
    /// Whose it is.
    #[schema(value_type = String, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: ClientId,
    /// Its name.
    #[schema(schema_with = schema::name)]
    name: Name,
    /// How it is charged.
    #[schema(schema_with = schema::agreement_kind)]
    kind: AgreementKind,
    /// Where it stands.
    #[schema(schema_with = schema::agreement_status)]
    status: AgreementStatus,
    /// First day.
    #[schema(schema_with = schema::day)]
    start: Date,
    /// Last day; null or absent when none is agreed.
    #[schema(value_type = Option<String>, format = Date)]
    end: Option<Date>,
    /// Its terms; null or absent for monthly charges and nothing else.
    terms: Option<TermsIn>,
}

/// Makes an agreement with a client.
#[utoipa::path(
    post,
    path = "/api/agreements",
    tag = "Agreements",
    extensions(("x-action" = json!("agreements.write"))),
    request_body(content = CreateAgreement, example = json!({
        "clientId": "cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C", "name": "Managed services",
        "kind": "service", "status": "active", "start": "2026-01-01", "end": "2026-12-31",
        "terms": {
            "frequency": "monthly",
            "allowance": {"kind": "monthly", "minutes": 600, "rollOver": {"capMinutes": 300}},
            "afterHoursMultiplier": 1.5,
            "rounding": {"incrementMinutes": 15, "minimumMinutes": 15, "direction": "up"},
            "escalator": {"percent": 3, "everyMonths": 12, "firstOn": "2027-01-01"},
            "exclusions": [{"by": "category", "value": "Projects"}],
            "renewal": {
                "on": "2027-01-01", "automatic": true, "noticeDays": 60, "termMonths": 12
            }
        }
    })),
    responses((status = 201, description = "The agreement.", body = Data<AgreementDetail>)),
)]
pub(crate) async fn create_agreement(
    Caller(ctx): Caller,
    Json(body): Json<CreateAgreement>,
) -> Result<Created<AgreementDetail>> {
    let new = AgreementChange {
        name: body.name,
        kind: body.kind,
        status: body.status,
        start: body.start,
        end: body.end,
        terms: body.terms.map(TermsIn::terms).transpose()?,
    };
    let agreement = agreements::create(&ctx, body.client_id, new).await?;
    let whole = agreements::get(&ctx, agreement.id).await?;
    Ok(Created(AgreementDetail::new(&whole, Sight::of(&ctx))))
}
