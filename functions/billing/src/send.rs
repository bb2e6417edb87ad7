//! `POST /api/invoices/{id}/send`

use clearmargin_app::{books, invoices};
use clearmargin_domain::{id::InvoiceId, identity::Email};
use clearmargin_web::{Caller, Data, IfMatch, Json, Path, Result, Versioned, schema};
use serde::Deserialize;
use utoipa::openapi::Object;

use crate::view::InvoiceView;

/// Whom a document is sent to.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SendBody {
    /// The address; unless given, that of the client's contact whose role names billing or else of the
    /// one to be asked first.
    #[schema(schema_with = email, required = false)]
    to: Option<Email>,
}

fn email() -> Object {
    schema::or_null(schema::email())
}

/// Sends an issued document by mail, as plain text: its number, lines, taxes and total, when it is
/// due and what is open. Each call sends it once; an `Idempotency-Key` makes it safe to repeat. The
/// answer comes before the mail is handed over: `sendings` tells when that was.
#[utoipa::path(
    post,
    path = "/api/invoices/{id}/send",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The invoice's id.")),
    request_body(content = SendBody, example = json!({"to": "billing@acmedental.com"})),
    responses((status = 200, description = "The document.", body = Data<InvoiceView>)),
)]
pub(crate) async fn send_invoice(
    Caller(ctx): Caller,
    Path(id): Path<InvoiceId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<SendBody>,
) -> Result<Versioned<InvoiceView>> {
    let sent = invoices::send(&ctx, id, body.to, &seen).await?;
    let view = InvoiceView::new(&sent, books::today(&ctx).await?);
    Ok(Versioned::new(sent.version, view))
}
