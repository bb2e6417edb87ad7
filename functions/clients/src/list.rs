//! `GET /api/clients`

use clearmargin_app::clients::{self, Sort, Wanted};
use clearmargin_domain::{
    client::{ClientStatus, ContractType, MarginBand},
    id::UserId,
};
use clearmargin_web::{Caller, Limit, Page, Query, Result};
use serde::Deserialize;

use crate::{view::ClientView, words};

/// Which clients, and in which order.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientsQuery {
    /// What a name, a domain or a tag contains, in whatever case.
    #[param(max_length = 100)]
    q: Option<String>,
    /// Where they stand; without it, all that are not archived.
    #[param(schema_with = words::status, required = false)]
    status: Option<ClientStatus>,
    /// What they do, in whatever case.
    #[param(max_length = 60)]
    industry: Option<String>,
    /// How they are charged.
    #[param(schema_with = words::contract_type, required = false)]
    contract_type: Option<ContractType>,
    /// Who looks after them.
    #[param(schema_with = words::user_id, required = false)]
    owner_id: Option<UserId>,
    /// A tag, in whatever case.
    #[param(max_length = 40)]
    tag: Option<String>,
    /// How much of their revenue is left; for who may see margins.
    #[param(schema_with = words::margin_band, required = false)]
    margin_band: Option<MarginBand>,
    /// What to order them by; those without it come last. `mrr` and `margin` for who may see margins.
    #[serde(default)]
    #[param(inline)]
    sort: SortName,
    /// Whether the least or the greatest come first.
    #[serde(default)]
    #[param(inline)]
    order: OrderName,
    /// How many clients at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// What clients can be ordered by.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(default = "name")]
enum SortName {
    /// The name.
    #[default]
    Name,
    /// What recurs every month.
    Mrr,
    /// The margin.
    Margin,
    /// Open tickets.
    OpenTickets,
    /// When they were made.
    Created,
}

/// A direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(default = "asc")]
enum OrderName {
    /// The least first.
    #[default]
    Asc,
    /// The greatest first.
    Desc,
}

impl From<SortName> for Sort {
    fn from(name: SortName) -> Self {
        match name {
            SortName::Name => Self::Name,
            SortName::Mrr => Self::Mrr,
            SortName::Margin => Self::Margin,
            SortName::OpenTickets => Self::OpenTickets,
            SortName::Created => Self::Created,
        }
    }
}

/// Clients with their figures. What comes, goes or is archived between two pages moves nothing else:
/// a client that is there all the time is on exactly one page.
#[utoipa::path(
    get,
    path = "/api/clients",
    tag = "Clients",
    extensions(("x-action" = json!("clients.read"))),
    params(ClientsQuery),
    responses((status = 200, description = "A page of clients.", body = Page<ClientView>)),
)]
pub(crate) async fn list_clients(
    Caller(ctx): Caller,
    Query(query): Query<ClientsQuery>,
) -> Result<Page<ClientView>> {
    let wanted = Wanted {
        text: query.q,
        status: query.status,
        industry: query.industry,
        contract_type: query.contract_type,
        owner: query.owner_id,
        tag: query.tag,
        band: query.margin_band,
        sort: query.sort.into(),
        descending: query.order == OrderName::Desc,
    };
    let page = clients::list(&ctx, &wanted, query.limit.get(), query.cursor.as_deref()).await?;
    let rows = page.rows.iter().map(ClientView::new).collect();
    Ok(Page::new(rows, query.limit, page.next))
}
