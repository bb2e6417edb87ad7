//! `GET /api/integrations/{source}/status`

use clearmargin_app::integrations;
use clearmargin_domain::source::Source;
use clearmargin_web::{Caller, Data, Path, Result};
use serde::Serialize;

use crate::view::{ConnectionView, RunView};

/// How a connection stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusView {
    /// The connection.
    #[serde(flatten)]
    connection: ConnectionView,
    /// The latest run.
    run: Option<RunView>,
    /// Pairs of clients that wait for a decision.
    matches_waiting: usize,
}

/// How a connection and its latest run stand.
#[utoipa::path(
    get,
    path = "/api/integrations/{source}/status",
    tag = "Integrations",
    extensions(("x-action" = json!("integrations.read"))),
    params(("source" = String, Path, description = "`superops` or `quickbooks`.")),
    responses((status = 200, description = "The status.", body = Data<StatusView>)),
)]
pub(crate) async fn get_integration_status(
    Caller(ctx): Caller,
    Path(source): Path<Source>,
) -> Result<Data<StatusView>> {
    let status = integrations::status(&ctx, source).await?;
    Ok(Data::new(StatusView {
        connection: ConnectionView::new(&status.connection),
        run: status.run.as_ref().map(RunView::new),
        matches_waiting: status.matches_waiting,
    }))
}
