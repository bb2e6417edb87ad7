//! By which terms a client's work is charged.

use clearmargin_domain::{
    agreement::{Agreement, AgreementTerms, governing},
    id::ServiceId,
    ticket::Ticket,
};
use jiff::civil::Date;

use super::default_terms;
use crate::{Ctx, Error, clients};

/// The terms that work of a day on a ticket is charged by; none where no agreement covers it. Reads
/// every agreement once.
pub(crate) async fn charging(
    ctx: &Ctx,
    ticket: &Ticket,
    service: Option<ServiceId>,
    day: Date,
) -> Result<Option<AgreementTerms>, Error> {
    let Some(client) = ticket.client else {
        return Ok(None);
    };
    let records = clients::group_of(ctx, client).await?.ids();
    let agreements = ctx.tenant().all::<Agreement>().await?.into_iter();
    let own: Vec<_> = agreements
        .map(|stored| stored.value)
        .filter(|agreement| records.contains(&agreement.client))
        .filter(|agreement| agreement.is_in_force_on(day))
        .collect();
    let ids: Vec<_> = own.iter().map(|agreement| agreement.id).collect();
    let mut said = ctx.tenant().get_many::<AgreementTerms>(&ids).await?;
    let with_terms = own.into_iter().map(|agreement| {
        let place = said.iter().position(|terms| terms.agreement == agreement.id);
        let terms = place.map(|place| said.swap_remove(place).value);
        let terms = terms.unwrap_or_else(|| default_terms(&agreement));
        (agreement, terms)
    });
    Ok(governing(with_terms, day, service, ticket.category.as_deref()))
}
