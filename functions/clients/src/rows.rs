//! `GET /api/clients/{id}/profitability/rows`

use clearmargin_app::profitability::{self, Component, Rows};
use clearmargin_domain::{
    expense::Expense, id::ClientId, invoice::Invoice, money::Money, period::Month, source::Origin,
    time_entry::TimeEntry,
};
use clearmargin_web::{Amount, Caller, Limit, Page, Path, Query, Ratio, Result};
use serde::{Deserialize, Serialize};

/// Which rows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// The figure: `revenue`, `labour` or `products`.
    #[param(inline)]
    component: ComponentName,
    /// The month.
    #[param(
        value_type = String, example = "2026-10",
        pattern = "^(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])$",
    )]
    month: Month,
    /// How many rows at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// A figure whose rows can be asked for.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum ComponentName {
    /// Invoices and credit memos.
    Revenue,
    /// Time entries.
    Labour,
    /// Bills and purchases.
    Products,
}

impl From<ComponentName> for Component {
    fn from(name: ComponentName) -> Self {
        match name {
            ComponentName::Revenue => Self::Revenue,
            ComponentName::Labour => Self::Labour,
            ComponentName::Products => Self::Products,
        }
    }
}

/// A row of a source system and what it adds to the figure.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RowView {
    /// Its id here.
    id: String,
    /// The system; null for a row made here.
    #[schema(example = "quickbooks")]
    source: Option<&'static str>,
    /// What it is there; null for a row made here.
    #[schema(example = "Invoice")]
    kind: Option<String>,
    /// Its id there.
    external_id: Option<String>,
    /// The number people use, where there is one.
    number: Option<String>,
    /// The day it counts for.
    #[schema(example = "2026-10-01")]
    day: String,
    /// What it adds to the figure; null for time without a cost rate.
    amount: Option<Amount>,
    /// Worked minutes; null for documents.
    minutes: Option<Ratio>,
    /// What the time would bring if billed; null unless it is billable, unbilled and priced.
    unbilled: Option<Amount>,
    /// Another document of the month has the same number and total: perhaps entered twice.
    suspected_duplicate: bool,
}

impl RowView {
    fn new(id: String, origin: Option<&Origin>, day: String) -> Self {
        Self {
            id,
            source: origin.map(|origin| origin.source.as_str()),
            kind: origin.map(|origin| origin.kind.clone()),
            external_id: origin.map(|origin| origin.external_id.clone()),
            number: None,
            day,
            amount: None,
            minutes: None,
            unbilled: None,
            suspected_duplicate: false,
        }
    }

    fn invoice(invoice: &Invoice) -> Self {
        let minor = invoice.home_lines().iter().sum();
        let currency = invoice.rate.map_or(invoice.total.currency, |rate| rate.to);
        Self {
            number: invoice.number.clone(),
            amount: Some(Amount(Money { minor, currency })),
            ..Self::new(invoice.id.to_string(), invoice.origin.as_ref(), invoice.day.to_string())
        }
    }

    fn time(entry: &TimeEntry) -> Self {
        let price = entry.price().filter(|_| entry.is_unbilled());
        Self {
            amount: entry.labour_cost.as_ref().map(|labour| Amount(labour.cost)),
            minutes: Some(Ratio(entry.worked.minutes())),
            unbilled: price.map(Amount),
            ..Self::new(entry.id.to_string(), entry.origin.as_ref(), entry.day.to_string())
        }
    }

    fn expense(expense: &Expense, client: &[ClientId]) -> Self {
        let minor = expense.for_client(client).unwrap_or_default();
        let currency = expense.rate.map_or(expense.total.currency, |rate| rate.to);
        Self {
            number: expense.number.clone(),
            amount: Some(Amount(Money { minor, currency })),
            ..Self::new(expense.id.to_string(), Some(&expense.origin), expense.day.to_string())
        }
    }
}

/// The rows behind a client's figure of a month. A page may hold fewer than `limit`: follow
/// `nextCursor` to the end.
#[utoipa::path(
    get,
    path = "/api/clients/{id}/profitability/rows",
    tag = "Clients",
    extensions(("x-action" = json!("margins.read"))),
    params(("id" = String, Path, description = "The client's id."), Which),
    responses((status = 200, description = "A page of rows.", body = Page<RowView>)),
)]
pub(crate) async fn list_profitability_rows(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
    Query(which): Query<Which>,
) -> Result<Page<RowView>> {
    let (limit, cursor) = (which.limit.get(), which.cursor.as_deref());
    let page =
        profitability::rows(&ctx, id, which.component.into(), which.month, limit, cursor).await?;
    let (rows, next) = match page {
        Rows::Revenue(page) => {
            let invoices: Vec<_> = page.items.into_iter().map(|invoice| invoice.value).collect();
            (with_duplicates(&invoices), page.next)
        }
        Rows::Labour(page) => {
            (page.items.iter().map(|entry| RowView::time(&entry.value)).collect(), page.next)
        }
        Rows::Products(page, client) => {
            let view = |expense: &Expense| RowView::expense(expense, &client);
            (page.items.iter().map(|expense| view(&expense.value)).collect(), page.next)
        }
    };
    Ok(Page::new(rows, which.limit, next))
}

fn with_duplicates(invoices: &[Invoice]) -> Vec<RowView> {
    let twin = |a: &Invoice, b: &Invoice| {
        a.id != b.id && a.number.is_some() && a.number == b.number && a.total == b.total
    };
    let view = |invoice: &Invoice| RowView {
        suspected_duplicate: invoices.iter().any(|other| twin(invoice, other)),
        ..RowView::invoice(invoice)
    };
    invoices.iter().map(view).collect()
}
