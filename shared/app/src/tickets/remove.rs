//! Removing a ticket that was made here.

use clearmargin_domain::{
    access::Action,
    id::TicketId,
    ticket::{Comment, RatingOffer, Ticket, TicketEvent},
    time_entry::TimeEntry,
};
use clearmargin_store::{Change, List, Record, Stored};
use serde_json::json;

use super::{change, described};
use crate::{Ctx, Error, Precondition};

/// How much of what belongs to a ticket goes at once.
const BATCH: usize = 40;

/// Removes a ticket with all that was said about it. A ticket that came from a source would come
/// back; one with time on it is part of the books.
pub async fn remove(ctx: &Ctx, id: TicketId, seen: &Precondition) -> Result<(), Error> {
    ctx.require(Action::TicketsWrite)?;
    let ticket = change::found(ctx, id).await?;
    seen.check(ticket.version)?;
    if ticket.origin.is_some() {
        let message = "the ticket belongs to a source system; delete it there";
        return Err(Error::conflict("imported", message));
    }
    let time = ctx.tenant().list::<TimeEntry>(List::TicketTime(id), 1, "remove", None).await?;
    if !time.items.is_empty() {
        return Err(Error::conflict("has_time", "time was worked on the ticket; close it instead"));
    }
    loop {
        let (comments, events) = (of(ctx, List::Comments(id)), of(ctx, List::TicketEvents(id)));
        let (comments, events) = (comments.await?, events.await?);
        if comments.len() < BATCH && events.len() < BATCH {
            return end(ctx, &ticket, &comments, &events).await;
        }
        let detail = json!({"comments": comments.len(), "events": events.len()});
        let mut change = ctx.tenant().change(ctx.audit("ticket.emptied", id, detail));
        drop_all(&mut change, &comments)?;
        drop_all(&mut change, &events)?;
        change.commit().await?;
    }
}

async fn of<T: Record>(ctx: &Ctx, list: List) -> Result<Vec<Stored<T>>, Error> {
    Ok(ctx.tenant().list(list, BATCH, "remove", None).await?.items)
}

async fn end(
    ctx: &Ctx,
    ticket: &Stored<Ticket>,
    comments: &[Stored<Comment>],
    events: &[Stored<TicketEvent>],
) -> Result<(), Error> {
    let detail = json!({"number": ticket.number});
    let mut change = ctx.tenant().change(ctx.audit("ticket.removed", ticket.id, detail));
    drop_all(&mut change, comments)?;
    drop_all(&mut change, events)?;
    if let Some(offer) = ctx.tenant().get::<RatingOffer>(ticket.id).await? {
        change.delete(&offer)?;
    }
    if let Some(description) = described::stored(ctx, ticket.id).await? {
        change.delete(&description)?;
    }
    change.delete(ticket)?;
    Ok(change.commit().await?)
}

fn drop_all<T: Record>(change: &mut Change<'_>, rows: &[Stored<T>]) -> Result<(), Error> {
    for row in rows {
        change.delete(row)?;
    }
    Ok(())
}
