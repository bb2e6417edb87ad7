//! What is sold, for a snapshot: agreements in force with their lines, and the catalogue.

use std::collections::HashMap;

use clearmargin_domain::{
    agreement::{Agreement, AgreementLine, AgreementTerms},
    id::ClientId,
    money::{Currency, Money},
    service::Service,
};
use clearmargin_insight::snapshot::sold::{Entry, Sold, SoldAgreement, SoldLine};
use jiff::civil::Date;

use crate::{Error, agreements::Everything};

/// What is sold on a day. What belongs to a client that is gone is not part of it.
pub(super) fn of(
    promised: Everything,
    catalogue: &[Service],
    lead_of: &HashMap<ClientId, ClientId>,
    (day, currency): (Date, Currency),
) -> Result<Sold, Error> {
    let catalogue = catalogue.iter().map(|service| (service.id, entry(service, day, currency)));
    let mut agreements = Vec::new();
    for (agreement, terms, lines) in promised.parts() {
        let Some(client) = lead_of.get(&agreement.client) else { continue };
        if agreement.is_in_force_on(day) {
            agreements.push(sold(&agreement, *client, terms, &lines, (day, currency))?);
        }
    }
    agreements.sort_by_key(|agreement| agreement.id);
    Ok(Sold { agreements, catalogue: catalogue.collect() })
}

fn entry(service: &Service, day: Date, currency: Currency) -> Entry {
    let own = |money: Option<Money>| money.filter(|it| it.currency == currency).map(|it| it.minor);
    Entry {
        offering: service.offering,
        active: service.active,
        list_price: own(service.list_price(day)),
        unit_cost: own(service.unit_cost(day)),
    }
}

fn sold(
    agreement: &Agreement,
    client: ClientId,
    terms: Option<AgreementTerms>,
    lines: &[AgreementLine],
    (day, currency): (Date, Currency),
) -> Result<SoldAgreement, Error> {
    let escalator = terms.as_ref().and_then(|terms| terms.escalator);
    let mut sold = Vec::new();
    for line in lines.iter().filter(|line| line.is_active_on(day)) {
        let own = |money: Money| (money.currency == currency).then_some(money.minor);
        let price = line.unit_price_on(day, escalator.as_ref()).map_err(Error::internal)?;
        sold.push(SoldLine {
            id: line.id,
            service: line.service,
            offering: line.offering,
            unit: line.unit,
            quantity: line.quantity,
            every: line.frequency.months(),
            unit_price: price.and_then(own),
            unit_cost: line.price_on(day).and_then(|price| price.unit_cost).and_then(own),
            foreign: line.prices.currency() != currency,
        });
    }
    sold.sort_by_key(|line| line.id);
    let renewal = terms.and_then(|terms| terms.renewal);
    Ok(SoldAgreement {
        id: agreement.id,
        client,
        end: agreement.end,
        renewal,
        escalator,
        lines: sold,
    })
}
