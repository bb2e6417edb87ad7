//! Tickets with all that was written about them.

use clearmargin_domain::{
    access::Action,
    id::TicketId,
    ticket::{Description, Ticket, TicketDescription},
};
use clearmargin_store::{Change, Stored};
use serde::{Deserialize, Serialize};

use super::change;
use crate::{Ctx, Error};

/// A ticket with all that was written about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Described {
    /// The ticket.
    pub ticket: Ticket,
    /// All about it.
    pub description: Option<Description>,
}

/// A ticket with all that was written about it, at the ticket's version.
pub async fn get(ctx: &Ctx, id: TicketId) -> Result<Stored<Described>, Error> {
    ctx.require(Action::TicketsRead)?;
    // The ticket first: if it is written anew in between, its version is an old one, and who
    // changes it then is told that they have not seen the newest.
    let ticket = change::found(ctx, id).await?;
    let description = stored(ctx, id).await?.map(|stored| stored.value.text);
    Ok(Stored { value: Described { ticket: ticket.value, description }, version: ticket.version })
}

/// What is stored about a ticket.
pub(super) async fn stored(
    ctx: &Ctx,
    ticket: TicketId,
) -> Result<Option<Stored<TicketDescription>>, Error> {
    Ok(ctx.tenant().get::<TicketDescription>(ticket).await?)
}

/// Writes what is new about a ticket.
pub(super) fn write(
    change: &mut Change<'_>,
    ticket: TicketId,
    old: Option<&Stored<TicketDescription>>,
    new: Option<&Description>,
) -> Result<(), Error> {
    match (old, new) {
        (Some(old), Some(text)) if old.text == *text => {}
        (_, Some(text)) => change.set(old, &TicketDescription { ticket, text: text.clone() })?,
        (Some(old), None) => change.delete(old)?,
        (None, None) => {}
    }
    Ok(())
}
