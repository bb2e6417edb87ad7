//! `GET /api/agreements/{id}`

use clearmargin_app::agreements;
use clearmargin_domain::id::AgreementId;
use clearmargin_web::{Caller, Data, Path, Result, Versioned};

use super::view::{AgreementDetail, Sight};

/// An agreement with its terms and lines.
#[utoipa::path(
    get,
    path = "/api/agreements/{id}",
    tag = "Agreements",
    extensions(("x-action" = json!("agreements.read")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The agreement's id.")),
    responses((status = 200, description = "The agreement.", body = Data<AgreementDetail>)),
)]
pub(crate) async fn get_agreement(
    Caller(ctx): Caller,
    Path(id): Path<AgreementId>,
) -> Result<Versioned<AgreementDetail>> {
    let whole = agreements::get(&ctx, id).await?;
    let version = whole.agreement.version;
    Ok(Versioned::new(version, AgreementDetail::new(&whole, Sight::of(&ctx))))
}
