//! `PUT /api/invoices/{id}/payment`, `POST /api/invoices/{id}/write-off`, `GET /api/payments`,
//! `GET /api/payments/{id}`

use clearmargin_app::{
    Ctx, books,
    invoices::{self, NewPayment, Paid},
};
use clearmargin_domain::{
    id::{ClientId, InvoiceId, PaymentId},
    money::Currency,
    payment::{Allocation, Payment, PaymentMethod, Settles},
    source::Source,
    text::Line,
};
use clearmargin_web::{
    Amount, AmountIn, Caller, Data, Json, Limit, NumberIn, Page, Path, Query, Ratio, Result,
    Versioned, schema,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

use crate::view::InvoiceView;

/// What settles documents: money that came in or went back, a credit that was used, or what was
/// given up.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentView {
    /// Its id.
    #[schema(example = "pay_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// `received`, `refund`, `credit` or `write_off`.
    #[schema(example = "received")]
    kind: &'static str,
    /// The client's record whose it is.
    client_id: String,
    /// The day on which it counts.
    #[schema(format = Date, example = "2026-10-20")]
    day: String,
    /// How it was paid: `bank_transfer`, `card`, `cheque`, `cash`, `direct_debit` or `other`; null
    /// where nobody knows.
    #[schema(example = "bank_transfer")]
    method: Option<&'static str>,
    /// The number that the bank or the client gives it, or why something was given up.
    reference: Option<String>,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// How much; what went back is negative.
    amount: Amount,
    /// What of it settles nothing yet: the client's credit.
    unapplied: Amount,
    /// Units of the organisation's currency for one of its own; null where that is the same.
    exchange_rate: Option<Ratio>,
    /// What it settles.
    allocations: Vec<AllocationView>,
    /// The system that it comes from; null for one made here.
    #[schema(value_type = Option<String>, example = "quickbooks")]
    source: Option<Source>,
}

/// What a part of a payment settles.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AllocationView {
    /// The invoice or the credit memo; null for a refund.
    invoice_id: Option<String>,
    /// The refund; null for a document.
    refund_id: Option<String>,
    /// How much of it.
    amount: Amount,
    /// Since which day; null where nothing is known of it.
    #[schema(format = Date, example = "2026-10-20")]
    day: Option<String>,
}

impl PaymentView {
    pub(crate) fn new(payment: &Payment) -> Self {
        Self {
            id: payment.id.to_string(),
            kind: payment.kind.as_str(),
            client_id: payment.client.to_string(),
            day: payment.day.to_string(),
            method: payment.method.map(PaymentMethod::as_str),
            reference: payment.reference.clone(),
            currency: payment.total.currency.to_string(),
            amount: Amount(payment.total),
            unapplied: Amount(payment.unapplied),
            exchange_rate: payment.rate.map(|rate| Ratio(rate.rate)),
            allocations: payment.allocations.iter().map(AllocationView::new).collect(),
            source: payment.origin.as_ref().map(|origin| origin.source),
        }
    }
}

impl AllocationView {
    fn new(part: &Allocation) -> Self {
        let refund = match part.settles {
            Settles::Refund(id) => Some(id.to_string()),
            Settles::Invoice(_) | Settles::CreditMemo(_) => None,
        };
        Self {
            invoice_id: part.settles.document().map(|id| id.to_string()),
            refund_id: refund,
            amount: Amount(part.amount),
            day: part.day.map(|day| day.to_string()),
        }
    }
}

/// A payment and the invoice that it settles.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaidView {
    /// The payment.
    payment: PaymentView,
    /// The invoice, with so much less open.
    invoice: InvoiceView,
}

impl PaidView {
    async fn new(ctx: &Ctx, paid: &Paid) -> Result<Self> {
        let today = books::today(ctx).await?;
        Ok(Self {
            payment: PaymentView::new(&paid.payment),
            invoice: InvoiceView::new(&paid.invoice, today),
        })
    }
}

/// A payment for an invoice.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PaymentBody {
    /// How much came in; what is more than is open becomes the client's credit.
    amount: AmountIn,
    /// The currency: the invoice's.
    #[schema(schema_with = schema::currency)]
    currency: Currency,
    /// The day on which it came in; today unless given.
    #[schema(schema_with = schema::day_or_null, required = false)]
    day: Option<Date>,
    /// How it was paid.
    #[schema(schema_with = method, required = false)]
    method: Option<PaymentMethod>,
    /// The number that the bank or the client gives it.
    #[schema(schema_with = reference, required = false)]
    reference: Option<Line<200>>,
    /// Units of the organisation's currency for one of the invoice's, if that is another one;
    /// without it, what it was worth when the invoice was made.
    #[schema(required = false)]
    exchange_rate: Option<NumberIn>,
}

