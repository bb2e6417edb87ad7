//! `/api/invoices/{id}/dunning`

use clearmargin_app::dunning;
use clearmargin_domain::{id::InvoiceId, text::Line};
use clearmargin_web::{Caller, Data, IfMatch, Json, Path, Result, Versioned, schema};
use serde::Deserialize;
use utoipa::openapi::Object;

use super::view::InvoiceDunningView;

/// Why nobody is to be reminded of an invoice.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoldBody {
    /// Why.
    #[schema(schema_with = reason)]
    reason: Line<200>,
}

fn reason() -> Object {
    schema::line(200)
}

/// What was done about an invoice: whether it is held, and its reminders.
#[utoipa::path(
    get,
    path = "/api/invoices/{id}/dunning",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.read")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The invoice's id.")),
    responses((status = 200, description = "What was done.", body = Data<InvoiceDunningView>)),
)]
pub(crate) async fn get_invoice_dunning(
    Caller(ctx): Caller,
    Path(id): Path<InvoiceId>,
) -> Result<Versioned<InvoiceDunningView>> {
    let found = dunning::of_invoice(&ctx, id).await?;
    Ok(Versioned::new(found.version, InvoiceDunningView::new(&found)))
}

/// Holds an invoice, such as one that is disputed: nobody is reminded of it until it is released. What
/// a source system brought can be held, too. A reminder that waits to be handed over is withdrawn.
#[utoipa::path(
    put,
    path = "/api/invoices/{id}/dunning",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The invoice's id.")),
    request_body(content = HoldBody, example = json!({"reason": "The hours are disputed."})),
    responses((status = 200, description = "It is held.", body = Data<InvoiceDunningView>)),
)]
pub(crate) async fn hold_invoice(
    Caller(ctx): Caller,
    Path(id): Path<InvoiceId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<HoldBody>,
) -> Result<Versioned<InvoiceDunningView>> {
    let held = dunning::hold(&ctx, id, body.reason, &seen).await?;
    Ok(Versioned::new(held.version, InvoiceDunningView::new(&held)))
}

/// Releases an invoice that is held. Of the steps that it reached meanwhile the latest goes out.
#[utoipa::path(
    delete,
    path = "/api/invoices/{id}/dunning",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The invoice's id.")),
    responses((status = 200, description = "It is released.", body = Data<InvoiceDunningView>)),
)]
pub(crate) async fn release_invoice(
    Caller(ctx): Caller,
    Path(id): Path<InvoiceId>,
    IfMatch(seen): IfMatch,
) -> Result<Versioned<InvoiceDunningView>> {
    let released = dunning::release(&ctx, id, &seen).await?;
    Ok(Versioned::new(released.version, InvoiceDunningView::new(&released)))
}
