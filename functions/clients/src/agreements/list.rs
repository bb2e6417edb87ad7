//! `GET /api/agreements`

use clearmargin_app::agreements::{self, Wanted};
use clearmargin_domain::{agreement::AgreementStatus, id::ClientId};
use clearmargin_web::{Caller, Limit, Page, Query, Result, schema};
use serde::Deserialize;

use super::view::{AgreementView, Sight};

/// Which agreements.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgreementsQuery {
    /// The client, by the id of any of its records.
    #[param(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
    /// Where they stand.
    #[param(schema_with = schema::agreement_status, required = false)]
    status: Option<AgreementStatus>,
    /// They renew or end within so many days, today included.
    #[param(minimum = 0, maximum = 3660)]
    renewing_within_days: Option<u16>,
    /// What the name contains, in whatever case.
    #[param(max_length = 100)]
    q: Option<String>,
    /// How many agreements at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Agreements, by name.
#[utoipa::path(
    get,
    path = "/api/agreements",
    tag = "Agreements",
    extensions(("x-action" = json!("agreements.read"))),
    params(AgreementsQuery),
    responses((status = 200, description = "A page of agreements.", body = Page<AgreementView>)),
)]
pub(crate) async fn list_agreements(
    Caller(ctx): Caller,
    Query(query): Query<AgreementsQuery>,
) -> Result<Page<AgreementView>> {
    let wanted = Wanted {
        client: query.client_id,
        status: query.status,
        renewing_within_days: query.renewing_within_days,
        text: query.q,
    };
    let (found, next) =
        agreements::list(&ctx, &wanted, query.limit.get(), query.cursor.as_deref()).await?;
    let sight = Sight::of(&ctx);
    let found = found.iter().map(|listed| AgreementView::new(listed, sight)).collect();
    Ok(Page::new(found, query.limit, next))
}
