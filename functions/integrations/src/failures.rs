//! `GET /api/integrations/{source}/runs/{id}/failures`

use clearmargin_app::integrations::{self, RunFailure};
use clearmargin_domain::{id::SyncRunId, source::Source};
use clearmargin_web::{Caller, Page, PageQuery, Path, Query, Result};
use serde::Serialize;

/// A refused row.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FailureView {
    /// What was being read.
    #[schema(example = "invoices")]
    stage: String,
    /// The row's id in the source.
    external_id: String,
    /// Why it was refused.
    reason: String,
}

impl From<RunFailure> for FailureView {
    fn from(RunFailure { failure, .. }: RunFailure) -> Self {
        Self { stage: failure.stage, external_id: failure.external_id, reason: failure.reason }
    }
}

/// The rows that a run refused, each with its reason.
#[utoipa::path(
    get,
    path = "/api/integrations/{source}/runs/{id}/failures",
    tag = "Integrations",
    extensions(("x-action" = json!("integrations.read"))),
    params(
        ("source" = String, Path, description = "`superops` or `quickbooks`."),
        ("id" = String, Path, description = "The run's id."),
        PageQuery,
    ),
    responses((status = 200, description = "A page of rows.", body = Page<FailureView>)),
)]
pub(crate) async fn list_sync_failures(
    Caller(ctx): Caller,
    Path((source, id)): Path<(Source, SyncRunId)>,
    Query(query): Query<PageQuery>,
) -> Result<Page<FailureView>> {
    let (limit, cursor) = (query.limit.get(), query.cursor.as_deref());
    let page = integrations::failures(&ctx, source, id, limit, cursor).await?;
    Ok(Page::of(page, query.limit, |failure| failure.value.into()))
}
