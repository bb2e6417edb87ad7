//! What is sold, for a snapshot: agreements in force with their lines, and the catalogue.

use std::collections::HashMap;

use clearmargin_domain::{id::ClientId, money::Currency, service::Service};
use clearmargin_insight::snapshot::sold::{Entry, Sold, SoldAgreement};
use jiff::civil::Date;

use crate::{Error, agreements::Everything};

/// What is sold on a day. What belongs to a client that is gone is not part of it.
pub(super) fn of(
    promised: Everything,
    catalogue: &[Service],
    lead_of: &HashMap<ClientId, ClientId>,
    on: (Date, Currency),
) -> Result<Sold, Error> {
    let catalogue = catalogue.iter().map(|service| (service.id, Entry::of(service, on)));
    let mut agreements = Vec::new();
    for (agreement, terms, lines) in promised.parts() {
        let Some(client) = lead_of.get(&agreement.client) else { continue };
        if agreement.is_in_force_on(on.0) {
            let sold = SoldAgreement::of(&agreement, *client, (terms.as_ref(), &lines), on);
            agreements.push(sold.map_err(Error::internal)?);
        }
    }
    agreements.sort_by_key(|agreement| agreement.id);
    Ok(Sold { agreements, catalogue: catalogue.collect() })
}
