//! `POST /api/payments/{id}/refund`, `POST /api/payments/{id}/apply`, `POST /api/invoices/{id}/apply`

use clearmargin_app::{
    Ctx, books,
    invoices::{self, Applied, Credit, NewRefund, Part, Refunded, Uses},
};
use clearmargin_domain::{
    id::{InvoiceId, PaymentId},
    money::Currency,
    payment::PaymentMethod,
    text::Line,
};
use clearmargin_web::{
    AmountIn, Caller, Data, IfMatch, Json, NumberIn, Path, Result, Versioned, schema,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    payments::{PaymentView, method, reference},
    view::InvoiceView,
};

/// What of a payment goes back.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RefundBody {
    /// How much goes back: at most what is left of the payment.
    amount: AmountIn,
    /// The currency: the payment's.
    #[schema(schema_with = schema::currency)]
    currency: Currency,
    /// The day on which it goes back; today unless given.
    #[schema(schema_with = schema::day_or_null, required = false)]
    day: Option<Date>,
    /// How it is paid.
    #[schema(schema_with = method, required = false)]
    method: Option<PaymentMethod>,
    /// The number that the bank gives it.
    #[schema(schema_with = reference, required = false)]
    reference: Option<Line<200>>,
    /// Units of the organisation's currency for one of the payment's, if that is another one;
    /// without it, what it was worth when it came in.
    #[schema(required = false)]
    exchange_rate: Option<NumberIn>,
}

/// A payment and the refund of a part of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundedView {
    /// The payment, with so much less left.
    payment: PaymentView,
    /// The refund.
    refund: PaymentView,
}

/// Gives back what is left of a payment, or a part of it. Each call is a refund of its own; an
/// `Idempotency-Key` makes it safe to repeat.
#[utoipa::path(
    post,
    path = "/api/payments/{id}/refund",
    tag = "Payments",
    extensions(("x-action" = json!("invoices.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The payment's id.")),
    request_body(content = RefundBody, example = json!({
        "amount": 15, "currency": "USD", "method": "bank_transfer", "reference": "ACH 4812"
    })),
    responses((status = 200, description = "Payment and refund.", body = Data<RefundedView>)),
)]
pub(crate) async fn refund_payment(
    Caller(ctx): Caller,
    Path(id): Path<PaymentId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<RefundBody>,
) -> Result<Versioned<RefundedView>> {
    let new = NewRefund {
        amount: body.amount.money(body.currency, "amount")?,
        day: body.day,
        method: body.method,
        reference: body.reference.map(String::from),
        rate: body.exchange_rate.map(|rate| rate.0),
    };
    let Refunded { payment, version, refund } = invoices::refund(&ctx, id, new, &seen).await?;
    let (payment, refund) = (PaymentView::new(&payment), PaymentView::new(&refund));
    Ok(Versioned::new(version, RefundedView { payment, refund }))
}

/// What credit is used for: all of it, or nothing happens.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ApplyBody {
    /// The currency of every amount: that of what is used, and of the invoices.
    #[schema(schema_with = schema::currency)]
    currency: Currency,
    /// The day on which it counts, or as soon after as both count; today unless given.
    #[schema(schema_with = schema::day_or_null, required = false)]
    day: Option<Date>,
    /// What it settles: invoices of the same client, each once.
    #[schema(min_items = 1, max_items = 20)]
    invoices: Vec<UseBody>,
}

/// What an invoice gets.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UseBody {
    /// The invoice.
    #[schema(value_type = String, pattern = "^inv_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    invoice_id: InvoiceId,
    /// How much of it is settled: at most what is open.
    amount: AmountIn,
}

impl ApplyBody {
    fn uses(self) -> Result<Uses> {
        let mut parts = Vec::with_capacity(self.invoices.len());
        for (place, part) in self.invoices.into_iter().enumerate() {
            let path = format!("invoices[{place}].amount");
            let amount = part.amount.money(self.currency, &path)?;
            parts.push(Part { invoice: part.invoice_id, amount });
        }
        Ok(Uses { parts, day: self.day })
    }
}

/// What was used, and what it settles.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppliedView {
    /// The payment that is used, or the one of kind `credit` that uses a credit memo.
    payment: PaymentView,
    /// The credit memo, with so much less to give; null where a payment is used.
    credit_memo: Option<InvoiceView>,
    /// The invoices, each with so much less open.
    invoices: Vec<InvoiceView>,
}

async fn answered(ctx: &Ctx, applied: Applied) -> Result<Versioned<AppliedView>> {
    let today = books::today(ctx).await?;
    let view = |invoice| InvoiceView::new(invoice, today);
    let view = AppliedView {
        payment: PaymentView::new(&applied.payment),
        credit_memo: applied.memo.as_ref().map(view),
        invoices: applied.invoices.iter().map(view).collect(),
    };
    Ok(Versioned::new(applied.version, view))
}

/// Uses what is left of a payment for invoices of the same client. Each call uses so much more; an
/// `Idempotency-Key` makes it safe to repeat.
#[utoipa::path(
    post,
    path = "/api/payments/{id}/apply",
    tag = "Payments",
    extensions(("x-action" = json!("invoices.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The payment's id.")),
    request_body(content = ApplyBody, example = json!({
        "currency": "USD",
        "invoices": [{"invoiceId": "inv_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C", "amount": 15}]
    })),
    responses((status = 200, description = "Payment and invoices.", body = Data<AppliedView>)),
)]
pub(crate) async fn apply_payment(
    Caller(ctx): Caller,
    Path(id): Path<PaymentId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<ApplyBody>,
) -> Result<Versioned<AppliedView>> {
    let applied = invoices::apply(&ctx, Credit::Payment(id), &body.uses()?, &seen).await?;
    answered(&ctx, applied).await
}

/// Uses what a credit memo still gives for invoices of the same client. Each call uses so much more;
/// an `Idempotency-Key` makes it safe to repeat.
#[utoipa::path(
    post,
    path = "/api/invoices/{id}/apply",
    tag = "Payments",
    extensions(("x-action" = json!("invoices.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The credit memo's id.")),
    request_body(content = ApplyBody, example = json!({
        "currency": "USD",
        "invoices": [{"invoiceId": "inv_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C", "amount": 15}]
    })),
    responses((status = 200, description = "Credit memo and invoices.", body = Data<AppliedView>)),
)]
pub(crate) async fn apply_credit_memo(
    Caller(ctx): Caller,
    Path(id): Path<InvoiceId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<ApplyBody>,
) -> Result<Versioned<AppliedView>> {
    let applied = invoices::apply(&ctx, Credit::Memo(id), &body.uses()?, &seen).await?;
    answered(&ctx, applied).await
}
