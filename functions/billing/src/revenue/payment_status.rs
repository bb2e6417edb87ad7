//! `GET /api/analytics/payment-status`

use clearmargin_app::revenue::{self, PaymentStatusAnswer};
use clearmargin_domain::{
    id::ClientId,
    invoice::InvoiceStatus,
    metrics::payment_status::{FORMULA, PaymentStatus},
    money::{Currency, Money},
    period::Month,
};
use clearmargin_web::{
    Amount, Caller, Data, Format, Query, Ratio, Report, Result,
    figures::{AsOfView, PeriodView},
    layout::{Column, Kind, Layout, Table},
    schema,
};
use serde::{Deserialize, Serialize};

/// Which months, and whose.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentStatusQuery {
    /// First month, such as `2026-01`; eleven before the last unless given.
    #[param(schema_with = schema::month, required = false, example = "2026-01")]
    from: Option<Month>,
    /// Last month; the current one unless given. At most 36 months in one answer.
    #[param(schema_with = schema::month, required = false, example = "2026-10")]
    to: Option<Month>,
    /// Only those of that client, by the id of any of its records.
    #[param(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
    /// As what.
    #[serde(default)]
    #[param(schema_with = schema::format, required = false)]
    format: Format,
}

/// Where the invoices of some months stand today.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentStatusView {
    /// Today, on the organisation's clocks.
    #[schema(format = Date, example = "2026-10-31")]
    day: String,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// Which version of the formulas.
    #[schema(example = "payment-status/1")]
    formula: &'static str,
    /// The months covered.
    period: PeriodView,
    /// Up to when each source has been read.
    as_of: AsOfView,
    /// The client whose invoices these are; null when they are everybody's.
    client_id: Option<String>,
    /// The invoices of each month, by their own day.
    months: Vec<PaymentStatusMonthView>,
    /// All of them.
    total: StandingView,
}

/// The invoices of a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct PaymentStatusMonthView {
    /// The month.
    #[schema(example = "2026-10")]
    month: String,
    /// Where they stand.
    #[serde(flatten)]
    standing: StandingView,
}

/// Where invoices stand. Amounts are with tax. Charged = paid + credited + written off + settled
/// otherwise + open.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct StandingView {
    /// How many, without those that were taken back.
    documents: i64,
    /// What they come to.
    charged: Amount,
    /// What was paid with money.
    paid: Amount,
    /// What credit memos settled.
    credited: Amount,
    /// What was written off.
    written_off: Amount,
    /// What is settled and nobody says how: what a source settled without a payment, and payments of
    /// which it is not known yet what they settle.
    settled_otherwise: Amount,
    /// What is open.
    open: Amount,
    /// Invoices of which nothing is settled and nothing was due before the day.
    sent_documents: i64,
    /// What they come to.
    sent_amount: Amount,
    /// Invoices of which a part is settled and nothing was due before the day.
    partially_paid_documents: i64,
    /// What they come to.
    partially_paid_amount: Amount,
    /// What of it is open.
    partially_paid_open: Amount,
    /// Invoices of which nothing is open, however it was settled.
    paid_documents: i64,
    /// What they come to.
    paid_amount: Amount,
    /// Invoices of which something is open that was due before the day.
    overdue_documents: i64,
    /// What they come to.
    overdue_amount: Amount,
    /// What of it is open.
    overdue_open: Amount,
    /// Invoices that were taken back.
    void_documents: i64,
    /// What they came to.
    void_amount: Amount,
    /// Days from an invoice's day to the money for it, weighted by the amounts, to one decimal; null
    /// without money.
    average_days_to_pay: Option<Ratio>,
    /// The part of the money that came by the day on which it was due; null without money.
    on_time_share: Option<Ratio>,
    /// The part of the money that came later; null without money.
    late_share: Option<Ratio>,
}

