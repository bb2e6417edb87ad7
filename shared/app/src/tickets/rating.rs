//! What clients think of the work: a link that only they have, and what they say.

use clearmargin_domain::{
    access::Action,
    id::TicketId,
    identity::{OneTime, TokenSecret},
    secret::Secret,
    ticket::{Rating, RatingOffer, RatingText},
};
use jiff::SignedDuration;
use serde_json::json;

use super::{Measuring, change};
use crate::{App, Ctx, Error, Visit, identity::RatingToken};

/// How long a client may say something after being asked.
const LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A link for a client to say what they think of a ticket.
#[derive(Debug)]
pub struct RatingLink {
    /// What proves that the client was asked.
    pub token: Secret,
    /// The dashboard's page that takes it, where a dashboard is known. The token is behind the `#`:
    /// browsers keep that to themselves.
    pub url: Option<Secret>,
    /// The last moment at which it counts.
    pub until: jiff::Timestamp,
}

/// A fresh link; the one before does not count any more.
pub async fn offer_rating(ctx: &Ctx, ticket: TicketId) -> Result<RatingLink, Error> {
    ctx.require(Action::TicketsWrite)?;
    change::found(ctx, ticket).await?;
    let secret = TokenSecret::new(ctx.app.entropy.bytes());
    let offer = RatingOffer { ticket, secret: OneTime::new(&secret, ctx.now, LIFETIME) };
    let until = offer.secret.until;
    let mut change = ctx.tenant().change(ctx.audit("ticket.ratingOffered", ticket, json!({})));
    change.set(ctx.tenant().get::<RatingOffer>(ticket).await?.as_ref(), &offer)?;
    change.commit().await?;
    let token = RatingToken { org: ctx.org, ticket, secret }.text();
    let url = ctx.app.dashboard_url.as_ref();
    let url = url.map(|url| Secret::new(format!("{url}/rate#token={}", token.expose())));
    Ok(RatingLink { token, url, until })
}

/// What a client says, by a link; a later word replaces an earlier one. Whatever is wrong with a
/// link, the answer is the same.
pub async fn rate(
    app: &App,
    visit: &Visit,
    token: &str,
    score: u8,
    comment: Option<RatingText>,
) -> Result<(), Error> {
    let unknown = || Error::invalid("token", "the link is unknown or does not count any more");
    let token = RatingToken::read(token).ok_or_else(unknown)?;
    let ctx = app.for_system(token.org, &visit.request_id);
    let offer = ctx.tenant().get::<RatingOffer>(token.ticket).await?;
    let proven = offer.is_some_and(|offer| offer.secret.proves(&token.secret, ctx.now));
    if !proven {
        return Err(unknown());
    }
    if !(1..=5).contains(&score) {
        return Err(Error::invalid("score", "expected 1 to 5"));
    }
    let ticket = change::found(&ctx, token.ticket).await.map_err(|_| unknown())?;
    let on = Measuring::read(&ctx).await?.day(ctx.now);
    let rating = Rating { score, on, comment: comment.map(String::from) };
    change::save_once(&ctx, &ticket, "ticket.rated", |ticket, _| {
        ticket.rate(rating);
        Ok(())
    })
    .await?;
    Ok(())
}
