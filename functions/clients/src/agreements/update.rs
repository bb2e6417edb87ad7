//! `PUT /api/agreements/{id}`

use clearmargin_app::agreements::{self, AgreementChange};
use clearmargin_domain::{
    agreement::{AgreementKind, AgreementStatus},
    id::AgreementId,
    identity::Name,
};
use clearmargin_web::{Caller, Data, IfMatch, Json, Path, Result, Versioned, schema};
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    terms::TermsIn,
    view::{AgreementDetail, Sight},
};

/// An agreement as it is to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpdateAgreement {
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
    /// Its terms, whole; null or absent to leave them.
    terms: Option<TermsIn>,
}

/// Changes an agreement. Of one that comes from a source system, each field stays as it is set here
/// until the source itself changes it; terms are set here alone.
#[utoipa::path(
    put,
    path = "/api/agreements/{id}",
    tag = "Agreements",
    extensions(("x-action" = json!("agreements.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The agreement's id.")),
    request_body(content = UpdateAgreement, example = json!({
        "name": "Managed services", "kind": "service", "status": "active",
        "start": "2026-01-01", "end": null,
        "terms": {"frequency": "monthly", "allowance": {"kind": "block", "minutes": 3000}}
    })),
    responses((status = 200, description = "The agreement.", body = Data<AgreementDetail>)),
)]
pub(crate) async fn update_agreement(
    Caller(ctx): Caller,
    Path(id): Path<AgreementId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<UpdateAgreement>,
) -> Result<Versioned<AgreementDetail>> {
    let change = AgreementChange {
        name: body.name,
        kind: body.kind,
        status: body.status,
        start: body.start,
        end: body.end,
        terms: body.terms.map(TermsIn::terms).transpose()?,
    };
    let whole = agreements::update(&ctx, id, change, &seen).await?;
    let version = whole.agreement.version;
    Ok(Versioned::new(version, AgreementDetail::new(&whole, Sight::of(&ctx))))
}
