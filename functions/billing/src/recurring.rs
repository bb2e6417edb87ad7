//! `GET /api/invoices/recurring`, `POST /api/invoices/recurring`

pub(crate) mod schedule;
mod view;

use clearmargin_app::recurring::{self, Order};
use clearmargin_domain::{
    id::{AgreementId, ClientId},
    period::Month,
};
use clearmargin_web::{Caller, Data, Json, Limit, Page, Query, Result, schema};
use serde::Deserialize;
use utoipa::openapi::{Array, Type, schema::SchemaType};

use view::{GeneratedView, ProposalView};

/// Which agreements, and for which month.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecurringQuery {
    /// The month that is billed.
    #[param(
        value_type = String, example = "2026-10",
        pattern = "^(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])$",
    )]
    month: Month,
    /// The client, by the id of any of its records; every one unless given.
    #[param(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
    /// How many agreements at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// What is to be drafted.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RecurringOrder {
    /// The month that is billed.
    #[schema(schema_with = schema::month)]
    month: Month,
    /// The agreements; all that concern the month unless given, 50 at a time.
    #[schema(schema_with = agreement_ids, required = false)]
    agreement_ids: Option<Vec<AgreementId>>,
    /// Whether to draft also what lacks a part that cannot be computed.
    #[serde(default)]
    include_incomplete: bool,
    /// `nextCursor` of the answer before, where there are more agreements than 50.
    #[schema(max_length = 2000)]
    cursor: Option<String>,
}

fn agreement_ids() -> Array {
    let ids = schema::ids(AgreementId::PREFIX, recurring::MOST).min_items(Some(1));
    ids.schema_type(SchemaType::from_iter([Type::Array, Type::Null])).build()
}

/// What agreements charge for in a month, before it is drafted: each line and why it is so much, and
/// what is left out and why.
#[utoipa::path(
    get,
    path = "/api/invoices/recurring",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.read"))),
    params(RecurringQuery),
    responses((status = 200, description = "A page of agreements.", body = Page<ProposalView>)),
)]
pub(crate) async fn preview_recurring(
    Caller(ctx): Caller,
    Query(query): Query<RecurringQuery>,
) -> Result<Page<ProposalView>> {
    let (limit, cursor) = (query.limit.get(), query.cursor.as_deref());
    let (rows, next) =
        recurring::preview(&ctx, query.month, query.client_id, limit, cursor).await?;
    Ok(Page::new(rows.iter().map(ProposalView::new).collect(), query.limit, next))
}

/// Drafts the recurring invoices of a month: one for each agreement, however often and by however
/// many it is asked for. An agreement that was billed for the month already stays as it is; one of
/// which a part cannot be computed is left out unless that is wanted. At most 50 agreements are
/// looked at in one request: follow `nextCursor` to the end.
#[utoipa::path(
    post,
    path = "/api/invoices/recurring",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.write"))),
    request_body(content = RecurringOrder, example = json!({"month": "2026-10"})),
    responses((
        status = 200, description = "What became of each agreement.", body = Data<GeneratedView>
    )),
)]
pub(crate) async fn generate_recurring(
    Caller(ctx): Caller,
    Json(body): Json<RecurringOrder>,
) -> Result<Data<GeneratedView>> {
    let order = Order {
        month: body.month,
        agreements: body.agreement_ids,
        incomplete: body.include_incomplete,
        cursor: body.cursor,
    };
    Ok(Data::new(GeneratedView::new(recurring::generate(&ctx, order).await?)))
}
