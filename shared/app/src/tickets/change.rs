//! Changes of one ticket, each with its line in the ticket's history.

use clearmargin_domain::{
    access::Action,
    client::{Client, Site},
    id::{ClientId, SiteId, TechnicianId, TicketEventId, TicketId},
    technician::Technician,
    ticket::{
        Description, FieldChange, StepError, Ticket, TicketEdit, TicketEvent, TicketStatus, changes,
    },
};
use clearmargin_store::{Change, Stored};
use jiff::civil::Date;
use serde_json::json;

use super::{
    Measuring,
    described::{self, Described},
};
use crate::{Ctx, Error, Precondition};

/// Writes anew what a ticket is about. `seen` is what the caller has seen.
pub async fn edit(
    ctx: &Ctx,
    id: TicketId,
    edit: TicketEdit,
    description: Option<Description>,
    seen: &Precondition,
) -> Result<Stored<Described>, Error> {
    ctx.require(Action::TicketsWrite)?;
    check_client(ctx, edit.client, edit.site).await?;
    let ticket = found(ctx, id).await?;
    seen.check(ticket.version)?;
    let written = described::stored(ctx, id).await?;
    let mut after = decided(ctx, &ticket, |ticket, _| {
        ticket.edit(edit);
        Ok(())
    })
    .await?;
    let mut fields = changes(&ticket, &after);
    if written.as_ref().map(|written| &written.text) != description.as_ref() {
        fields.push(FieldChange::DESCRIBED);
        after.updated_at = ctx.now;
    }
    let mut version = ticket.version;
    if after != ticket.value || !fields.is_empty() {
        let mut change = begin(ctx, id, "ticket.edited", &fields);
        described::write(&mut change, id, written.as_ref(), description.as_ref())?;
        record(ctx, &mut change, &ticket, &after, fields)?;
        change.commit().await?;
        version += 1;
    }
    Ok(Stored { value: Described { ticket: after, description }, version })
}

/// A ticket goes to a status, if it may from where it stands.
pub async fn go(
    ctx: &Ctx,
    id: TicketId,
    to: TicketStatus,
    seen: &Precondition,
) -> Result<Stored<Ticket>, Error> {
    ctx.require(Action::TicketsWrite)?;
    let ticket = found(ctx, id).await?;
    seen.check(ticket.version)?;
    save(ctx, &ticket, "ticket.moved", |ticket, today| {
        ticket.go(to, ctx.now, today).map_err(refused)
    })
    .await
}

/// Somebody is to work on a ticket, or nobody.
pub async fn assign(
    ctx: &Ctx,
    id: TicketId,
    technician: Option<TechnicianId>,
) -> Result<Ticket, Error> {
    ctx.require(Action::TicketsWrite)?;
    if let Some(ticket) = ctx.replay().await? {
        return Ok(ticket);
    }
    check_technician(ctx, technician).await?;
    let ticket = found(ctx, id).await?;
    save_once(ctx, &ticket, "ticket.assigned", |ticket, _| {
        ticket.technician = technician;
        Ok(())
    })
    .await
}

/// A ticket needs more than usual: it gets a reason and, if wanted, another priority and somebody
/// else to work on it.
pub async fn escalate(
    ctx: &Ctx,
    id: TicketId,
    reason: String,
    priority: Option<String>,
    technician: Option<TechnicianId>,
) -> Result<Ticket, Error> {
    ctx.require(Action::TicketsWrite)?;
    if let Some(ticket) = ctx.replay().await? {
        return Ok(ticket);
    }
    check_technician(ctx, technician).await?;
    let ticket = found(ctx, id).await?;
    if !ticket.status.is_open() {
        return Err(Error::conflict("not_open", "the ticket is done; open it again first"));
    }
    save_once(ctx, &ticket, "ticket.escalated", |ticket, _| {
        ticket.escalate(reason, ctx.now, ctx.actor);
        ticket.priority = priority.or_else(|| ticket.priority.take());
        ticket.technician = technician.or(ticket.technician);
        Ok(())
    })
    .await
}

/// Why a ticket does not move, as the caller reads it.
pub(super) fn refused(error: StepError) -> Error {
    let code = match error {
        StepError::Illegal(_) => "illegal_move",
        StepError::TooMany => "too_many_moves",
    };
    Error::conflict(code, error.to_string())
}

