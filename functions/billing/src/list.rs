//! `GET /api/invoices`

use std::collections::BTreeSet;

use clearmargin_app::{
    Error,
    invoices::{self, Sort, Wanted},
};
use clearmargin_domain::{id::ClientId, invoice::InvoiceStatus, money::Currency};
use clearmargin_web::{AmountIn, Caller, Limit, Page, Query, Result, schema};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::openapi::Object;

use crate::{body::KindName, view::InvoiceRow};

/// Which documents.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvoicesQuery {
    /// Of this day or later.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-01")]
    from: Option<Date>,
    /// Of this day or earlier.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-31")]
    to: Option<Date>,
    /// Whether they charge or give back.
    #[param(inline)]
    kind: Option<KindName>,
    /// Where they stand.
    #[param(schema_with = status, required = false)]
    status: Option<StatusName>,
    /// The client, by the id of any of its records.
    #[param(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
    /// The number on it, in whatever case.
    #[param(max_length = 100)]
    number: Option<String>,
    /// Due on this day or later.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-01")]
    due_from: Option<Date>,
    /// Due on this day or earlier.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-31")]
    due_to: Option<Date>,
    /// Overdue by so many days at least.
    #[param(minimum = 1, maximum = 3660)]
    overdue_days: Option<u16>,
    /// The currency of their amounts.
    #[param(schema_with = schema::currency, required = false)]
    currency: Option<Currency>,
    /// The least total; together with the currency.
    #[param(value_type = Option<f64>)]
    min_total: Option<AmountIn>,
    /// The greatest total; together with the currency.
    #[param(value_type = Option<f64>)]
    max_total: Option<AmountIn>,
    /// What to order them by. By `due` come invoices of which something is open alone: name `status`
    /// `sent`, `partially_paid` or `overdue`.
    #[serde(default)]
    #[param(inline)]
    sort: SortName,
    /// Whether the earliest or the latest come first: `desc` by day and `asc` by due day unless given.
    #[param(inline)]
    order: Option<OrderName>,
    /// How many documents at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// What documents can be ordered by.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(default = "day")]
enum SortName {
    /// The day they count for.
    #[default]
    Day,
    /// The day they are due.
    Due,
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum OrderName {
    /// The earliest first.
    Asc,
    /// The latest first.
    Desc,
}

/// Where a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StatusName {
    Draft,
    Sent,
    PartiallyPaid,
    Paid,
    Overdue,
    Void,
}

fn status() -> Object {
    schema::one_of(InvoiceStatus::ALL.map(InvoiceStatus::as_str))
}

impl From<StatusName> for InvoiceStatus {
    fn from(name: StatusName) -> Self {
        match name {
            StatusName::Draft => Self::Draft,
            StatusName::Sent => Self::Sent,
            StatusName::PartiallyPaid => Self::PartiallyPaid,
            StatusName::Paid => Self::Paid,
            StatusName::Overdue => Self::Overdue,
            StatusName::Void => Self::Void,
        }
    }
}

/// Invoices and credit memos, newest first unless another order is asked for. A page looks at a limited number of them and may hold
/// fewer than `limit`: follow `nextCursor` to the end.
#[utoipa::path(
    get,
    path = "/api/invoices",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.read"))),
    params(InvoicesQuery),
    responses((status = 200, description = "A page of documents.", body = Page<InvoiceRow>)),
)]
pub(crate) async fn list_invoices(
    Caller(ctx): Caller,
    Query(query): Query<InvoicesQuery>,
) -> Result<Page<InvoiceRow>> {
    let total = |amount: Option<AmountIn>, path: &str| {
        let Some(amount) = amount else { return Ok(None) };
        let missing = || Error::invalid("query.currency", "say of which currency the totals are");
        amount.money(query.currency.ok_or_else(missing)?, path).map(|money| Some(money.minor))
    };
    let wanted = Wanted {
        from: query.from,
        to: query.to,
        kind: query.kind.map(KindName::kind),
        statuses: query.status.map(|status| BTreeSet::from([status.into()])),
        client: query.client_id,
        number: query.number,
        due_from: query.due_from,
        due_to: query.due_to,
        overdue_days: query.overdue_days,
        currency: query.currency,
        least: total(query.min_total, "query.minTotal")?,
        most: total(query.max_total, "query.maxTotal")?,
        sort: match query.sort {
            SortName::Day => Sort::Day,
            SortName::Due => Sort::Due,
        },
        ascending: query.order.map(|order| order == OrderName::Asc),
    };
    let (rows, next, today) =
        invoices::list(&ctx, wanted, query.limit.get(), query.cursor.as_deref()).await?;
    let rows = rows.iter().map(|invoice| InvoiceRow::new(invoice, today)).collect();
    Ok(Page::new(rows, query.limit, next))
}
