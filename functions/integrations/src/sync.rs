//! `POST /api/integrations/{source}/sync`

use clearmargin_app::sync;
use clearmargin_domain::{integration::SyncMode, source::Source};
use clearmargin_web::{Accepted, Caller, Data, Json, Path, Result, schema};
use serde::Deserialize;

use crate::view::RunView;

/// How much to read.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartSync {
    /// `incremental`, unless given: what changed since the last run. `full`: everything.
    #[serde(default = "incremental")]
    #[schema(schema_with = modes, required = false)]
    mode: SyncMode,
}

fn modes() -> utoipa::openapi::Object {
    schema::one_of(["full", "incremental"])
}

fn incremental() -> SyncMode {
    SyncMode::Incremental
}

/// Starts a run; its progress is in the status. A first run reads everything.
#[utoipa::path(
    post,
    path = "/api/integrations/{source}/sync",
    tag = "Integrations",
    extensions(("x-action" = json!("syncs.start"))),
    params(("source" = String, Path, description = "`superops` or `quickbooks`.")),
    request_body(content = StartSync, example = json!({"mode": "incremental"})),
    responses((status = 202, description = "Started.", body = Data<RunView>)),
)]
pub(crate) async fn start_sync(
    Caller(ctx): Caller,
    Path(source): Path<Source>,
    Json(body): Json<StartSync>,
) -> Result<Accepted<RunView>> {
    let run = sync::start(&ctx, source, body.mode).await?;
    Ok(Accepted(RunView::new(&run)))
}
