//! `GET /api/clients/{id}`

use clearmargin_app::clients;
use clearmargin_domain::id::ClientId;
use clearmargin_web::{Caller, Data, Path, Result, Versioned};

use crate::detail::ClientDetail;

/// A client. Asked for by the id of any of its records, the client that it belongs to.
#[utoipa::path(
    get,
    path = "/api/clients/{id}",
    tag = "Clients",
    extensions(("x-action" = json!("clients.read")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The client's id.")),
    responses((status = 200, description = "The client.", body = Data<ClientDetail>)),
)]
pub(crate) async fn get_client(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
) -> Result<Versioned<ClientDetail>> {
    Ok(ClientDetail::answer(&clients::get(&ctx, id).await?))
}
