//! `GET /api/analytics/payment-methods`

use clearmargin_app::revenue::{self, MethodMonth, PaymentMethods};
use clearmargin_domain::{
    metrics::ratio,
    money::{Currency, Money},
    payment::PaymentMethod,
    rollup::Measures,
};
use clearmargin_web::{
    Amount, Caller, Data, Query, Ratio, Report, Result,
    figures::{AsOfView, PeriodView},
    layout::{Column, Kind, Layout, Table},
};
use serde::Serialize;

use super::RevenueMonths;

/// What came in over some months, by how it was paid.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentMethodsView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The months covered.
    period: PeriodView,
    /// Up to when each source has been read.
    as_of: AsOfView,
    /// Each month and method in which anything moved.
    months: Vec<MethodMonthView>,
    /// Each method over all of the months; by which most came in first.
    methods: Vec<MethodView>,
    /// All of it.
    total: ReceivedView,
}

/// What came in by a method in a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct MethodMonthView {
    /// The month, by the day of the payment.
    #[schema(example = "2026-10")]
    month: String,
    /// The method; `unknown` where nobody said.
    #[schema(example = "bank_transfer")]
    method: &'static str,
    /// What came in.
    #[serde(flatten)]
    received: ReceivedView,
}

/// What came in by a method.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct MethodView {
    /// The method; `unknown` where nobody said.
    #[schema(example = "bank_transfer")]
    method: &'static str,
    /// What came in.
    #[serde(flatten)]
    received: ReceivedView,
    /// What came in by it ÷ all that came in; null when nothing did.
    share: Option<Ratio>,
}

/// What came in, and what went back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReceivedView {
    /// How many payments.
    payments: i64,
    /// What came in with them.
    received: Amount,
    /// How many refunds.
    refunds: i64,
    /// What went back with them.
    refunded: Amount,
    /// What came in less what went back.
    net: Amount,
}

/// The name of a method.
fn name(method: Option<PaymentMethod>) -> &'static str {
    method.map_or("unknown", PaymentMethod::as_str)
}

impl ReceivedView {
    fn new(sums: Measures, currency: Currency) -> Self {
        let amount = |minor| Amount(Money::new(minor, currency));
        Self {
            payments: sums.payments,
            received: amount(sums.received_minor),
            refunds: sums.refunds,
            refunded: amount(sums.refunded_minor),
            net: amount(sums.received_minor - sums.refunded_minor),
        }
    }
}

impl PaymentMethodsView {
    fn new(answer: &PaymentMethods) -> Self {
        let currency = answer.currency;
        let month = |row: &MethodMonth| MethodMonthView {
            month: row.month.to_string(),
            method: name(row.method),
            received: ReceivedView::new(row.sums, currency),
        };
        let of_all = |part| ratio(part, answer.total.received_minor);
        let method = |(method, sums): &(Option<PaymentMethod>, Measures)| MethodView {
            method: name(*method),
            received: ReceivedView::new(*sums, currency),
            share: of_all(sums.received_minor).map(Ratio),
        };
        Self {
            currency: currency.to_string(),
            period: PeriodView::new(answer.period),
            as_of: AsOfView::new(answer.as_of),
            months: answer.rows.iter().map(month).collect(),
            methods: answer.methods.iter().map(method).collect(),
            total: ReceivedView::new(answer.total, currency),
        }
    }
}

const LAYOUT: Layout = Layout {
    name: "payment-methods",
    title: "What came in by method",
    tables: &[
        Table {
            title: "Months",
            rows: "months",
            total: None,
            columns: &[
                Column::new("month", "Month", Kind::Text),
                Column::new("method", "Method", Kind::Text),
                Column::new("payments", "Payments", Kind::Count),
                Column::new("received", "Received", Kind::Amount),
                Column::new("refunds", "Refunds", Kind::Count),
                Column::new("refunded", "Refunded", Kind::Amount),
                Column::new("net", "Net", Kind::Amount),
            ],
        },
        Table {
            title: "Methods",
            rows: "methods",
            total: Some("total"),
            columns: &[
                Column::new("method", "Method", Kind::Text),
                Column::new("payments", "Payments", Kind::Count),
                Column::new("received", "Received", Kind::Amount),
                Column::new("refunds", "Refunds", Kind::Count),
                Column::new("refunded", "Refunded", Kind::Amount),
                Column::new("net", "Net", Kind::Amount),
                Column::new("share", "Share", Kind::Share),
            ],
        },
    ],
};

/// What came in and went back in each month, by how it was paid.
#[utoipa::path(
    get,
    path = "/api/analytics/payment-methods",
    tag = "Payments",
    extensions(("x-action" = json!("invoices.read"))),
    params(RevenueMonths),
    responses((status = 200, description = "What came in.", body = Data<PaymentMethodsView>)),
)]
pub(crate) async fn payment_methods(
    Caller(ctx): Caller,
    Query(months): Query<RevenueMonths>,
) -> Result<Report<PaymentMethodsView>> {
    let answer = revenue::payment_methods(&ctx, months.from, months.to).await?;
    Ok(Report::new(PaymentMethodsView::new(&answer), months.format, &LAYOUT))
}
