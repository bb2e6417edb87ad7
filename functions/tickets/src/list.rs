//! `GET /api/tickets`

use std::collections::BTreeSet;

use clearmargin_app::tickets::{self, Wanted};
use clearmargin_domain::{
    id::{ClientId, TechnicianId},
    sla::SlaState,
    ticket::TicketStatus,
};
use clearmargin_web::{Caller, Limit, Page, Query, Result, schema};
use jiff::civil::Date;
use serde::Deserialize;

use crate::view::TicketView;

/// Which tickets.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct TicketsQuery {
    /// Opened on this day or later, on the organisation's clocks.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-01")]
    from: Option<Date>,
    /// Opened on this day or earlier.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-31")]
    to: Option<Date>,
    /// Where they stand.
    #[param(schema_with = schema::ticket_status, required = false)]
    status: Option<TicketStatus>,
    /// Whether they are still to be resolved.
    open: Option<bool>,
    /// The organisation's own word for the priority.
    #[param(max_length = 100)]
    priority: Option<String>,
    /// The organisation's own word for the category.
    #[param(max_length = 100)]
    category: Option<String>,
    /// The client, by the id of any of its records.
    #[param(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
    /// Who works on them.
    #[param(value_type = Option<String>, pattern = "^tec_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    technician_id: Option<TechnicianId>,
    /// How what was promised stands, at its worst.
    #[param(schema_with = schema::sla_state, required = false)]
    sla: Option<SlaState>,
    /// What they are filed under.
    #[param(max_length = 40)]
    tag: Option<String>,
    /// The number people use.
    #[param(max_length = 100)]
    number: Option<String>,
    /// What subject or number contain, in whatever case.
    #[param(max_length = 100)]
    q: Option<String>,
    /// How many tickets at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

impl TicketsQuery {
    fn statuses(&self) -> Option<BTreeSet<TicketStatus>> {
        let wanted = |status: &TicketStatus| {
            self.status.is_none_or(|wanted| wanted == *status)
                && self.open.is_none_or(|open| open == status.is_open())
        };
        let any = self.status.is_none() && self.open.is_none();
        (!any).then(|| TicketStatus::ALL.into_iter().filter(wanted).collect())
    }
}

/// Tickets, newest first. A page looks at a limited number of them and may hold fewer than `limit`:
/// follow `nextCursor` to the end.
#[utoipa::path(
    get,
    path = "/api/tickets",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.read"))),
    params(TicketsQuery),
    responses((status = 200, description = "A page of tickets.", body = Page<TicketView>)),
)]
pub(crate) async fn list_tickets(
    Caller(ctx): Caller,
    Query(query): Query<TicketsQuery>,
) -> Result<Page<TicketView>> {
    let wanted = Wanted {
        from: query.from,
        to: query.to,
        statuses: query.statuses(),
        priority: query.priority,
        category: query.category,
        client: query.client_id,
        technician: query.technician_id,
        sla: query.sla,
        tag: query.tag,
        number: query.number,
        text: query.q,
    };
    let (tickets, next) =
        tickets::list(&ctx, wanted, query.limit.get(), query.cursor.as_deref()).await?;
    let tickets = tickets.iter().map(|ticket| TicketView::new(&ticket.value)).collect();
    Ok(Page::new(tickets, query.limit, next))
}
