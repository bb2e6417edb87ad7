//! Work by the hour on recurring invoices: which there is, and that each piece is on one invoice.
//!
//! A transaction takes a hundred actions, and a month may have more work. So it is not the work that
//! decides what is billed, but one record for each of the client's records and month
//! (`ClaimedTime`), which every invoice of such work changes. What the work says of its invoice
//! follows from it: in the same transaction if it is little, else in a chain of messages.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use clearmargin_domain::{
    agreement::{Agreement, AgreementLine, AgreementTerms},
    id::{ClientId, InvoiceId, TicketId, TimeEntryId},
    invoice::Invoice,
    job::Job,
    labour::WorkedTime,
    money::Currency,
    period::Month,
    recurring::{
        ClaimedBy, ClaimedTime, Hourly, Hours, MOST_CLAIMED, Work, charged_by, charges_hours, hours,
    },
    ticket::Ticket,
    time_entry::{BillingStatus, TimeEntry},
};
use clearmargin_store::{Change, Stored};
use jiff::civil::Date;
use serde_json::json;

use crate::{Ctx, Error, agreements, jobs, recost};

/// How many pieces of work are written in the transaction that bills them.
const AT_ONCE: usize = 60;

/// An agreement with its terms and lines.
pub(super) type Parts = (Agreement, Option<AgreementTerms>, Vec<AgreementLine>);

/// The work that an agreement charges for in a month.
pub(super) struct Gathered {
    pub(super) hours: Hours,
    claims: Vec<Claim>,
}

/// What is to be claimed of the work of a client's record.
struct Claim {
    client: ClientId,
    stored: Option<Stored<ClaimedTime>>,
    entries: Vec<(TimeEntryId, i64)>,
    work: Vec<Stored<TimeEntry>>,
}

/// Of whom, and when.
pub(super) struct Asked<'a> {
    pub(super) agreed: &'a Parts,
    /// All agreements of the client.
    pub(super) siblings: &'a [Parts],
    /// The client's records.
    pub(super) records: &'a [ClientId],
    pub(super) month: Month,
    pub(super) currency: Currency,
}

/// The work that an agreement charges for in a month, perhaps a moment behind; none where it does not
/// charge by the hour.
pub(super) async fn gather(ctx: &Ctx, asked: &Asked<'_>) -> Result<Option<Gathered>, Error> {
    let (agreement, terms, lines) = asked.agreed;
    if !charges_hours(agreement, terms.as_ref(), lines) {
        return Ok(None);
    }
    let mut claims = Vec::new();
    for client in asked.records {
        let work = recost::entries(ctx.tenant(), Some(*client), asked.month).await?;
        let ids: Vec<_> = work.iter().map(|entry| entry.id).collect();
        let work = ctx.tenant().get_many::<TimeEntry>(&ids).await?;
        let stored = ctx.tenant().get::<ClaimedTime>((*client, asked.month)).await?;
        claims.push(Claim { client: *client, stored, entries: Vec::new(), work });
    }
    let included = included(ctx, asked).await?;
    let categories = categories(ctx, &claims).await?;
    Ok(Some(picked(asked, claims, &categories, included)))
}

/// What of the client's work the agreement charges for.
fn picked(
    asked: &Asked<'_>,
    mut claims: Vec<Claim>,
    categories: &HashMap<TicketId, Option<String>>,
    included: Option<WorkedTime>,
) -> Gathered {
    let (agreement, terms, lines) = asked.agreed;
    let own = |work: &Work<'_>| {
        // What is covered uses the time that each agreement includes.
        let covered = work.entry.status == BillingStatus::UnderContract;
        let hourly = asked.siblings.iter().filter(|it| charges_hours(&it.0, it.1.as_ref(), &it.2));
        let hourly = hourly.map(|(agreement, terms, _)| (agreement, terms.as_ref()));
        covered || charged_by(*work, hourly) == Some(agreement.id)
    };
    let all = claims.iter().flat_map(|claim| &claim.work);
    let work = all.map(|entry| Work { entry, category: category(categories, entry) });
    let work: Vec<_> = work.filter(own).collect();
    let (terms, currency) = (terms.as_ref(), asked.currency);
    let hourly = Hourly { agreement, terms, lines, currency, included };
    let known = claims.iter().filter_map(|claim| claim.stored.as_ref());
    let taken: HashSet<_> = known.flat_map(|claimed| claimed.ids()).collect();
    let hours = hours(&hourly, &work, &|id| !taken.contains(&id));
    let minors: HashMap<_, _> = hours.entries.iter().copied().collect();
    for claim in &mut claims {
        claim.work.retain(|entry| minors.contains_key(&entry.id));
        let charged = claim.work.iter().filter_map(|it| Some((it.id, *minors.get(&it.id)?)));
        claim.entries = charged.collect();
    }
    claims.retain(|claim| !claim.entries.is_empty());
    Gathered { hours, claims }
}

/// How much of the month's covered work the agreement includes; none where it does not say.
async fn included(ctx: &Ctx, asked: &Asked<'_>) -> Result<Option<WorkedTime>, Error> {
    let (agreement, terms, _) = asked.agreed;
    let Some(terms) = terms else { return Ok(None) };
    let month = agreements::allowance_in(ctx, agreement, terms, asked.records, asked.month).await?;
    Ok(month.map(|month| month.covered))
}

