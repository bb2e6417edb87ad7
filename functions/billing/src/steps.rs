//! `POST /api/invoices/{id}/issue`, `POST /api/invoices/{id}/void`

use clearmargin_app::{books, invoices};
use clearmargin_domain::id::InvoiceId;
use clearmargin_web::{Caller, Data, IfMatch, Json, Path, Result, Versioned, schema};
use jiff::civil::Date;
use serde::Deserialize;

use crate::view::InvoiceView;

/// Issues a draft under the next number: from now on it counts, and does not change any more.
#[utoipa::path(
    post,
    path = "/api/invoices/{id}/issue",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The invoice's id.")),
    responses((status = 200, description = "The document.", body = Data<InvoiceView>)),
)]
pub(crate) async fn issue_invoice(
    Caller(ctx): Caller,
    Path(id): Path<InvoiceId>,
    IfMatch(seen): IfMatch,
) -> Result<Versioned<InvoiceView>> {
    let issued = invoices::issue(&ctx, id, &seen).await?;
    let view = InvoiceView::new(&issued, books::today(&ctx).await?);
    Ok(Versioned::new(issued.version, view))
}

/// Since when a document is to count for nothing.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct VoidBody {
    /// The day; today unless given.
    #[schema(schema_with = schema::day_or_null, required = false)]
    day: Option<Date>,
}

/// Takes a document back of which nothing is settled. Its number stays taken.
#[utoipa::path(
    post,
    path = "/api/invoices/{id}/void",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The invoice's id.")),
    request_body(content = VoidBody, example = json!({"day": "2026-11-02"})),
    responses((status = 200, description = "The document.", body = Data<InvoiceView>)),
)]
pub(crate) async fn void_invoice(
    Caller(ctx): Caller,
    Path(id): Path<InvoiceId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<VoidBody>,
) -> Result<Versioned<InvoiceView>> {
    let void = invoices::void(&ctx, id, body.day, &seen).await?;
    let view = InvoiceView::new(&void, books::today(&ctx).await?);
    Ok(Versioned::new(void.version, view))
}
