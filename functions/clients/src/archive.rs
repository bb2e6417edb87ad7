//! `DELETE /api/clients/{id}` and `POST /api/clients/{id}/restore`

use clearmargin_app::clients;
use clearmargin_domain::id::ClientId;
use clearmargin_web::{Caller, Data, Done, Path, Query, Result};
use serde::Deserialize;

use crate::detail::ClientDetail;

/// How to archive.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Force {
    /// Whether to archive a client that has open invoices.
    #[serde(default)]
    #[param(default = false)]
    force: bool,
}

/// Archives a client: lists leave it out from then on, and nothing else of it changes. One with open
/// invoices is refused (`open_invoices`) unless forced.
#[utoipa::path(
    delete,
    path = "/api/clients/{id}",
    tag = "Clients",
    extensions(("x-action" = json!("clients.write"))),
    params(("id" = String, Path, description = "The client's id."), Force),
    responses((status = 204, description = "It is archived.")),
)]
pub(crate) async fn archive_client(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
    Query(Force { force }): Query<Force>,
) -> Result<Done> {
    clients::archive(&ctx, id, force).await?;
    Ok(Done)
}

/// Gets an archived client back.
#[utoipa::path(
    post,
    path = "/api/clients/{id}/restore",
    tag = "Clients",
    extensions(("x-action" = json!("clients.write"))),
    params(("id" = String, Path, description = "The client's id.")),
    responses((status = 200, description = "The client.", body = Data<ClientDetail>)),
)]
pub(crate) async fn restore_client(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
) -> Result<Data<ClientDetail>> {
    let id = clients::restore(&ctx, id).await?;
    Ok(Data::new(ClientDetail::new(&clients::get(&ctx, id).await?)))
}
