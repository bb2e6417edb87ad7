//! Time worked on tickets.

use clearmargin_domain::{
    access::Action,
    id::{ServiceId, TechnicianId, TicketId, TimeEntryId},
    labour::WorkedTime,
    money::Money,
    service::Service,
    time_entry::{BillingStatus, TimeEntry, TimeNote},
};
use clearmargin_store::{Basis, List, Listing};
use jiff::{Timestamp, civil::Date};
use serde_json::json;

use super::{Measuring, change};
use crate::{Ctx, Error, agreements, books, cost_rates};

/// The longest piece of time: a day.
const LONGEST_MINUTES: u32 = 24 * 60;

/// When somebody worked, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeSpan {
    /// So many minutes on a day; today unless said.
    Minutes(u32, Option<Date>),
    /// From one moment to another; it counts for the day on which it began.
    Between(Timestamp, Timestamp),
}

/// Time to log.
#[derive(Debug, Clone)]
pub struct NewTime {
    /// Who worked.
    pub technician: TechnicianId,
    /// When.
    pub span: TimeSpan,
    /// Whether it may be charged.
    pub billable: bool,
    /// Whether it was outside business hours; told by its beginning unless said.
    pub after_hours: Option<bool>,
    /// The catalogue entry it is charged as.
    pub service: Option<ServiceId>,
    /// What was done.
    pub note: Option<TimeNote>,
}

/// Time worked on a ticket, by day.
pub async fn time(
    ctx: &Ctx,
    ticket: TicketId,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<TimeEntry>, Error> {
    ctx.require(Action::TicketsRead)?;
    change::found(ctx, ticket).await?;
    Ok(ctx.tenant().list(List::TicketTime(ticket), limit, "ticket-time", cursor).await?)
}

/// Logs time on a ticket. Where an agreement covers it, its terms say how it is rounded, and what an
/// hour outside business hours is charged at.
pub async fn log_time(ctx: &Ctx, ticket: TicketId, new: NewTime) -> Result<TimeEntry, Error> {
    ctx.require(Action::TicketsWrite)?;
    if let Some(entry) = ctx.replay().await? {
        return Ok(entry);
    }
    let ticket = change::found(ctx, ticket).await?;
    change::check_technician(ctx, Some(new.technician)).await?;
    let measuring = Measuring::read(ctx).await?;
    let (started_at, day, worked) = worked(ctx, new.span, &measuring)?;
    let begun_late = started_at.is_some_and(|at| !measuring.is_open(at));
    let mut entry = TimeEntry {
        id: TimeEntryId::new(ctx.now, ctx.app.random()),
        ticket: Some(ticket.id),
        client: ticket.client,
        technician: new.technician,
        service: new.service,
        day,
        worked,
        billable: new.billable,
        after_hours: new.after_hours.unwrap_or(begun_late),
        status: BillingStatus::Pending,
        hourly_price: price(ctx, new.service, day).await?,
        charge: None,
        invoiced: None,
        labour_cost: None,
        started_at,
        note: new.note,
        origin: None,
    };
    if let Some(terms) = agreements::charging(ctx, &ticket, new.service, day).await? {
        entry.charge_by(&terms).map_err(Error::internal)?;
    }
    let tenant = ctx.tenant();
    let books = books::known(ctx).await?;
    books.books.refuse(entry.day)?;
    let (_, rates) = cost_rates::known(tenant).await?;
    entry.labour_cost = rates.cost(&entry)?;
    let detail = json!({"ticket": entry.ticket, "technician": entry.technician});
    let mut change = tenant.change(ctx.audit("time.logged", entry.id, detail));
    change.rests_on(Basis::CostRates, rates.version)?;
    change.rests_on(Basis::Books, books.version)?;
    change.insert(&entry)?;
    ctx.commit(change, entry).await
}

fn worked(
    ctx: &Ctx,
    span: TimeSpan,
    measuring: &Measuring,
) -> Result<(Option<Timestamp>, Date, WorkedTime), Error> {
    let today = measuring.day(ctx.now);
    let (start, day, seconds, path) = match span {
        TimeSpan::Minutes(minutes, day) => {
            (None, day.unwrap_or(today), i64::from(minutes) * 60, "minutes")
        }
        TimeSpan::Between(start, end) => {
            let seconds = end.duration_since(start).as_secs();
            (Some(start), measuring.day(start), seconds, "endedAt")
        }
    };
    if !(1..=i64::from(LONGEST_MINUTES) * 60).contains(&seconds) {
        return Err(Error::invalid(path, "expected more than no time and at most a day"));
    }
    if day > today || day.year() < 1990 {
        let path = if start.is_some() { "startedAt" } else { "day" };
        return Err(Error::invalid(path, "expected a day from 1990 to today"));
    }
    Ok((start, day, WorkedTime { seconds }))
}

/// The catalogue's price of an hour on a day.
async fn price(ctx: &Ctx, service: Option<ServiceId>, day: Date) -> Result<Option<Money>, Error> {
    let Some(id) = service else {
        return Ok(None);
    };
    let known = ctx.tenant().get::<Service>(id).await?;
    let known = known.ok_or(Error::invalid("serviceId", "there is no such service"))?;
    Ok(known.list_price(day))
}
