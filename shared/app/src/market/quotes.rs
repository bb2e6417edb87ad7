//! What competitors quote, as somebody records it.

use clearmargin_domain::{
    access::Action,
    agreement::{PricingUnit, Quantity},
    id::{CompetitorQuoteId, ServiceId},
    market::{CompetitorQuote, QuoteOutcome},
    money::Money,
    service::Service,
    text::Prose,
};
use clearmargin_store::{List, Listing};
use jiff::civil::Date;
use serde_json::json;

use crate::{Ctx, Error, books, organizations, services};

/// A quote to record.
#[derive(Debug, Clone)]
pub struct NewQuote {
    /// To whom: a client or a prospect.
    pub customer: Option<Prose<200>>,
    /// Who quoted.
    pub competitor: Prose<100>,
    /// Which entry of the own catalogue it stands against.
    pub service: Option<ServiceId>,
    /// What the price is for.
    pub unit: PricingUnit,
    /// What a unit costs in a month, in the organisation's currency.
    pub unit_price: Money,
    /// How many units were quoted.
    pub quantity: Option<Quantity>,
    /// The day of the quote.
    pub quoted_on: Date,
    /// What became of it.
    pub outcome: QuoteOutcome,
}

/// Records a quote. What it says of whom stays out of the audit trail.
pub async fn record_quote(ctx: &Ctx, new: NewQuote) -> Result<CompetitorQuote, Error> {
    ctx.require(Action::QuotesWrite)?;
    if let Some(quote) = ctx.replay().await? {
        return Ok(quote);
    }
    check(ctx, &new).await?;
    let NewQuote { customer, competitor, service, unit, unit_price, quantity, quoted_on, outcome } =
        new;
    let id = CompetitorQuoteId::new(ctx.now, ctx.app.random());
    let quote = CompetitorQuote {
        id,
        customer,
        competitor,
        service,
        unit,
        unit_price,
        quantity,
        quoted_on,
        outcome,
    };
    let mut change = ctx.tenant().change(ctx.audit("quote.recorded", id, json!({})));
    change.insert(&quote)?;
    ctx.commit(change, quote).await
}

async fn check(ctx: &Ctx, new: &NewQuote) -> Result<(), Error> {
    let organization = organizations::own(ctx, ctx.org).await?;
    services::in_books(&organization, new.unit_price.currency, "")?;
    if !CompetitorQuote::is_price(new.unit_price) {
        return Err(Error::invalid("unitPrice", "expected more than 0 and at most 1000000"));
    }
    services::check_day(new.quoted_on, "quotedOn")?;
    if new.quoted_on > books::today_in(ctx, &organization)? {
        return Err(Error::invalid("quotedOn", "must not lie ahead"));
    }
    if let Some(service) = new.service {
        let known = ctx.tenant().get::<Service>(service).await?;
        known.ok_or_else(|| Error::invalid("serviceId", "there is no such service"))?;
    }
    Ok(())
}

/// A page of quotes, the last recorded first.
pub async fn quotes(
    ctx: &Ctx,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<CompetitorQuote>, Error> {
    ctx.require(Action::MarginsRead)?;
    Ok(ctx.tenant().list(List::CompetitorQuotes, limit, "competitor-quotes", cursor).await?)
}

/// Removes a quote.
pub async fn remove_quote(ctx: &Ctx, id: CompetitorQuoteId) -> Result<(), Error> {
    ctx.require(Action::QuotesWrite)?;
    let old = ctx.tenant().get::<CompetitorQuote>(id).await?;
    let old = old.ok_or(Error::NotFound("competitor quote"))?;
    let mut change = ctx.tenant().change(ctx.audit("quote.removed", id, json!({})));
    change.delete(&old)?;
    Ok(change.commit().await?)
}
