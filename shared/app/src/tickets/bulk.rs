//! One change of many tickets: written down first, then done part by part, each part exactly once.

use std::collections::BTreeSet;

use clearmargin_domain::{
    access::Action,
    id::{BulkId, TicketId},
    job::Job,
    ticket::{
        BULK_PART, BulkAction, BulkError, BulkFailure, BulkPart, BulkRun, MAX_BULK, Ticket, changes,
    },
};
use clearmargin_store::{List, Listing, Stored};
use serde_json::json;

use super::{Measuring, Wanted, change, list};
use crate::{Ctx, Error, jobs::Outcome};

/// How many tickets are changed while the caller waits.
const AT_ONCE: usize = 100;
/// How many pages of a filter are looked through for its tickets.
const PAGES: usize = 40;

/// Which tickets to change.
#[derive(Debug, Clone)]
pub enum BulkTickets {
    /// These.
    Ids(Vec<TicketId>),
    /// All that are wanted: no more than may be changed at once.
    Filter(Box<Wanted>),
}

/// A change of many tickets, with what could not be done.
#[derive(Debug, Clone)]
pub struct BulkReport {
    /// How far it has come.
    pub run: BulkRun,
    /// The tickets that were left as they were, so far.
    pub failures: Vec<BulkFailure>,
}

/// Changes many tickets: up to a hundred at once, more in the background.
pub async fn bulk(
    ctx: &Ctx,
    tickets: BulkTickets,
    action: BulkAction,
) -> Result<BulkReport, Error> {
    ctx.require(Action::TicketsWrite)?;
    let run = match ctx.replay().await? {
        Some(run) => run,
        None => begin(ctx, tickets, action).await?,
    };
    if run.total <= AT_ONCE {
        while let Progress::More = part(ctx, run.id).await? {}
    }
    bulk_report(ctx, run.id).await
}

