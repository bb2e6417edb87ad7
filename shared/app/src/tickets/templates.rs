//! Tickets to begin with.

use clearmargin_domain::{
    access::Action,
    id::{TechnicianId, TicketTemplateId},
    tags::Tags,
    text::Line,
    ticket::{Description, Subject, TicketTemplate, Word},
};
use clearmargin_store::{List, Listing, Stored};
use serde_json::json;

use super::change;
use crate::{Ctx, Error, Precondition};

/// What a template says.
#[derive(Debug, Clone)]
pub struct TemplateDetails {
    /// What it is called.
    pub name: Line<100>,
    /// One line about the ticket.
    pub subject: Subject,
    /// All about it.
    pub description: Option<Description>,
    /// The organisation's own word for its priority.
    pub priority: Option<Word>,
    /// The organisation's own word for its category.
    pub category: Option<Word>,
    /// What it is filed under.
    pub tags: Tags,
    /// Who works on it.
    pub technician: Option<TechnicianId>,
}

impl TemplateDetails {
    fn template(self, id: TicketTemplateId) -> TicketTemplate {
        let Self { name, subject, description, priority, category, tags, technician } = self;
        TicketTemplate { id, name, subject, description, priority, category, tags, technician }
    }
}

/// Templates, by id.
pub async fn templates(
    ctx: &Ctx,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<TicketTemplate>, Error> {
    ctx.require(Action::TicketsRead)?;
    Ok(ctx.tenant().list(List::TicketTemplates, limit, "templates", cursor).await?)
}

/// A template.
pub async fn template(ctx: &Ctx, id: TicketTemplateId) -> Result<Stored<TicketTemplate>, Error> {
    ctx.require(Action::TicketsRead)?;
    found(ctx, id).await
}

async fn found(ctx: &Ctx, id: TicketTemplateId) -> Result<Stored<TicketTemplate>, Error> {
    ctx.tenant().get::<TicketTemplate>(id).await?.ok_or(Error::NotFound("ticket template"))
}

/// Adds a template.
pub async fn add_template(ctx: &Ctx, details: TemplateDetails) -> Result<TicketTemplate, Error> {
    ctx.require(Action::TicketsWrite)?;
    if let Some(template) = ctx.replay().await? {
        return Ok(template);
    }
    change::check_technician(ctx, details.technician).await?;
    let template = details.template(TicketTemplateId::new(ctx.now, ctx.app.random()));
    let audit = ctx.audit("ticketTemplate.added", template.id, json!({}));
    let mut change = ctx.tenant().change(audit);
    change.insert(&template)?;
    ctx.commit(change, template).await
}

/// Writes a template anew.
pub async fn replace_template(
    ctx: &Ctx,
    id: TicketTemplateId,
    details: TemplateDetails,
    seen: &Precondition,
) -> Result<Stored<TicketTemplate>, Error> {
    ctx.require(Action::TicketsWrite)?;
    let old = found(ctx, id).await?;
    seen.check(old.version)?;
    change::check_technician(ctx, details.technician).await?;
    let template = details.template(id);
    if template == old.value {
        return Ok(old);
    }
    let mut change = ctx.tenant().change(ctx.audit("ticketTemplate.changed", id, json!({})));
    change.update(&old, &template)?;
    change.commit().await?;
    Ok(Stored { value: template, version: old.version + 1 })
}

/// Removes a template.
pub async fn remove_template(ctx: &Ctx, id: TicketTemplateId) -> Result<(), Error> {
    ctx.require(Action::TicketsWrite)?;
    let old = found(ctx, id).await?;
    let mut change = ctx.tenant().change(ctx.audit("ticketTemplate.removed", id, json!({})));
    change.delete(&old)?;
    Ok(change.commit().await?)
}
