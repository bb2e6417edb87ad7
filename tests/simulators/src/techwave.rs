//! TechWave MSP: one deterministic data set, seen from both systems.
//!
//! Everything follows from a [`Scale`] and a seed; there is no clock and no float. The same client
//! is served in SuperOps and billed in QuickBooks: hours that SuperOps calls INVOICED are lines of
//! an invoice, licences that are sold are bought from a distributor. What is wrong with the data
//! (see the crate's README) is wrong on purpose.

mod accounts;
mod apportion;
mod assets;
mod books;
mod calendar;
mod catalog;
mod chart;
mod clients;
mod costs;
mod customers;
mod desk;
mod ids;
mod invoice;
mod people;
mod profiles;
mod receipts;
mod sales;
mod technicians;
mod time;

use serde_json::{Value, json};

use self::accounts::Account;
use self::books::Books;
use self::calendar::Calendar;
use self::chart::Chart;
use self::clients::Client;
use self::customers::Customer;
use self::desk::{Desk, Work};
use self::ids::Ids;
use self::technicians::Technician;
use crate::random::Random;
use crate::{money, quickbooks, superops};

/// TechWave's own time zone; its months begin and end in it.
pub const TIME_ZONE: &str = "America/Los_Angeles";

/// How much data to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Clients over both systems, those known to one system alone included.
    pub clients: u32,
    /// Months, ending with October 2026.
    pub months: u32,
    /// Technicians, those without a cost rate included.
    pub technicians: u32,
    /// Tickets.
    pub tickets: u32,
    /// Worklogs, those on projects included.
    pub worklogs: u32,
}

impl Default for Scale {
    fn default() -> Self {
        Self { clients: 50, months: 36, technicians: 12, tickets: 15_000, worklogs: 20_000 }
    }
}

/// The data set.
#[derive(Clone, Debug)]
pub struct TechWave {
    /// The service desk's side.
    pub superops: superops::Seed,
    /// The books' side.
    pub quickbooks: quickbooks::Seed,
    cost_rates: Vec<Value>,
    uncosted: Vec<String>,
    links: Vec<Value>,
}

impl TechWave {
    /// The labour cost rates that the demo sets: `{technicianExternalId, hourlyCostMinor,
    /// effectiveFrom}`. There is no organisation default.
    pub fn cost_rates(&self) -> &[Value] {
        &self.cost_rates
    }

    /// SuperOps ids of the technicians for whom no cost rate is set.
    pub fn uncosted_technicians(&self) -> &[String] {
        &self.uncosted
    }

    /// Which SuperOps account and which QuickBooks customers are one client in truth:
    /// `{accountId|null, name, customerIds, booksName|null}`.
    pub fn links(&self) -> &[Value] {
        &self.links
    }
}

/// Makes the data set: the same for the same scale and seed, on every machine.
pub fn generate(scale: Scale, seed: u64) -> TechWave {
    let random = Random::new(seed);
    let calendar = Calendar::new(scale.months.max(1));
    let clients = clients::clients(size(scale.clients), calendar.months().len(), &random.fork(1));
    let mut ids = Ids::new(random.fork(2));
    let count = size(scale.technicians).max(1);
    let technicians = technicians::technicians(count, &mut ids, &random.fork(3));
    let stage = Stage { calendar, clients, technicians };
    let (superops, accounts, work) = stage.desk(scale, &mut ids, &random.fork(4));
    let (quickbooks, customers) = stage.books(&work, &random.fork(5));
    let uncosted = stage.technicians.iter().filter(|technician| technician.is_uncosted());
    TechWave {
        superops,
        quickbooks,
        cost_rates: stage.cost_rates(),
        uncosted: uncosted.map(|technician| technician.id.text()).collect(),
        links: stage.links(&accounts, &customers),
    }
}

/// Who takes part, and when.
struct Stage {
    calendar: Calendar,
    clients: Vec<Client>,
    technicians: Vec<Technician>,
}

type Accounts = Vec<Option<Account>>;
type Customers = Vec<Option<Customer>>;

