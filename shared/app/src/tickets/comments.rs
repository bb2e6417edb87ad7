//! What people say about tickets, and what happened to them.

use clearmargin_domain::{
    access::Action,
    id::{CommentId, TicketId},
    ticket::{Comment, CommentText, TicketEvent},
};
use clearmargin_store::{List, Listing};
use serde_json::json;

use super::{Measuring, change};
use crate::{Ctx, Error};

/// Says something about a ticket. What is for the customer, too, is an answer; the first one keeps,
/// or breaks, what was promised.
pub async fn comment(
    ctx: &Ctx,
    ticket: TicketId,
    text: CommentText,
    internal: bool,
) -> Result<Comment, Error> {
    ctx.require(Action::TicketsWrite)?;
    if let Some(comment) = ctx.replay().await? {
        return Ok(comment);
    }
    let stored = change::found(ctx, ticket).await?;
    let id = CommentId::new(ctx.now, ctx.app.random());
    let comment = Comment { id, ticket, author: ctx.actor, at: ctx.now, internal, text };
    let detail = json!({"ticket": ticket, "internal": internal});
    let mut change = ctx.tenant().change(ctx.audit("ticket.commented", id, detail));
    change.insert(&comment)?;
    if !internal && stored.first_response.is_none() {
        let measuring = Measuring::read(ctx).await?;
        let mut answered = stored.value.clone();
        answered.answer(ctx.now, measuring.day(ctx.now));
        answered.updated_at = ctx.now;
        measuring.settle(&mut answered, ctx.now);
        change.update(&stored, &answered)?;
    }
    ctx.commit(change, comment).await
}

/// What was said about a ticket, oldest first.
pub async fn comments(
    ctx: &Ctx,
    ticket: TicketId,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<Comment>, Error> {
    ctx.require(Action::TicketsRead)?;
    change::found(ctx, ticket).await?;
    Ok(ctx.tenant().list(List::Comments(ticket), limit, "comments", cursor).await?)
}

/// What happened to a ticket, oldest first.
pub async fn history(
    ctx: &Ctx,
    ticket: TicketId,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<TicketEvent>, Error> {
    ctx.require(Action::TicketsRead)?;
    change::found(ctx, ticket).await?;
    Ok(ctx.tenant().list(List::TicketEvents(ticket), limit, "history", cursor).await?)
}
