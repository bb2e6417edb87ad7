//! `POST /api/integrations/{source}/disconnect`

use clearmargin_app::integrations;
use clearmargin_domain::source::Source;
use clearmargin_web::{Caller, Data, Path, Result};

use crate::view::ConnectionView;

/// Ends a connection. Its credentials are revoked at QuickBooks and deleted here; a SuperOps token only a person there can
/// revoke. What was read stays, and the same account can be connected again. While QuickBooks is away nothing is changed.
#[utoipa::path(
    post,
    path = "/api/integrations/{source}/disconnect",
    tag = "Integrations",
    extensions(("x-action" = json!("integrations.connect"))),
    params(("source" = String, Path, description = "`superops` or `quickbooks`.")),
    responses((status = 200, description = "The connection.", body = Data<ConnectionView>)),
)]
pub(crate) async fn disconnect_integration(
    Caller(ctx): Caller,
    Path(source): Path<Source>,
) -> Result<Data<ConnectionView>> {
    let connection = integrations::disconnect(&ctx, source).await?;
    Ok(Data::new(ConnectionView::new(&connection)))
}
