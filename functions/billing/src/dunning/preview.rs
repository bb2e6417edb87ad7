//! `GET /api/invoices/dunning/preview`

use clearmargin_app::dunning::{self, PreviewRow, Told};
use clearmargin_web::{Amount, Caller, Page, PageQuery, Query, Result};
use serde::Serialize;

/// What would become of an invoice today.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DunningPreviewRow {
    /// The invoice.
    #[schema(example = "inv_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    invoice_id: String,
    /// The number on it; null where a source brought none.
    #[schema(example = "INV-000042")]
    number: Option<String>,
    /// The client's record whose it is.
    client_id: String,
    /// The day from which its age is counted.
    #[schema(format = Date, example = "2026-11-14")]
    due: String,
    /// For how many days it has been due; below zero before that.
    days_overdue: i32,
    /// The currency of what is open.
    #[schema(example = "USD")]
    currency: String,
    /// What is open of it.
    open: Amount,
    /// `remind`, or why not: `nothing_open`, `not_own`, `not_due` (between two steps), `too_old`,
    /// `already_sent`, `on_hold`, `too_often`, `below_minimum`, `client_left_out`, `credit` (it makes
    /// up for all that the client owes) or `no_billing_contact`.
    #[schema(example = "remind")]
    outcome: &'static str,
    /// The step; null unless it would be reminded of.
    days_after_due: Option<i16>,
    /// To whom; null also for who may not see clients.
    #[schema(example = "billing@acmedental.com")]
    to: Option<String>,
    /// What the client owes altogether less its credit, in the organisation's currency; null unless it
    /// would be reminded of.
    client_owes: Option<Amount>,
}

impl DunningPreviewRow {
    fn new(row: &PreviewRow) -> Self {
        let invoice = &row.invoice;
        let (outcome, days_after_due, to, client_owes) = match &row.told {
            Told::Reminded { days_after_due, to, client_owes } => {
                let to = to.as_ref().map(|to| to.as_str().to_owned());
                ("remind", Some(*days_after_due), to, Some(Amount(*client_owes)))
            }
            Told::Not(why) => (why.as_str(), None, None, None),
        };
        Self {
            invoice_id: invoice.id.to_string(),
            number: invoice.number.clone(),
            client_id: invoice.client.to_string(),
            due: invoice.due_day().to_string(),
            days_overdue: row.days_overdue,
            currency: invoice.balance.currency.to_string(),
            open: Amount(invoice.balance),
            outcome,
            days_after_due,
            to,
            client_owes,
        }
    }
}

/// What would go out if today's reminders were made now, and what would not and why: all open invoices
/// that the policy reaches, those due first first. A policy that is switched off tells what it
/// would do.
#[utoipa::path(
    get,
    path = "/api/invoices/dunning/preview",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.read"))),
    params(PageQuery),
    responses((status = 200, description = "A page of invoices.", body = Page<DunningPreviewRow>)),
)]
pub(crate) async fn preview_dunning(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Page<DunningPreviewRow>> {
    let (rows, next) = dunning::preview(&ctx, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::new(rows.iter().map(DunningPreviewRow::new).collect(), query.limit, next))
}
