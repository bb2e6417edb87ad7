//! Of which category the tickets are that work was on.

use std::collections::{HashMap, HashSet};

use clearmargin_domain::{id::TicketId, ticket::Ticket, time_entry::TimeEntry};

use crate::{Ctx, Error};

/// The categories of the tickets that this work was on.
pub(crate) async fn categories<'a>(
    ctx: &Ctx,
    work: impl IntoIterator<Item = &'a TimeEntry>,
) -> Result<HashMap<TicketId, Option<String>>, Error> {
    let tickets: HashSet<TicketId> = work.into_iter().filter_map(|entry| entry.ticket).collect();
    let tickets: Vec<_> = tickets.into_iter().collect();
    let tickets = ctx.tenant().get_many::<Ticket>(&tickets).await?;
    Ok(tickets.into_iter().map(|it| (it.id, it.value.category)).collect())
}
