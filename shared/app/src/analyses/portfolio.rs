//! What leaks are looked for in: agreements, counts, documents, work and purchases of the last months,
//! each record as it is stored and under the client that it belongs to.

mod purchases;
mod work;

use std::collections::{BTreeMap, HashMap};

use clearmargin_domain::{
    id::ClientId, money::Currency, period::Month, service::Service, usage_count::UsageCount,
};
use clearmargin_insight::{
    leaks::{
        CatalogueEntry, ClientBooks, Common, Document, PortfolioWriter, Purchase, Sold, SoldLine,
        Worked, known_from,
    },
    snapshot::Counted,
};
use jiff::civil::Date;

use super::snapshot::usage;
use crate::{
    Ctx, Error,
    agreements::Everything,
    clients::{self, ClientGroup},
    usage_counts,
};

/// What is known beside what is read here.
pub(super) struct Known<'a> {
    /// The clients.
    pub(super) groups: &'a [ClientGroup],
    /// Which client a record belongs to.
    pub(super) lead_of: &'a HashMap<ClientId, ClientId>,
    /// What was agreed.
    pub(super) promised: Everything,
    /// What is sold.
    pub(super) catalogue: Vec<Service>,
    /// Documents by client.
    pub(super) documents: BTreeMap<ClientId, Vec<Document>>,
    /// The currency of the books.
    pub(super) currency: Currency,
}

/// So many clients are at hand with their work at once.
const AT_ONCE: usize = 64;

/// A portfolio that was taken.
pub(super) struct Taken {
    /// The file.
    pub(super) file: Vec<u8>,
    /// What was counted of each client by month: the portfolio has every count, so that they are read once.
    pub(super) usage: BTreeMap<ClientId, BTreeMap<Month, Counted>>,
}

/// The portfolio of a day. Its cost is that of the work, the counts, the purchases and the agreements. Work
/// is by far the most of it, so it is read and written some clients at a time.
pub(super) async fn take(ctx: &Ctx, day: Date, known: Known<'_>) -> Result<Taken, Error> {
    let Known { groups, lead_of, promised, catalogue, documents, currency } = known;
    let (from, last) = (known_from(day), Month::of(day).plus(-1));
    let mut usage = BTreeMap::new();
    let lead = |record| lead_of.get(&record).copied();
    let months = (0..=Month::of(day).since(from)).map(|later| from.plus(later));
    let bought = purchases::read(ctx, currency, months, lead).await?;
    let mut books = Books::of(groups);
    books.add_agreements(promised, lead);
    books.add_documents(documents);
    books.add_purchases(bought.of_clients);
    let entry = |service| CatalogueEntry { service, aliases: Vec::new() };
    let catalogue = catalogue.into_iter().map(entry).collect();
    let common = Common { currency, from, catalogue, purchases: bought.of_nobody };
    let mut file = PortfolioWriter::new(&common).map_err(Error::internal)?;
    let mut groups: Vec<&ClientGroup> = groups.iter().collect();
    groups.sort_by_key(|group| group.lead().id);
    for some in groups.chunks(AT_ONCE) {
        for client in books.whole(ctx, some, (from, day)).await? {
            file.add(&client).map_err(Error::internal)?;
            usage.insert(client.client, usage::by_month(&client.counts, (from, last)));
        }
    }
    Ok(Taken { file: file.finish().map_err(Error::internal)?, usage })
}

/// The clients' books as far as they are known.
struct Books(BTreeMap<ClientId, ClientBooks>);

impl Books {
    fn of(groups: &[ClientGroup]) -> Self {
        let empty = |group: &ClientGroup| ClientBooks {
            client: group.lead().id,
            name: group.name().to_owned(),
            agreements: Vec::new(),
            counts: Vec::new(),
            documents: Vec::new(),
            links: Vec::new(),
            settlements: Vec::new(),
            work: Vec::new(),
            purchases: Vec::new(),
        };
        Self(groups.iter().map(|group| (group.lead().id, empty(group))).collect())
    }

    fn add_agreements(
        &mut self,
        promised: Everything,
        lead: impl Fn(ClientId) -> Option<ClientId>,
    ) {
        for (agreement, terms, lines) in promised.parts() {
            let client = lead(agreement.client).and_then(|lead| self.0.get_mut(&lead));
            let Some(client) = client else { continue };
            let line = |line| SoldLine {
                line,
                quantities: Vec::new(),
                counted_by: None,
                includes: Vec::new(),
                price_is_custom: false,
            };
            let lines = lines.into_iter().map(line).collect();
            client.agreements.push(Sold { agreement, terms, lines, discounts: Vec::new() });
        }
        for client in self.0.values_mut() {
            client.agreements.sort_by_key(|sold| sold.agreement.id);
            for sold in &mut client.agreements {
                sold.lines.sort_by_key(|line| line.line.id);
            }
        }
    }

    fn add_documents(&mut self, documents: BTreeMap<ClientId, Vec<Document>>) {
        for (lead, documents) in documents {
            if let Some(client) = self.0.get_mut(&lead) {
                client.documents = documents;
            }
        }
    }

    fn add_purchases(&mut self, purchases: BTreeMap<ClientId, Vec<Purchase>>) {
        for (lead, purchases) in purchases {
            if let Some(client) = self.0.get_mut(&lead) {
                client.purchases = purchases;
            }
        }
    }

    /// Takes some clients out, with what is read client by client: work and counts.
    async fn whole(
        &mut self,
        ctx: &Ctx,
        groups: &[&ClientGroup],
        span: (Month, Date),
    ) -> Result<Vec<ClientBooks>, Error> {
        let read = move |ctx, records| each(ctx, records, span);
        let each: BTreeMap<_, _> = clients::each(ctx, groups, read).await?.into_iter().collect();
        let mut all = Vec::with_capacity(each.len());
        for (lead, (work, counts)) in each {
            let Some(mut client) = self.0.remove(&lead) else { continue };
            (client.work, client.counts) = (work, counts);
            if work::asks_for_categories(&client) {
                work::add_categories(ctx, &mut client.work).await?;
            }
            all.push(client);
        }
        Ok(all)
    }
}

/// The work on a client's records, and what was counted of them.
async fn each(
    ctx: Ctx,
    records: Vec<ClientId>,
    (from, day): (Month, Date),
) -> Result<(Vec<Worked>, Vec<UsageCount>), Error> {
    let counts = usage_counts::within(&ctx, &records, (from.first_day(), day)).await?;
    Ok((work::read(&ctx, &records, (from, day)).await?, counts))
}
