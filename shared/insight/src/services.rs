//! What each catalogue entry brings, takes and costs, and what could be done about it.
//!
//! What names an entry is its own: lines of documents and agreements, work and purchases. What names none is told as
//! such and never spread. `docs/analyses.md` has the rules.

mod candidates;
mod kept;

use std::collections::{BTreeMap, BTreeSet};

use clearmargin_domain::{
    id::{ClientId, ServiceId},
    invoice::DocumentState,
    money::Currency,
    period::{Month, Period},
    source::Source,
};
use jiff::civil::Date;

pub use candidates::{
    BAND_LEVEL, CLEARLY_ABOVE, FEWEST_BOTH, FEWEST_CLIENTS, FEWEST_MONTHS, FEWEST_PEERS,
    FEWEST_TICKETS, MOST_MINUTES,
};
pub use kept::{Candidate, Case, NoMargin, Part, Rule, ServiceRow, Services};

use crate::{
    leaks::{self, CatalogueEntry, ClientBooks, Common, KeptError, KeptPortfolio, Purchase},
    snapshot::sold::SoldAgreement,
};

/// The version of the rules.
pub const MODEL: &str = "services/1";

/// What a client has of an entry.
#[derive(Debug, Clone, Copy, Default)]
struct Own {
    /// How many hundredths of a unit are agreed on the day.
    hundredths: i128,
    /// What they come to in a month.
    monthly: i64,
    seconds: i64,
    uncosted: i64,
    labour: i64,
    /// Whether it buys it: it is agreed, or was charged.
    buys: bool,
}

/// An entry, over all clients.
#[derive(Debug, Default)]
struct Sums {
    clients: BTreeMap<ClientId, Own>,
    /// What came in and what it took, by month.
    revenue: BTreeMap<Month, i64>,
    labour: BTreeMap<Month, i64>,
    direct: BTreeMap<Month, i64>,
}

/// Work of a category.
#[derive(Debug, Default)]
struct Handled {
    tickets: BTreeSet<String>,
    seconds: i64,
    uncosted: i64,
    labour: i64,
}

/// Everything that the rules look at.
struct Book {
    period: Period,
    currency: Currency,
    entries: BTreeMap<ServiceId, Sums>,
    categories: BTreeMap<String, Handled>,
    /// Who buys anything.
    clients: BTreeSet<ClientId>,
    revenue: Part,
    hours: Part,
    direct: Part,
    /// Work on tickets, and the part of it of which the category is known.
    categorised: Part,
}

fn add<K: Ord>(sums: &mut BTreeMap<K, i64>, key: K, value: i64) {
    let sum = sums.entry(key).or_default();
    *sum = sum.saturating_add(value);
}

/// The entries of a portfolio as it is known on a day, over the twelve months that are judged for leaks. It is read
/// once, and a client at a time.
///
/// # Errors
///
/// Where the file cannot be read.
pub fn of_portfolio(portfolio: &KeptPortfolio, day: Date) -> Result<Services, KeptError> {
    let mut book = Book::of(portfolio.common(), day);
    for client in portfolio.clients() {
        book.add(&client?, day);
    }
    Ok(book.told(&portfolio.common().catalogue))
}

impl Book {
    /// What was bought for nobody in particular.
    fn of(common: &Common, day: Date) -> Self {
        let mut book = Self {
            period: leaks::judged(day),
            currency: common.currency,
            entries: BTreeMap::new(),
            categories: BTreeMap::new(),
            clients: BTreeSet::new(),
            revenue: Part::default(),
            hours: Part::default(),
            direct: Part::default(),
            categorised: Part::default(),
        };
        book.bought(&common.purchases);
        book
    }

    /// Adds what is a client's own.
    fn add(&mut self, client: &ClientBooks, day: Date) {
        self.charged(client);
        self.agreed(client, day);
        self.worked(client);
        self.bought(&client.purchases);
    }

