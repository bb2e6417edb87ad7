//! `GET /api/client-tags`

use clearmargin_app::clients;
use clearmargin_web::{Caller, Data, Result};
use serde::Serialize;

/// A tag in use.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct TagView {
    /// The tag, as one of the clients spells it.
    #[schema(example = "VIP")]
    tag: String,
    /// How many clients have it, in whatever case.
    #[schema(minimum = 1)]
    clients: usize,
}

/// The tags of the clients that are not archived, the commonest first.
#[utoipa::path(
    get,
    path = "/api/client-tags",
    tag = "Clients",
    extensions(("x-action" = json!("clients.read"))),
    responses((status = 200, description = "The tags.", body = Data<Vec<TagView>>)),
)]
pub(crate) async fn list_client_tags(Caller(ctx): Caller) -> Result<Data<Vec<TagView>>> {
    let tags = clients::tags(&ctx).await?.into_iter();
    Ok(Data::new(tags.map(|count| TagView { tag: count.tag, clients: count.clients }).collect()))
}
