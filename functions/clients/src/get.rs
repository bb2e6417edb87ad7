//! `GET /api/clients/{id}`

use clearmargin_app::clients;
use clearmargin_domain::id::ClientId;
use clearmargin_web::{Caller, Data, Path, Result};
use serde::Serialize;

use crate::view::{ClientView, RecordView};

/// A client with the records that it is made of.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientDetail {
    /// The client.
    #[serde(flatten)]
    client: ClientView,
    /// Its records in the source systems, the leading one first.
    records: Vec<RecordView>,
}

/// A client. Asked for by the id of any of its records, the client that it belongs to.
#[utoipa::path(
    get,
    path = "/api/clients/{id}",
    tag = "Clients",
    extensions(("x-action" = json!("clients.read"))),
    params(("id" = String, Path, description = "The client's id.")),
    responses((status = 200, description = "The client.", body = Data<ClientDetail>)),
)]
pub(crate) async fn get_client(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
) -> Result<Data<ClientDetail>> {
    let group = clients::get(&ctx, id).await?;
    Ok(Data::new(ClientDetail {
        client: ClientView::new(group.lead()),
        records: group.members().iter().map(RecordView::new).collect(),
    }))
}