/// Changes of many tickets, oldest first.
pub async fn bulk_runs(
    ctx: &Ctx,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<BulkRun>, Error> {
    ctx.require(Action::TicketsRead)?;
    Ok(ctx.tenant().list(List::BulkRuns, limit, "bulk", cursor).await?)
}

/// How far a change of many tickets has come.
pub async fn bulk_report(ctx: &Ctx, id: BulkId) -> Result<BulkReport, Error> {
    ctx.require(Action::TicketsRead)?;
    let run = ctx.tenant().get::<BulkRun>(id).await?.ok_or(Error::NotFound("bulk change"))?;
    let parts = parts(ctx, id).await?;
    let failures = parts.into_iter().flat_map(|part| part.value.failures).collect();
    Ok(BulkReport { run: run.value, failures })
}

async fn parts(ctx: &Ctx, id: BulkId) -> Result<Vec<Stored<BulkPart>>, Error> {
    // There are no more parts than fit onto one page.
    let page = ctx.tenant().list::<BulkPart>(List::BulkParts(id), MAX_BULK, "bulk", None).await?;
    Ok(page.items)
}

/// Writes down what is to be done, and orders it: the order also finishes what a caller began to
/// wait for and did not see to the end.
async fn begin(ctx: &Ctx, tickets: BulkTickets, action: BulkAction) -> Result<BulkRun, Error> {
    if let BulkAction::Assign { technician } = &action {
        change::check_technician(ctx, *technician).await?;
    }
    let tickets = match tickets {
        BulkTickets::Ids(ids) => ids,
        BulkTickets::Filter(wanted) => all_wanted(ctx, *wanted).await?,
    };
    let mut seen = BTreeSet::new();
    let tickets: Vec<_> = tickets.into_iter().filter(|id| seen.insert(*id)).collect();
    if tickets.len() > MAX_BULK {
        return Err(Error::invalid("ticketIds", format!("expected at most {MAX_BULK} tickets")));
    }
    let id = BulkId::new(ctx.now, ctx.app.random());
    let parts: Vec<_> = (0..).zip(tickets.chunks(BULK_PART)).collect();
    let run = BulkRun {
        id,
        by: ctx.actor,
        at: ctx.now,
        action,
        total: tickets.len(),
        parts: parts.len(),
        parts_done: 0,
        done: 0,
        failed: 0,
    };
    let detail = json!({"action": run.action, "tickets": run.total});
    let mut change = ctx.tenant().change(ctx.audit("tickets.bulk", id, detail));
    for (number, tickets) in parts {
        let tickets = tickets.to_vec();
        change.insert(&BulkPart { run: id, number, tickets, failures: Vec::new() })?;
    }
    change.insert(&run)?;
    change.send(Job::ChangeTickets { run: id });
    ctx.commit(change, run).await
}

async fn all_wanted(ctx: &Ctx, wanted: Wanted) -> Result<Vec<TicketId>, Error> {
    let too_many = || {
        let message = format!("more than {MAX_BULK} tickets, or too many to look through");
        Error::invalid("filter", message)
    };
    let (mut ids, mut cursor) = (Vec::new(), None);
    for _ in 0..PAGES {
        let page = list(ctx, wanted.clone(), 100, cursor.as_deref()).await;
        let page = page.map_err(in_filter)?;
        ids.extend(page.0.iter().map(|ticket| ticket.id));
        cursor = page.1;
        if cursor.is_none() && ids.len() <= MAX_BULK {
            return Ok(ids);
        }
        if ids.len() > MAX_BULK {
            break;
        }
    }
    Err(too_many())
}

/// What a list refuses of its query was said in a filter.
fn in_filter(error: Error) -> Error {
    let Error::Invalid(mut fields) = error else { return error };
    for field in &mut fields {
        field.path = field.path.replacen("query.", "filter.", 1);
    }
    Error::Invalid(fields)
}

/// How far a change has come.
enum Progress {
    /// There are more parts.
    More,
    /// Every part is done.
    Done,
}

/// Does the next parts of a change, until it is done.
pub(crate) async fn run(ctx: &Ctx, id: BulkId) -> Result<Outcome, Error> {
    loop {
        match part(ctx, id).await {
            Ok(Progress::More) => {}
            Ok(Progress::Done) | Err(Error::NotFound(_)) => return Ok(Outcome::Done),
            Err(Error::Unavailable(_)) => return Ok(Outcome::Later(std::time::Duration::ZERO)),
            Err(error) => return Err(error),
        }
    }
}

/// Does the next part. Its tickets and how far the change has come are one transaction: whoever is
/// killed or beaten has done nothing.
async fn part(ctx: &Ctx, id: BulkId) -> Result<Progress, Error> {
    let tenant = ctx.tenant();
    let run = tenant.get::<BulkRun>(id).await?.ok_or(Error::NotFound("bulk change"))?;
    if run.is_done() {
        return Ok(Progress::Done);
    }
    let part = tenant.get::<BulkPart>((id, run.parts_done)).await?;
    let part = part.ok_or(Error::NotFound("bulk change"))?;
    let tickets = tenant.get_many::<Ticket>(&part.tickets).await?;
    let measuring = Measuring::read(ctx).await?;
    let today = measuring.day(ctx.now);
    let detail = json!({"part": part.number});
    let mut change = tenant.change(ctx.audit("tickets.changed", id, detail));
    let mut failures = Vec::new();
    for ticket_id in &part.tickets {
        let Some(ticket) = tickets.iter().find(|ticket| ticket.id == *ticket_id) else {
            failures.push(BulkFailure::new(*ticket_id, BulkError::Missing));
            continue;
        };
        match ticket.value.decide(|ticket| run.action.apply(ticket, ctx.now, today)) {
            Ok(after) if after == ticket.value => {}
            Ok(mut after) => {
                after.updated_at = ctx.now;
                measuring.settle(&mut after, ctx.now);
                change::record(ctx, &mut change, ticket, &after, changes(ticket, &after))?;
            }
            Err(error) => failures.push(BulkFailure::new(*ticket_id, error)),
        }
    }
    let failed = failures.len();
    let next = BulkRun {
        parts_done: run.parts_done + 1,
        done: run.done + part.tickets.len() - failed,
        failed: run.failed + failed,
        ..run.value.clone()
    };
    change.update(&part, &BulkPart { failures, ..part.value.clone() })?;
    change.update(&run, &next)?;
    // If somebody changed a ticket, or did this part: look again.
    let written = change.attempt().await?;
    Ok(if written && next.is_done() { Progress::Done } else { Progress::More })
}