pub(super) async fn found(ctx: &Ctx, id: TicketId) -> Result<Stored<Ticket>, Error> {
    ctx.tenant().get::<Ticket>(id).await?.ok_or(Error::NotFound("ticket"))
}

/// Goes on only if there is such a client, and it has such a site.
pub(super) async fn check_client(
    ctx: &Ctx,
    client: Option<ClientId>,
    site: Option<SiteId>,
) -> Result<(), Error> {
    if let Some(id) = client {
        let known = ctx.tenant().get::<Client>(id).await?;
        known.ok_or(Error::invalid("clientId", "there is no such client"))?;
    }
    if let Some(id) = site {
        let known = ctx.tenant().get::<Site>(id).await?;
        let known = known.filter(|site| Some(site.client) == client);
        known.ok_or(Error::invalid("siteId", "the client has no such site"))?;
    }
    Ok(())
}

/// Goes on only if there is such a technician.
pub(super) async fn check_technician(ctx: &Ctx, id: Option<TechnicianId>) -> Result<(), Error> {
    if let Some(id) = id {
        let known = ctx.tenant().get::<Technician>(id).await?;
        known.ok_or(Error::invalid("technicianId", "there is no such technician"))?;
    }
    Ok(())
}

type Step = Result<(), Error>;

/// A ticket changed and measured, or the same one where nothing changes.
async fn decided(
    ctx: &Ctx,
    ticket: &Stored<Ticket>,
    apply: impl FnOnce(&mut Ticket, Date) -> Step,
) -> Result<Ticket, Error> {
    let measuring = Measuring::read(ctx).await?;
    let today = measuring.day(ctx.now);
    let mut after = ticket.value.decide(|ticket| apply(ticket, today))?;
    if after != ticket.value {
        after.updated_at = ctx.now;
        measuring.settle(&mut after, ctx.now);
    }
    Ok(after)
}

/// Changes a ticket, with the line in its history.
pub(super) fn record(
    ctx: &Ctx,
    change: &mut Change<'_>,
    before: &Stored<Ticket>,
    after: &Ticket,
    fields: Vec<FieldChange>,
) -> Result<(), Error> {
    change.update(before, after)?;
    Ok(change.insert(&event(ctx, after.id, fields))?)
}

pub(super) fn event(ctx: &Ctx, ticket: TicketId, changes: Vec<FieldChange>) -> TicketEvent {
    let id = TicketEventId::new(ctx.now, ctx.app.random());
    TicketEvent { id, ticket, by: ctx.actor, at: ctx.now, changes }
}

fn begin<'a>(ctx: &'a Ctx, id: TicketId, action: &str, fields: &[FieldChange]) -> Change<'a> {
    let fields: Vec<_> = fields.iter().map(|it| it.field).collect();
    ctx.tenant().change(ctx.audit(action, id, json!({"fields": fields})))
}

/// For requests that say what is to be: repeating them changes nothing.
async fn save(
    ctx: &Ctx,
    ticket: &Stored<Ticket>,
    action: &str,
    apply: impl FnOnce(&mut Ticket, Date) -> Step,
) -> Result<Stored<Ticket>, Error> {
    let after = decided(ctx, ticket, apply).await?;
    if after == ticket.value {
        return Ok(ticket.clone());
    }
    let fields = changes(ticket, &after);
    let mut change = begin(ctx, after.id, action, &fields);
    record(ctx, &mut change, ticket, &after, fields)?;
    change.commit().await?;
    Ok(Stored { value: after, version: ticket.version + 1 })
}

/// For requests that say what to do: they are carried out once.
pub(super) async fn save_once(
    ctx: &Ctx,
    ticket: &Stored<Ticket>,
    action: &str,
    apply: impl FnOnce(&mut Ticket, Date) -> Step,
) -> Result<Ticket, Error> {
    let after = decided(ctx, ticket, apply).await?;
    let fields = changes(ticket, &after);
    let mut change = begin(ctx, after.id, action, &fields);
    if after != ticket.value {
        record(ctx, &mut change, ticket, &after, fields)?;
    }
    ctx.commit(change, after).await
}
