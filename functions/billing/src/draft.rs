//! `POST /api/invoices`, `PUT /api/invoices/{id}`, `DELETE /api/invoices/{id}`

use clearmargin_app::{books, invoices};
use clearmargin_domain::id::InvoiceId;
use clearmargin_web::{Caller, Created, Data, Done, IfMatch, Json, Path, Result, Versioned};

use crate::{body::DraftBody, view::InvoiceView};

/// Drafts an invoice or a credit memo. It counts for nothing and has no number until it is issued.
#[utoipa::path(
    post,
    path = "/api/invoices",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.write"))),
    request_body(content = DraftBody, example = json!({
        "clientId": "cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C", "day": "2026-10-15", "due": "2026-11-14",
        "currency": "USD", "memo": "Thank you.",
        "lines": [
            {"description": "Managed services, October", "quantity": 1, "unitPrice": 2500},
            {"description": "Setting up work places", "quantity": 2.5, "unitPrice": 150,
             "discount": {"percent": 10}}
        ]
    })),
    responses((status = 201, description = "The draft.", body = Data<InvoiceView>)),
)]
pub(crate) async fn create_invoice(
    Caller(ctx): Caller,
    Json(body): Json<DraftBody>,
) -> Result<Created<InvoiceView>> {
    let draft = invoices::create(&ctx, body.change()?).await?;
    Ok(Created(InvoiceView::new(&draft, books::today(&ctx).await?)))
}

/// Writes a draft anew. What was issued does not change: it is corrected by a credit memo.
#[utoipa::path(
    put,
    path = "/api/invoices/{id}",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The invoice's id.")),
    request_body(content = DraftBody, example = json!({
        "clientId": "cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C", "day": "2026-10-15", "currency": "USD",
        "lines": [{"description": "Managed services", "quantity": 1, "unitPrice": 2600}]
    })),
    responses((status = 200, description = "The draft.", body = Data<InvoiceView>)),
)]
pub(crate) async fn update_invoice(
    Caller(ctx): Caller,
    Path(id): Path<InvoiceId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<DraftBody>,
) -> Result<Versioned<InvoiceView>> {
    let draft = invoices::update(&ctx, id, body.change()?, &seen).await?;
    let view = InvoiceView::new(&draft, books::today(&ctx).await?);
    Ok(Versioned::new(draft.version, view))
}

/// Throws a draft away. What was issued is taken back or corrected instead.
#[utoipa::path(
    delete,
    path = "/api/invoices/{id}",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.write"))),
    params(("id" = String, Path, description = "The invoice's id.")),
    responses((status = 204, description = "The draft is gone.")),
)]
pub(crate) async fn remove_invoice(
    Caller(ctx): Caller,
    Path(id): Path<InvoiceId>,
    IfMatch(seen): IfMatch,
) -> Result<Done> {
    invoices::remove(&ctx, id, &seen).await?;
    Ok(Done)
}
