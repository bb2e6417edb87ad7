//! `GET /api/invoices/{id}`

use clearmargin_app::{books, invoices};
use clearmargin_domain::id::InvoiceId;
use clearmargin_web::{Caller, Data, Path, Result, Versioned};

use crate::view::InvoiceView;

/// An invoice or a credit memo.
#[utoipa::path(
    get,
    path = "/api/invoices/{id}",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.read")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The invoice's id.")),
    responses((status = 200, description = "The document.", body = Data<InvoiceView>)),
)]
pub(crate) async fn get_invoice(
    Caller(ctx): Caller,
    Path(id): Path<InvoiceId>,
) -> Result<Versioned<InvoiceView>> {
    let invoice = invoices::get(&ctx, id).await?;
    let view = InvoiceView::new(&invoice, books::today(&ctx).await?);
    Ok(Versioned::new(invoice.version, view))
}