impl Stage {
    fn desk(
        &self,
        scale: Scale,
        ids: &mut Ids,
        random: &Random,
    ) -> (superops::Seed, Accounts, Work) {
        let mut draw = random.fork(1);
        let labour = catalog::LABOUR.map(|item| (ids.next(), item));
        let contracted = catalog::CONTRACTED.map(|item| (ids.next(), item));
        let mut index = 0..;
        let items =
            labour.map(|(id, listed)| time::Item { index: index.next().unwrap_or(0), id, listed });
        let accounts: Accounts = self
            .clients
            .iter()
            .map(|client| client.in_desk().then(|| Account::new(client, ids, &mut draw)))
            .collect();
        let mut seed = superops::Seed {
            subdomain: "techwave".to_owned(),
            token: "techwave-api-token".to_owned(),
            requests_per_minute: 0,
            service_items: labour.iter().chain(&contracted).map(service_item).collect(),
            ..superops::Seed::default()
        };
        let known = self.clients.iter().zip(&accounts);
        for (client, account) in
            known.filter_map(|(client, account)| Some((client, account.as_ref()?)))
        {
            let manager = self.technicians.get(client.number % self.technicians.len().max(1));
            seed.clients.push(account.object(client, manager));
            seed.sites.extend(account.sites(client, ids, &mut draw));
            seed.client_contracts.extend(account.contracts(
                client,
                &self.calendar,
                &contracted,
                ids,
            ));
        }
        let numbered = self.technicians.iter().zip(1..);
        seed.technicians =
            numbered.map(|(technician, number)| technician.object(number, &mut draw)).collect();
        let desk = Desk {
            calendar: &self.calendar,
            clients: &self.clients,
            accounts: &accounts,
            technicians: &self.technicians,
            items,
        };
        let mut work = desk.work(scale.tickets.into(), scale.worklogs.into(), ids, random);
        seed.tickets = std::mem::take(&mut work.tickets);
        seed.worklogs = std::mem::take(&mut work.worklogs);
        // Last, so that everything else has the ids that it has without them.
        let fleet = assets::Fleet { calendar: &self.calendar, clients: &self.clients };
        seed.assets = fleet.assets(&accounts, ids, &random.fork(3));
        (seed, accounts, work)
    }

    fn books(&self, work: &Work, random: &Random) -> (quickbooks::Seed, Customers) {
        let (calendar, clients) = (&self.calendar, self.clients.as_slice());
        let mut books = Books::new(calendar);
        let mut draw = random.fork(1);
        let chart = Chart::set_up(&mut books);
        let customers: Customers = clients
            .iter()
            .map(|client| client.in_books().then(|| Customer::new(client, &mut books, &mut draw)))
            .collect();
        let sales = sales::Sales { calendar, chart: &chart, clients, customers: &customers };
        let mut billed = sales.bill(&work.invoiced, &random.fork(2));
        let receipts = receipts::Receipts { calendar, chart: &chart, clients };
        let balances = receipts.settle(&mut billed.invoices, &mut books, &random.fork(3));
        let costs = costs::Costs { calendar, chart: &chart, clients, customers: &customers };
        costs.enter(&billed.goods, &mut books, &random.fork(4));
        for (client, customer) in clients.iter().zip(&customers) {
            if let Some(customer) = customer {
                customer.enter(client, &balances, calendar, &mut books, &mut draw);
            }
        }
        let seed = quickbooks::Seed {
            realm_id: "9341453172845901".to_owned(),
            client_id: "ABclearmarginSimulatedApp".to_owned(),
            client_secret: "simulated-client-secret".to_owned(),
            company_name: chart::COMPANY.to_owned(),
            entities: books.into_entities(),
        };
        (seed, customers)
    }

    fn cost_rates(&self) -> Vec<Value> {
        let numbered = self.technicians.iter().enumerate();
        numbered
            .flat_map(|(number, technician)| {
                let rates = technician.rates(number, &self.calendar).into_iter();
                rates.map(|(from, cost)| {
                    json!({
                        "technicianExternalId": technician.id.text(),
                        "hourlyCostMinor": cost,
                        "effectiveFrom": from.to_string(),
                    })
                })
            })
            .collect()
    }

    fn links(&self, accounts: &Accounts, customers: &Customers) -> Vec<Value> {
        let all = self.clients.iter().zip(accounts).zip(customers);
        all.map(|((client, account), customer)| {
            let books = customer.iter();
            let ids: Vec<_> = books
                .flat_map(|customer| std::iter::once(&customer.main).chain(&customer.branches))
                .map(|customer| &customer.id)
                .collect();
            json!({
                "accountId": account.as_ref().map(|account| account.id.text()),
                "name": client.profile.desk,
                "customerIds": ids,
                "booksName": customer.as_ref().map(|customer| &customer.main.name),
            })
        })
        .collect()
    }
}

fn service_item((id, item): &(ids::Id, catalog::ServiceItem)) -> Value {
    let hourly = item.quantity_type == "HOURS";
    let block = item.quantity_type == "BLOCK_HOURS";
    json!({
        "itemId": id.text(),
        "name": item.name,
        "description": item.name,
        "quantityType": item.quantity_type,
        "category": { "categoryId": "4610000000000000171", "name": if hourly { "Labor" } else { "Managed services" } },
        "useAsWorklogItem": hourly,
        "unitPrice": (!hourly).then(|| money::text(item.price)),
        "businessHoursUnitPrice": hourly.then(|| money::text(item.price)),
        "afterHoursUnitPrice": hourly.then(|| money::text(item.after_hours_price)),
        "roundUpValue": hourly.then_some(15),
        "quantity": block.then_some("10"),
        "amount": block.then(|| money::text(item.price)),
        "adjustBlockItemAgainstAllItems": block,
        "blockItemAdjustedItems": [],
        "blockItemUsedIn": block.then_some("ALL_HOURS"),
        "salesTaxEnabled": false,
        "salesTax": null,
    })
}

fn size(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
