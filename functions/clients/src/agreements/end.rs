//! `DELETE /api/agreements/{id}`

use clearmargin_app::agreements;
use clearmargin_domain::id::AgreementId;
use clearmargin_web::{Caller, Done, Path, Query, Result};

use crate::services::archive::Force;

/// Ends an agreement today; it stays, with its lines, and no longer counts. Refused while lines of
/// it are in force, unless `force` is said.
#[utoipa::path(
    delete,
    path = "/api/agreements/{id}",
    tag = "Agreements",
    extensions(("x-action" = json!("agreements.write"))),
    params(("id" = String, Path, description = "The agreement's id."), Force),
    responses((status = 204, description = "It has ended.")),
)]
pub(crate) async fn end_agreement(
    Caller(ctx): Caller,
    Path(id): Path<AgreementId>,
    Query(Force { force }): Query<Force>,
) -> Result<Done> {
    agreements::end(&ctx, id, force).await?;
    Ok(Done)
}
