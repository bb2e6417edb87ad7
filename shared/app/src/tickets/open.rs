//! Opening a ticket: numbered, given to somebody, and measured from its first moment on.

use clearmargin_domain::{
    access::Action,
    id::{ClientId, SiteId, TechnicianId, TicketId, TicketTemplateId},
    sequence::{Numbered, Sequence},
    tags::Tags,
    ticket::{Description, Subject, Ticket, TicketStatus, TicketTemplate, Word},
};
use serde_json::json;

use super::{
    Measuring, change,
    described::{self, Described},
};
use crate::{Ctx, Error, routing, tries::Tries};

/// How often a number is asked for again that somebody else took in the same moment.
const TRIES: usize = 8;

/// A ticket to open.
#[derive(Debug, Clone, Default)]
pub struct NewTicket {
    /// What to begin with; what is said beside it comes first.
    pub template: Option<TicketTemplateId>,
    /// One line about it; may be left to the template.
    pub subject: Option<Subject>,
    /// All about it.
    pub description: Option<Description>,
    /// The client, unless it is internal.
    pub client: Option<ClientId>,
    /// The client's site.
    pub site: Option<SiteId>,
    /// The organisation's own word for its priority.
    pub priority: Option<Word>,
    /// The organisation's own word for its category.
    pub category: Option<Word>,
    /// What it is filed under.
    pub tags: Option<Tags>,
    /// Who works on it; found by the routing rules unless somebody is named.
    pub technician: Option<TechnicianId>,
}

/// Opens a ticket.
pub async fn open(ctx: &Ctx, new: NewTicket) -> Result<Described, Error> {
    ctx.require(Action::TicketsWrite)?;
    if let Some(described) = ctx.replay().await? {
        return Ok(described);
    }
    change::check_client(ctx, new.client, new.site).await?;
    change::check_technician(ctx, new.technician).await?;
    let measuring = Measuring::read(ctx).await?;
    let mut new = filled(ctx, new).await?;
    let description = new.description.take();
    let mut opened = Described { ticket: begun(ctx, new, &measuring)?, description };
    let mut tries = Tries::most(TRIES);
    loop {
        match numbered(ctx, &mut opened, &measuring).await {
            // Somebody else took the number, or the turn.
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

/// What is said, and what the template says where nothing is.
async fn filled(ctx: &Ctx, new: NewTicket) -> Result<NewTicket, Error> {
    let Some(id) = new.template else {
        return Ok(new);
    };
    let template = ctx.tenant().get::<TicketTemplate>(id).await?;
    let template = template.ok_or(Error::invalid("templateId", "there is no such template"))?.value;
    Ok(NewTicket {
        subject: new.subject.or(Some(template.subject)),
        description: new.description.or(template.description),
        priority: new.priority.or(template.priority),
        category: new.category.or(template.category),
        tags: new.tags.or(Some(template.tags)),
        technician: new.technician.or(template.technician),
        ..new
    })
}

fn begun(ctx: &Ctx, new: NewTicket, measuring: &Measuring) -> Result<Ticket, Error> {
    let subject = new.subject.ok_or(Error::invalid("subject", "a ticket has a subject"))?;
    Ok(Ticket {
        id: TicketId::new(ctx.now, ctx.app.random()),
        number: String::new(),
        subject: subject.into(),
        client: new.client,
        site: new.site,
        technician: new.technician,
        status: TicketStatus::New,
        source_status: None,
        priority: new.priority.map(String::from),
        category: new.category.map(String::from),
        tags: new.tags.unwrap_or_default(),
        created_at: ctx.now,
        opened_on: measuring.day(ctx.now),
        updated_at: ctx.now,
        first_response: None,
        resolution: None,
        pauses: Vec::new(),
        sla: None,
        escalation: None,
        reopened_on: Vec::new(),
        rating: None,
        source_words: None,
        origin: None,
    })
}

/// Writes the ticket under the next number.
async fn numbered(
    ctx: &Ctx,
    opened: &mut Described,
    measuring: &Measuring,
) -> Result<Described, Error> {
    let Described { ticket, description } = opened;
    let last = ctx.tenant().get::<Sequence>(Numbered::Tickets).await?;
    let next = last.as_ref().map_or(Sequence::new(Numbered::Tickets), |last| last.value).next();
    ticket.number = format!("T-{}", next.last);
    let routed = match ticket.technician {
        Some(_) => None,
        None => routing::decide(ctx, ticket).await?,
    };
    let mut ticket = ticket.clone();
    if let Some(routed) = &routed {
        ticket.technician = Some(routed.technician);
    }
    measuring.settle(&mut ticket, ctx.now);
    let detail = json!({"number": ticket.number, "client": ticket.client});
    let mut change = ctx.tenant().change(ctx.audit("ticket.opened", ticket.id, detail));
    change.set(last.as_ref(), &next)?;
    if let Some(routed) = routed {
        routed.write(&mut change)?;
    }
    change.insert(&ticket)?;
    described::write(&mut change, ticket.id, None, description.as_ref())?;
    change.insert(&change::event(ctx, ticket.id, Vec::new()))?;
    ctx.commit(change, Described { ticket, description: description.clone() }).await
}
