//! `GET /api/statements`

use clearmargin_app::statement::{self, Statement};
use clearmargin_domain::{
    id::ClientId,
    money::{Currency, Money},
    receivable::Movement,
};
use clearmargin_web::{
    Amount, Caller, Data, Format, Query, Report, Result,
    figures::AsOfView,
    layout::{Column, Kind, Layout, Table},
    schema,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::outstanding::AgeingView;

/// Whose statement, and of when.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatementQuery {
    /// The client, by the id of any of its records.
    #[param(value_type = String, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: ClientId,
    /// The first day.
    #[param(value_type = String, format = Date, example = "2026-10-01")]
    from: Date,
    /// The last day, at most a year later.
    #[param(value_type = String, format = Date, example = "2026-10-31")]
    to: Date,
    /// As what.
    #[serde(default)]
    #[param(schema_with = schema::format, required = false)]
    format: Format,
}

/// What a client was charged and paid, from one balance to the next.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatementView {
    /// The client.
    client_id: String,
    /// Its name.
    client_name: String,
    /// The first day.
    #[schema(format = Date, example = "2026-10-01")]
    from: String,
    /// The last day.
    #[schema(format = Date, example = "2026-10-31")]
    to: String,
    /// The currency of every amount: the organisation's.
    #[schema(example = "USD")]
    currency: String,
    /// What was owed before the first day.
    opening_balance: Amount,
    /// What changed it, in order.
    lines: Vec<StatementLineView>,
    /// What was owed at the end of the last day: the opening balance and all lines.
    closing_balance: Amount,
    /// The closing balance by age.
    ageing: AgeingView,
    /// Up to when each source has been read.
    as_of: AsOfView,
}

/// A line of a statement.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct StatementLineView {
    /// The day on which it counts.
    #[schema(format = Date, example = "2026-10-15")]
    day: String,
    /// `invoice`, `credit_memo`, `void`, `payment`, `refund`, `write_off` or `other`: a document of an
    /// earlier time that was taken back, what a currency gained or lost, or what was settled by or
    /// for another client.
    #[schema(example = "invoice")]
    kind: &'static str,
    /// The document; null for a payment.
    invoice_id: Option<String>,
    /// The payment; null for a document.
    payment_id: Option<String>,
    /// The number on the document, or what the payment goes by.
    #[schema(example = "INV-000042")]
    reference: Option<String>,
    /// By how much more is owed; less is negative.
    amount: Amount,
    /// What was owed then.
    balance: Amount,
}

impl StatementLineView {
    fn new((movement, balance): &(Movement, i64), currency: Currency) -> Self {
        Self {
            day: movement.day.to_string(),
            kind: movement.kind.as_str(),
            invoice_id: movement.document.map(|id| id.to_string()),
            payment_id: movement.payment.map(|id| id.to_string()),
            reference: movement.reference.clone(),
            amount: Amount(Money::new(movement.minor, currency)),
            balance: Amount(Money::new(*balance, currency)),
        }
    }
}

impl StatementView {
    fn new(statement: &Statement) -> Self {
        let currency = statement.currency;
        let lines = statement.lines.iter();
        Self {
            client_id: statement.client.lead().id.to_string(),
            client_name: statement.client.name().to_owned(),
            from: statement.from.to_string(),
            to: statement.to.to_string(),
            currency: currency.to_string(),
            opening_balance: Amount(Money::new(statement.opening, currency)),
            lines: lines.map(|line| StatementLineView::new(line, currency)).collect(),
            closing_balance: Amount(Money::new(statement.closing.total(), currency)),
            ageing: AgeingView::new(&statement.closing, currency),
            as_of: AsOfView::new(statement.as_of),
        }
    }
}

const LAYOUT: Layout = Layout {
    name: "statement",
    title: "Statement of account",
    tables: &[Table {
        title: "Lines",
        rows: "lines",
        total: None,
        columns: &[
            Column::new("day", "Day", Kind::Day),
            Column::new("kind", "What", Kind::Text),
            Column::new("reference", "Number", Kind::Text),
            Column::new("amount", "Amount", Kind::Amount),
            Column::new("balance", "Balance", Kind::Amount),
            Column::new("invoiceId", "Document", Kind::Text),
            Column::new("paymentId", "Payment", Kind::Text),
        ],
    }],
};

/// What a client was charged and paid in at most a year, one after the other, with what it owed
/// before, after each and at the end, by age. Opening balance and lines make up the closing balance,
/// which is what `outstanding-payments` says of that day.
#[utoipa::path(
    get,
    path = "/api/statements",
    tag = "Payments",
    extensions(("x-action" = json!("invoices.read"))),
    params(StatementQuery),
    responses((status = 200, description = "The statement.", body = Data<StatementView>)),
)]
pub(crate) async fn client_statement(
    Caller(ctx): Caller,
    Query(query): Query<StatementQuery>,
) -> Result<Report<StatementView>> {
    let StatementQuery { client_id, from, to, format } = query;
    let statement = statement::statement(&ctx, client_id, from, to).await?;
    Ok(Report::new(StatementView::new(&statement), format, &LAYOUT))
}