/// The categories of the tickets that work was done on.
async fn categories(
    ctx: &Ctx,
    claims: &[Claim],
) -> Result<HashMap<TicketId, Option<String>>, Error> {
    let work = claims.iter().flat_map(|claim| &claim.work);
    let tickets: HashSet<TicketId> = work.filter_map(|entry| entry.ticket).collect();
    let tickets: Vec<_> = tickets.into_iter().collect();
    let tickets = ctx.tenant().get_many::<Ticket>(&tickets).await?;
    Ok(tickets.into_iter().map(|ticket| (ticket.id, ticket.value.category)).collect())
}

fn category<'a>(
    categories: &'a HashMap<TicketId, Option<String>>,
    entry: &TimeEntry,
) -> Option<&'a str> {
    entry.ticket.and_then(|id| categories.get(&id)?.as_deref())
}

impl Gathered {
    /// Whether it is more than can be on invoices.
    pub(super) fn is_too_much(&self) -> bool {
        let count = |claim: &Claim| claim.stored.as_ref().map_or(0, |stored| stored.count());
        self.claims.iter().any(|claim| count(claim) + claim.entries.len() > MOST_CLAIMED)
    }

    /// The client's records whose work it is.
    pub(super) fn records(&self) -> Vec<ClientId> {
        self.claims.iter().map(|claim| claim.client).collect()
    }

    /// Has the change say that this work is on that invoice. It fails if any of it was billed
    /// meanwhile.
    pub(super) fn claim(
        self,
        change: &mut Change<'_>,
        invoice: InvoiceId,
        day: Date,
        month: Month,
    ) -> Result<(), Error> {
        let total: usize = self.claims.iter().map(|claim| claim.entries.len()).sum();
        for claim in self.claims {
            let old = claim.stored.as_ref();
            let none = || ClaimedTime::none(claim.client, month);
            let known = old.map_or_else(none, |stored| stored.value.clone());
            let new = known.claimed(ClaimedBy { invoice, day, entries: claim.entries });
            let at_once = (total <= AT_ONCE).then_some(&claim.work[..]);
            save(change, old, new, at_once)?;
        }
        Ok(())
    }
}

/// Writes what is claimed, and what the work says of it or, without that, the order to write it.
fn save(
    change: &mut Change<'_>,
    old: Option<&Stored<ClaimedTime>>,
    new: ClaimedTime,
    work: Option<&[Stored<TimeEntry>]>,
) -> Result<(), Error> {
    let Some(work) = work else {
        change.send(Job::MarkTime { client: new.client, month: new.month });
        return Ok(change.set(old, &new)?);
    };
    mark(change, &new, work)?;
    let ids: Vec<_> = work.iter().map(|entry| entry.id).collect();
    Ok(change.set(old, &new.written(&ids))?)
}

/// Has work say what is claimed of it.
fn mark(
    change: &mut Change<'_>,
    claimed: &ClaimedTime,
    work: &[Stored<TimeEntry>],
) -> Result<(), Error> {
    for entry in work {
        let invoiced = claimed.invoiced(entry.id);
        if invoiced != entry.invoiced {
            change.update(entry, &TimeEntry { invoiced, ..entry.value.clone() })?;
        }
    }
    Ok(())
}

/// Lets go of the work that is on an invoice, with the change that ends it.
pub(super) async fn release(
    ctx: &Ctx,
    change: &mut Change<'_>,
    invoice: &Invoice,
    month: Month,
    records: &[ClientId],
) -> Result<(), Error> {
    for client in records {
        let claimed = ctx.tenant().get::<ClaimedTime>((*client, month)).await?;
        let Some(claimed) = claimed else { continue };
        let ids: Vec<_> = claimed.of(invoice.id).collect();
        if ids.is_empty() {
            continue;
        }
        let few = ids.len() * records.len() <= AT_ONCE;
        let new = claimed.value.clone().released(invoice.id);
        if !few {
            save(change, Some(&claimed), new, None)?;
            continue;
        }
        let work = ctx.tenant().get_many::<TimeEntry>(&ids).await?;
        mark(change, &new, &work)?;
        change.update(&claimed, &new.written(&ids))?;
    }
    Ok(())
}

/// Has the next pieces of a month's work say on which invoice they are, and orders the ones after
/// them.
pub(crate) async fn mark_next(
    ctx: &Ctx,
    client: ClientId,
    month: Month,
) -> Result<jobs::Outcome, Error> {
    let claimed = ctx.tenant().get::<ClaimedTime>((client, month)).await?;
    let Some(claimed) = claimed.filter(|claimed| !claimed.unwritten.is_empty()) else {
        return Ok(jobs::Outcome::Done);
    };
    let ids: Vec<_> = claimed.unwritten.iter().copied().take(AT_ONCE).collect();
    let work = ctx.tenant().get_many::<TimeEntry>(&ids).await?;
    let detail = json!({"month": month, "entries": ids.len()});
    let mut change = ctx.tenant().change(ctx.audit("time.marked", client, detail));
    mark(&mut change, &claimed, &work)?;
    let new = claimed.value.clone().written(&ids);
    if !new.unwritten.is_empty() {
        change.send(Job::MarkTime { client, month });
    }
    change.update(&claimed, &new)?;
    let written = change.attempt().await?;
    Ok(if written { jobs::Outcome::Done } else { jobs::Outcome::Later(Duration::ZERO) })
}
