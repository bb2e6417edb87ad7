//! `/api/tickets/{id}/time`

use clearmargin_app::{
    Error,
    tickets::{self, NewTime, TimeSpan},
};
use clearmargin_domain::{
    access::Action,
    id::{ServiceId, TechnicianId, TicketId},
    time_entry::{BillingStatus, TimeEntry, TimeNote},
};
use clearmargin_web::{
    Amount, Caller, Created, Data, Json, Page, PageQuery, Path, Query, Ratio, Result, schema,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::texts;

/// Worked time.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimeView {
    /// Its id.
    #[schema(example = "tim_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Who worked.
    #[schema(example = "tec_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    technician_id: String,
    /// The day it counts for.
    #[schema(example = "2026-10-15")]
    day: String,
    /// When the work began; null where nobody said.
    started_at: Option<String>,
    /// How long.
    minutes: Ratio,
    /// Whether it may be charged.
    billable: bool,
    /// Whether it was outside business hours.
    after_hours: bool,
    /// What has become of it in billing.
    #[schema(value_type = String, example = "pending")]
    status: BillingStatus,
    /// The catalogue entry it is charged as.
    service_id: Option<String>,
    /// The agreement by whose terms it is charged; null where none covers it.
    agreement_id: Option<String>,
    /// How long it is when it is charged.
    charged_minutes: Ratio,
    /// Price of an hour; null where neither the entry nor the catalogue has one.
    hourly_price: Option<Amount>,
    /// What it cost; null without a cost rate, and for those who do not see costs.
    cost: Option<Amount>,
    /// The currency; null where there is no amount.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// What was done.
    note: Option<String>,
}

impl TimeView {
    fn new(entry: &TimeEntry, sees_costs: bool) -> Self {
        let cost = entry.labour_cost.as_ref().map(|labour| labour.cost).filter(|_| sees_costs);
        let currency = entry.hourly_price.or(cost).map(|money| money.currency.to_string());
        Self {
            id: entry.id.to_string(),
            technician_id: entry.technician.to_string(),
            day: entry.day.to_string(),
            started_at: entry.started_at.map(|at| at.to_string()),
            minutes: Ratio(entry.worked.minutes()),
            billable: entry.billable,
            after_hours: entry.after_hours,
            status: entry.status,
            service_id: entry.service.map(|id| id.to_string()),
            agreement_id: entry.charge.map(|charge| charge.agreement.to_string()),
            charged_minutes: Ratio(entry.charged().minutes()),
            hourly_price: entry.hourly_price.map(Amount),
            cost: cost.map(Amount),
            currency,
            note: entry.note.clone().map(String::from),
        }
    }
}

/// Time to log: either `minutes`, or `startedAt` and `endedAt`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LogTime {
    /// Who worked.
    #[schema(value_type = String, pattern = "^tec_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    technician_id: TechnicianId,
    /// How long: at most a day.
    #[schema(minimum = 1, maximum = 1440)]
    minutes: Option<u32>,
    /// The day, with `minutes`; today unless given.
    #[schema(schema_with = schema::day_or_null, required = false)]
    day: Option<Date>,
    /// When the work began.
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// Whether it may be charged.
    billable: bool,
    /// Whether it was outside business hours; told by `startedAt` unless given.
    after_hours: Option<bool>,
    /// The catalogue entry it is charged as.
    #[schema(value_type = Option<String>, pattern = "^svc_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    service_id: Option<ServiceId>,
    /// What was done.
    #[schema(schema_with = texts::note, required = false)]
    note: Option<TimeNote>,
}

impl LogTime {
    fn span(&self) -> std::result::Result<TimeSpan, Error> {
        match (self.minutes, self.started_at, self.ended_at) {
            (Some(minutes), None, None) => Ok(TimeSpan::Minutes(minutes, self.day)),
            (None, Some(start), Some(end)) if self.day.is_none() => {
                Ok(TimeSpan::Between(start, end))
            }
            _ => {
                let message = "expected minutes and perhaps a day, or startedAt and endedAt";
                Err(Error::invalid("minutes", message))
            }
        }
    }
}

/// Logs time on a ticket. It is costed by the rate that applies on its day; without a rate it is
/// uncosted. It is charged by the terms of the client's agreement that covers it and began first:
/// rounded, and outside business hours at so many times its price.
#[utoipa::path(
    post,
    path = "/api/tickets/{id}/time",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.write"))),
    params(("id" = String, Path, description = "The ticket's id.")),
    request_body(content = LogTime, example = json!({
        "technicianId": "tec_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C", "minutes": 45, "billable": true,
        "note": "Put the fire out."
    })),
    responses((status = 201, description = "The time.", body = Data<TimeView>)),
)]
pub(crate) async fn log_time(
    Caller(ctx): Caller,
    Path(id): Path<TicketId>,
    Json(body): Json<LogTime>,
) -> Result<Created<TimeView>> {
    let new = NewTime {
        technician: body.technician_id,
        span: body.span()?,
        billable: body.billable,
        after_hours: body.after_hours,
        service: body.service_id,
        note: body.note,
    };
    let entry = tickets::log_time(&ctx, id, new).await?;
    Ok(Created(TimeView::new(&entry, ctx.may(Action::CostRatesRead))))
}

/// Time worked on a ticket, by day.
#[utoipa::path(
    get,
    path = "/api/tickets/{id}/time",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.read"))),
    params(("id" = String, Path, description = "The ticket's id."), PageQuery),
    responses((status = 200, description = "A page of time.", body = Page<TimeView>)),
)]
pub(crate) async fn list_ticket_time(
    Caller(ctx): Caller,
    Path(id): Path<TicketId>,
    Query(query): Query<PageQuery>,
) -> Result<Page<TimeView>> {
    let page = tickets::time(&ctx, id, query.limit.get(), query.cursor.as_deref()).await?;
    let sees_costs = ctx.may(Action::CostRatesRead);
    Ok(Page::of(page, query.limit, |entry| TimeView::new(&entry, sees_costs)))
}
