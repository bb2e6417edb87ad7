//! Who has what, and what it costs them.

use std::collections::BTreeMap;

use clearmargin_domain::id::{ClientId, ServiceId};

use crate::{
    pricing::{Window, nearest},
    snapshot::{Client, Snapshot},
};

/// How many clients have to have something for it to be proposed to others.
pub const FEWEST_OWNERS: usize = 3;

/// A set of services, by their numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Basket {
    words: Vec<u64>,
}

impl Basket {
    fn insert(&mut self, number: usize) {
        let word = number / 64;
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word |= 1 << (number % 64);
        }
    }

    pub(super) fn contains(&self, number: usize) -> bool {
        self.words.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    pub(super) fn without(&self, number: usize) -> Self {
        let mut rest = self.clone();
        if let Some(word) = rest.words.get_mut(number / 64) {
            *word &= !(1 << (number % 64));
        }
        rest
    }

    pub(super) fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// How many are in both.
    pub(super) fn common(&self, other: &Self) -> u32 {
        self.words.iter().zip(&other.words).map(|(one, two)| (one & two).count_ones()).sum()
    }
}

/// A client that can be compared.
#[derive(Debug)]
pub(super) struct Customer {
    pub(super) id: ClientId,
    /// What it brings in a year, more than nothing.
    pub(super) size: i64,
    pub(super) has: Basket,
}

/// A catalogue entry that enough clients have.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) id: ServiceId,
    /// Whether it is still sold.
    pub(super) sold: bool,
    /// What each owner pays in a month beside its size: the least for its size comes first.
    paid: Vec<(i64, i64)>,
}

impl Offer {
    /// How many clients have it.
    pub(super) fn owners(&self) -> usize {
        self.paid.len()
    }

    /// What a client of a size would pay in a month: the middle one of what owners pay for their size, the
    /// lower one of two, × its own, within what owners pay. `None` where that is nothing.
    pub(super) fn price_for(&self, size: i64) -> Option<i64> {
        let (monthly, of) = *self.paid.get(self.paid.len().saturating_sub(1) / 2)?;
        let scaled = nearest(i128::from(monthly) * i128::from(size), of.into())?;
        let least = self.paid.iter().map(|(monthly, _)| *monthly).min()?;
        let most = self.paid.iter().map(|(monthly, _)| *monthly).max()?;
        Some(scaled.clamp(least, most))
    }
}

/// All clients that can be compared and what they have.
#[derive(Debug)]
pub(super) struct Market {
    /// By id.
    pub(super) clients: Vec<Customer>,
    /// By id.
    pub(super) services: Vec<Offer>,
    /// The places of clients by size, and each one's place among these.
    pub(super) by_size: Vec<usize>,
    pub(super) place: Vec<usize>,
}

impl Market {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let (sizes, paid) = (sizes(snapshot), paid(snapshot));
        let mut owners: BTreeMap<ServiceId, Vec<(i64, i64)>> = BTreeMap::new();
        let mut clients = Vec::new();
        for (id, paid) in &paid {
            let Some(size) = sizes.get(id) else { continue };
            clients.push(Customer { id: *id, size: *size, has: Basket::default() });
            for (service, monthly) in paid {
                owners.entry(*service).or_default().push((*monthly, *size));
            }
        }
        owners.retain(|_, owners| owners.len() >= FEWEST_OWNERS);
        let sold = |id: &ServiceId| snapshot.sold.catalogue.get(id).is_some_and(|it| it.active);
        let offer = |(id, mut paid): (ServiceId, Vec<(i64, i64)>)| {
            let product = |one: i64, two: i64| i128::from(one) * i128::from(two);
            paid.sort_by(|one, two| {
                product(one.0, two.1).cmp(&product(two.0, one.1)).then(one.cmp(two))
            });
            Offer { sold: sold(&id), id, paid }
        };
        let services: Vec<Offer> = owners.into_iter().map(offer).collect();
        for client in &mut clients {
            let Some(paid) = paid.get(&client.id) else { continue };
            for (number, service) in services.iter().enumerate() {
                if paid.contains_key(&service.id) {
                    client.has.insert(number);
                }
            }
        }
        let (by_size, place) = in_order(&clients);
        Self { clients, services, by_size, place }
    }
}

fn in_order(clients: &[Customer]) -> (Vec<usize>, Vec<usize>) {
    let mut by_size: Vec<usize> = (0..clients.len()).collect();
    by_size.sort_by_key(|at| clients.get(*at).map(|client| (client.size, client.id)));
    let mut place = vec![0; clients.len()];
    for (rank, at) in by_size.iter().enumerate() {
        if let Some(place) = place.get_mut(*at) {
            *place = rank;
        }
    }
    (by_size, place)
}

/// What each active client brings in a year, if that is more than nothing.
fn sizes(snapshot: &Snapshot) -> BTreeMap<ClientId, i64> {
    let active = snapshot.clients.iter().filter(|(_, client)| client.active);
    let size = |(id, client): (&ClientId, &Client)| {
        let window = Window::of(client, snapshot);
        let size = window.yearly(window.sums.revenue_minor()).filter(|size| *size > 0)?;
        Some((*id, size))
    };
    active.filter_map(size).collect()
}

/// What each client pays in a month for what recurs, by catalogue entry; what costs nothing is not there.
fn paid(snapshot: &Snapshot) -> BTreeMap<ClientId, BTreeMap<ServiceId, i64>> {
    let mut paid: BTreeMap<ClientId, BTreeMap<ServiceId, i64>> = BTreeMap::new();
    for agreement in &snapshot.sold.agreements {
        for line in &agreement.lines {
            let monthly = line.monthly().filter(|monthly| *monthly > 0);
            let (Some(service), Some(monthly)) = (line.service, monthly) else { continue };
            let sum = paid.entry(agreement.client).or_default().entry(service).or_default();
            *sum = sum.saturating_add(monthly);
        }
    }
    paid
}