    /// What that comes to, of what is sold.
    fn told(&self, catalogue: &[CatalogueEntry]) -> Services {
        let row = |entry: &CatalogueEntry| {
            ServiceRow::of(&entry.service, self.entries.get(&entry.service.id))
        };
        let mut rows: Vec<_> = catalogue.iter().map(row).collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.revenue), row.service));
        let (candidates, looked) = candidates::all(self, &rows);
        Services {
            period: self.period,
            clients: self.clients.len(),
            revenue: self.revenue,
            hours: self.hours,
            direct: self.direct,
            categorised: self.categorised,
            rows,
            looked,
            candidates,
        }
    }

    fn own(&mut self, service: ServiceId, client: ClientId) -> &mut Own {
        self.entries.entry(service).or_default().clients.entry(client).or_default()
    }

    /// What the books charged, credits taken off.
    fn charged(&mut self, client: &ClientBooks) {
        let (currency, period) = (self.currency, self.period);
        let issued = client.documents.iter().filter(|it| {
            let counts = it.system != Source::SuperOps && it.state == DocumentState::Issued;
            counts && it.total.currency == currency && period.contains(Month::of(it.day))
        });
        for document in issued {
            let month = Month::of(document.day);
            for line in &document.lines {
                self.clients.insert(client.client);
                self.revenue.add(line.amount.minor, line.service.is_some());
                let Some(service) = line.service else { continue };
                self.own(service, client.client).buys = true;
                add(
                    &mut self.entries.entry(service).or_default().revenue,
                    month,
                    line.amount.minor,
                );
            }
        }
    }

    /// What agreements in force say.
    fn agreed(&mut self, client: &ClientBooks, day: Date) {
        let in_force = client.agreements.iter().filter(|it| it.agreement.is_in_force_on(day));
        for sold in in_force {
            let lines: Vec<_> = sold.lines.iter().map(|it| it.line.clone()).collect();
            let parts = (sold.terms.as_ref(), lines.as_slice());
            let on = (day, self.currency);
            let Ok(agreed) = SoldAgreement::of(&sold.agreement, client.client, parts, on) else {
                continue;
            };
            for line in agreed.lines {
                self.clients.insert(client.client);
                let Some(service) = line.service else { continue };
                let own = self.own(service, client.client);
                own.buys = true;
                own.hundredths = own.hundredths.saturating_add(line.hundredths());
                own.monthly = own.monthly.saturating_add(line.monthly().unwrap_or_default());
            }
        }
    }

    fn worked(&mut self, client: &ClientBooks) {
        let (work, period) = (client.work.iter(), self.period);
        for worked in work.filter(|it| period.contains(Month::of(it.entry.day))) {
            let entry = &worked.entry;
            let seconds = entry.worked.seconds;
            let cost = entry.labour_cost.as_ref().map(|labour| labour.cost.minor);
            let uncosted = if cost.is_none() { seconds } else { 0 };
            let labour = cost.unwrap_or_default();
            self.hours.add(seconds, entry.service.is_some());
            if let Some(service) = entry.service {
                let own = self.own(service, client.client);
                own.seconds = own.seconds.saturating_add(seconds);
                own.uncosted = own.uncosted.saturating_add(uncosted);
                own.labour = own.labour.saturating_add(labour);
                let month = Month::of(entry.day);
                add(&mut self.entries.entry(service).or_default().labour, month, labour);
            }
            let Some(ticket) = entry.ticket else { continue };
            self.categorised.add(seconds, worked.category.is_some());
            let Some(category) = &worked.category else { continue };
            let handled = self.categories.entry(category.clone()).or_default();
            handled.tickets.insert(ticket.to_string());
            handled.seconds = handled.seconds.saturating_add(seconds);
            handled.uncosted = handled.uncosted.saturating_add(uncosted);
            handled.labour = handled.labour.saturating_add(labour);
        }
    }

    fn bought(&mut self, purchases: &[Purchase]) {
        let counts = |it: &&Purchase| {
            self.period.contains(Month::of(it.day)) && it.amount.currency == self.currency
        };
        let purchases: Vec<_> = purchases.iter().filter(counts).collect();
        for purchase in purchases {
            self.direct.add(purchase.amount.minor, purchase.service.is_some());
            let Some(service) = purchase.service else { continue };
            let month = Month::of(purchase.day);
            add(&mut self.entries.entry(service).or_default().direct, month, purchase.amount.minor);
        }
    }
}