impl StandingView {
    fn new(status: &PaymentStatus, currency: Currency) -> Self {
        let amount = |minor| Amount(Money::new(minor, currency));
        let charged = status.charged();
        let sent = status.of(InvoiceStatus::Sent);
        let partly = status.of(InvoiceStatus::PartiallyPaid);
        let paid = status.of(InvoiceStatus::Paid);
        let overdue = status.of(InvoiceStatus::Overdue);
        let void = status.of(InvoiceStatus::Void);
        Self {
            documents: charged.documents,
            charged: amount(charged.minor),
            paid: amount(status.received_minor()),
            credited: amount(status.credited_minor()),
            written_off: amount(status.written_off_minor()),
            settled_otherwise: amount(status.otherwise_minor()),
            open: amount(charged.open_minor),
            sent_documents: sent.documents,
            sent_amount: amount(sent.minor),
            partially_paid_documents: partly.documents,
            partially_paid_amount: amount(partly.minor),
            partially_paid_open: amount(partly.open_minor),
            paid_documents: paid.documents,
            paid_amount: amount(paid.minor),
            overdue_documents: overdue.documents,
            overdue_amount: amount(overdue.minor),
            overdue_open: amount(overdue.open_minor),
            void_documents: void.documents,
            void_amount: amount(void.minor),
            average_days_to_pay: status.average_days_to_pay().map(Ratio),
            on_time_share: status.on_time().map(Ratio),
            late_share: status.late().map(Ratio),
        }
    }
}

impl PaymentStatusView {
    fn new(answer: &PaymentStatusAnswer) -> Self {
        let month = |(month, status): &(Month, PaymentStatus)| PaymentStatusMonthView {
            month: month.to_string(),
            standing: StandingView::new(status, answer.currency),
        };
        Self {
            day: answer.day.to_string(),
            currency: answer.currency.to_string(),
            formula: FORMULA,
            period: PeriodView::new(answer.period),
            as_of: AsOfView::new(answer.as_of),
            client_id: answer.client.as_ref().map(|client| client.lead().id.to_string()),
            months: answer.months.iter().map(month).collect(),
            total: StandingView::new(&answer.total, answer.currency),
        }
    }
}

const LAYOUT: Layout = Layout {
    name: "payment-status",
    title: "Where invoices stand",
    tables: &[Table {
        title: "Months",
        rows: "months",
        total: Some("total"),
        columns: &[
            Column::new("month", "Month", Kind::Text),
            Column::new("documents", "Invoices", Kind::Count),
            Column::new("charged", "Charged", Kind::Amount),
            Column::new("paid", "Paid", Kind::Amount),
            Column::new("credited", "Credited", Kind::Amount),
            Column::new("writtenOff", "Written off", Kind::Amount),
            Column::new("settledOtherwise", "Settled otherwise", Kind::Amount),
            Column::new("open", "Open", Kind::Amount),
            Column::new("sentDocuments", "Sent", Kind::Count),
            Column::new("sentAmount", "Sent, charged", Kind::Amount),
            Column::new("partiallyPaidDocuments", "Partially paid", Kind::Count),
            Column::new("partiallyPaidAmount", "Partially paid, charged", Kind::Amount),
            Column::new("partiallyPaidOpen", "Partially paid, open", Kind::Amount),
            Column::new("paidDocuments", "Settled", Kind::Count),
            Column::new("paidAmount", "Settled, charged", Kind::Amount),
            Column::new("overdueDocuments", "Overdue", Kind::Count),
            Column::new("overdueAmount", "Overdue, charged", Kind::Amount),
            Column::new("overdueOpen", "Overdue, open", Kind::Amount),
            Column::new("voidDocuments", "Void", Kind::Count),
            Column::new("voidAmount", "Void, charged", Kind::Amount),
            Column::new("averageDaysToPay", "Days to pay", Kind::Number),
            Column::new("onTimeShare", "On time", Kind::Share),
            Column::new("lateShare", "Late", Kind::Share),
        ],
    }],
};

/// Where the invoices of each month stand today, how they were settled, and how long clients took to
/// pay.
#[utoipa::path(
    get,
    path = "/api/analytics/payment-status",
    tag = "Payments",
    extensions(("x-action" = json!("invoices.read"))),
    params(PaymentStatusQuery),
    responses((status = 200, description = "Where they stand.", body = Data<PaymentStatusView>)),
)]
pub(crate) async fn payment_status(
    Caller(ctx): Caller,
    Query(query): Query<PaymentStatusQuery>,
) -> Result<Report<PaymentStatusView>> {
    let PaymentStatusQuery { from, to, client_id, format } = query;
    let answer = revenue::payment_status(&ctx, from, to, client_id).await?;
    Ok(Report::new(PaymentStatusView::new(&answer), format, &LAYOUT))
}