pub(crate) fn method() -> Object {
    schema::or_null(schema::one_of(PaymentMethod::ALL.map(PaymentMethod::as_str)))
}

pub(crate) fn reference() -> Object {
    schema::or_null(schema::line(200))
}

/// Takes in a payment for an invoice: all of it, a part, or more. Each call is a payment of its own;
/// an `Idempotency-Key` makes it safe to repeat.
#[utoipa::path(
    put,
    path = "/api/invoices/{id}/payment",
    tag = "Payments",
    extensions(("x-action" = json!("invoices.write"))),
    params(("id" = String, Path, description = "The invoice's id.")),
    request_body(content = PaymentBody, example = json!({
        "amount": 1200, "currency": "USD", "day": "2026-10-20", "method": "bank_transfer",
        "reference": "ACH 4711"
    })),
    responses((status = 200, description = "Payment and invoice.", body = Data<PaidView>)),
)]
pub(crate) async fn pay_invoice(
    Caller(ctx): Caller,
    Path(id): Path<InvoiceId>,
    Json(body): Json<PaymentBody>,
) -> Result<Data<PaidView>> {
    let new = NewPayment {
        amount: Some(body.amount.money(body.currency, "amount")?),
        day: body.day,
        method: body.method,
        reference: body.reference.map(String::from),
        rate: body.exchange_rate.map(|rate| rate.0),
    };
    let paid = invoices::pay(&ctx, id, new).await?;
    Ok(Data::new(PaidView::new(&ctx, &paid).await?))
}

/// Why what is open is given up.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WriteOffBody {
    /// Why.
    #[schema(schema_with = reason)]
    reason: Line<200>,
    /// The day on which it counts; today unless given.
    #[schema(schema_with = schema::day_or_null, required = false)]
    day: Option<Date>,
}

fn reason() -> Object {
    schema::line(200)
}

/// Gives up what is open of an invoice: it is settled, and no money came in.
#[utoipa::path(
    post,
    path = "/api/invoices/{id}/write-off",
    tag = "Payments",
    extensions(("x-action" = json!("invoices.write"))),
    params(("id" = String, Path, description = "The invoice's id.")),
    request_body(content = WriteOffBody, example = json!({"reason": "The client is insolvent."})),
    responses((status = 200, description = "Write-off and invoice.", body = Data<PaidView>)),
)]
pub(crate) async fn write_off_invoice(
    Caller(ctx): Caller,
    Path(id): Path<InvoiceId>,
    Json(body): Json<WriteOffBody>,
) -> Result<Data<PaidView>> {
    let lost = invoices::write_off(&ctx, id, body.day, body.reason.into()).await?;
    Ok(Data::new(PaidView::new(&ctx, &lost).await?))
}

/// Whose payments.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentsQuery {
    /// The client, by the id of any of its records.
    #[param(value_type = String, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: ClientId,
    /// How many at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// What settles a client's documents, the latest first: one record of the client after the other.
#[utoipa::path(
    get,
    path = "/api/payments",
    tag = "Payments",
    extensions(("x-action" = json!("invoices.read"))),
    params(PaymentsQuery),
    responses((status = 200, description = "A page of payments.", body = Page<PaymentView>)),
)]
pub(crate) async fn list_payments(
    Caller(ctx): Caller,
    Query(query): Query<PaymentsQuery>,
) -> Result<Page<PaymentView>> {
    let (limit, cursor) = (query.limit.get(), query.cursor.as_deref());
    let page = invoices::payments(&ctx, query.client_id, limit, cursor).await?;
    Ok(Page::of(page, query.limit, |payment| PaymentView::new(&payment)))
}

/// A payment, or what else settles documents.
#[utoipa::path(
    get,
    path = "/api/payments/{id}",
    tag = "Payments",
    extensions(("x-action" = json!("invoices.read")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The payment's id.")),
    responses((status = 200, description = "The payment.", body = Data<PaymentView>)),
)]
pub(crate) async fn get_payment(
    Caller(ctx): Caller,
    Path(id): Path<PaymentId>,
) -> Result<Versioned<PaymentView>> {
    let payment = invoices::payment(&ctx, id).await?;
    Ok(Versioned::new(payment.version, PaymentView::new(&payment)))
}
