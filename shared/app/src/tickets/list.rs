//! Tickets as people read them.

use std::collections::BTreeSet;

use clearmargin_domain::{
    access::Action,
    desk::SubjectKind,
    id::{ClientId, TechnicianId},
    period::{Month, Period},
    sla::SlaState,
    source::Source,
    ticket::{Ticket, TicketStatus},
};
use clearmargin_store::{List, Listing, Stored, TicketFilter, TicketList, TicketsOf};
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};

use crate::{Ctx, Error, clients, organizations};

/// How many tickets one page looks at, at most.
const LOOK_AT: usize = 120;

/// Which tickets.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Opened on this day or later, on the organisation's clocks.
    pub from: Option<Date>,
    /// Opened on this day or earlier.
    pub to: Option<Date>,
    /// Where they stand: one of these.
    pub statuses: Option<BTreeSet<TicketStatus>>,
    /// The organisation's own word for the priority.
    pub priority: Option<String>,
    /// The organisation's own word for the category.
    pub category: Option<String>,
    /// The client, by the id of any of its records.
    pub client: Option<ClientId>,
    /// Who works on them.
    pub technician: Option<TechnicianId>,
    /// How what was promised stands, at its worst.
    pub sla: Option<SlaState>,
    /// What they are filed under.
    pub tag: Option<String>,
    /// The number people use.
    pub number: Option<String>,
    /// What subject or number contain, in whatever case.
    pub text: Option<String>,
}

/// Tickets, newest first, and where the next page begins. A page looks at a limited number of
/// tickets and may hold fewer than `limit`.
pub async fn list(
    ctx: &Ctx,
    wanted: Wanted,
    limit: usize,
    cursor: Option<&str>,
) -> Result<(Vec<Stored<Ticket>>, Option<String>), Error> {
    ctx.require(Action::TicketsRead)?;
    if wanted.from.zip(wanted.to).is_some_and(|(from, to)| to < from) {
        return Err(Error::invalid("query.to", "the last day lies before the first"));
    }
    let list = range(ctx, wanted, limit).await?;
    Ok(ctx.tenant().tickets(&list, cursor).await?)
}

async fn range(ctx: &Ctx, wanted: Wanted, limit: usize) -> Result<TicketList, Error> {
    let organization = organizations::own(ctx, ctx.org).await?;
    let zone = organization.time_zone.zone().map_err(Error::internal)?;
    let from = wanted.from.map_or(Ok(Timestamp::UNIX_EPOCH), |day| midnight(&zone, day, "from"))?;
    // A source's clock may be a little ahead.
    let end = || Ok(ctx.now + 1.hours());
    let after = |day: Date| day.tomorrow().map_err(|_| Error::invalid("query.to", "no such day"));
    let before = wanted.to.map_or_else(end, |day| midnight(&zone, after(day)?, "to"))?;
    // Nothing was opened in days to come.
    let before = before.max(from);
    let (of, clients) = whose(ctx, wanted.client, from, before).await?;
    let Wanted { statuses, priority, category, technician, sla, tag, number, text, .. } = wanted;
    let filter =
        TicketFilter { statuses, priority, category, clients, technician, sla, tag, number, text };
    Ok(TicketList { of, from, before, filter, limit, look_at: LOOK_AT })
}

/// Where to look, and whose tickets to look for there. A client of which one record alone can have
/// tickets has a list of its own; bookkeeping has none.
async fn whose(
    ctx: &Ctx,
    client: Option<ClientId>,
    from: Timestamp,
    before: Timestamp,
) -> Result<(TicketsOf, Option<Vec<ClientId>>), Error> {
    let Some(id) = client else {
        return Ok((TicketsOf::Months(months(ctx, from, before).await?), None));
    };
    let group = clients::named(ctx, id, "query.clientId").await?;
    let of_desk = group.members().iter().filter(|it| it.source() != Some(Source::QuickBooks));
    let of_desk: Vec<_> = of_desk.map(|record| record.id).collect();
    match of_desk.as_slice() {
        [] => Ok((TicketsOf::Client(id), None)),
        [only] => Ok((TicketsOf::Client(*only), None)),
        _ => Ok((TicketsOf::Months(months(ctx, from, before).await?), Some(of_desk))),
    }
}

fn midnight(zone: &TimeZone, day: Date, path: &str) -> Result<Timestamp, Error> {
    let at = zone.to_timestamp(day.at(0, 0, 0, 0));
    at.map_err(|_| Error::invalid(format!("query.{path}"), "no such day"))
}

/// The months of that time in which tickets were opened, the newest first. Sums tell them, so that
/// nobody goes back over years without any; what was opened lately may not be summed yet.
async fn months(ctx: &Ctx, from: Timestamp, before: Timestamp) -> Result<Vec<Month>, Error> {
    let month = |at| Month::of(TimeZone::UTC.to_datetime(at).date());
    let (first, last) = (month(from), month(before));
    let period = Period::new(first, last, usize::MAX).map_err(Error::internal)?;
    let sums = ctx.tenant().desk_months(SubjectKind::Organization, period).await?;
    let opened = sums.into_iter().filter(|(_, counts)| counts.opened > 0);
    // A day of the organisation's may be in the month before or after in UTC.
    let near = opened.flat_map(|((_, month), _)| [month.plus(-1), month, month.plus(1)]);
    let now = month(ctx.now);
    let months: BTreeSet<_> = near.chain([now.plus(-1), now, now.plus(1)]).collect();
    Ok(months.into_iter().rev().filter(|month| period.contains(*month)).collect())
}

/// Open tickets: those whose promises are all broken first, then by when their next promise is at
/// stake, then those that nothing will happen to by itself.
pub async fn open_tickets(
    ctx: &Ctx,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<Ticket>, Error> {
    ctx.require(Action::TicketsRead)?;
    Ok(ctx.tenant().list(List::OpenTickets, limit, "sla-monitor", cursor).await?)
}
