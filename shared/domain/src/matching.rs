//! Which clients of two systems are one.
//!
//! Exact rules come first: an e-mail domain or a name that belongs to one client on each side and to
//! nobody else. What only looks alike waits for a person, unless the names are all but identical and
//! something else speaks for them, too. What a person has decided stands.

mod domains;
mod name;
mod similarity;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    client::Client,
    id::{ClientId, MatchId, OrgId},
    integration::{ClientMatch, Evidence, MatchStatus},
};
pub use name::{aliases, normalize};
pub use similarity::similarity_per_mille;

/// Names less alike than this speak against a match, whatever speaks for it.
const CONTRADICTION: u16 = 400;
/// Names at least this much alike are worth a person's look.
const LIKELY: u16 = 780;
/// Names at least this much alike are all but identical: a letter or two in a long name.
const ALL_BUT_IDENTICAL: u16 = 940;
/// How far the best candidate has to be ahead of the second.
const CLEAR_GAP: u16 = 60;

/// Who is one with whom: each QuickBooks customer (`client`) with at most one record (`into`): a
/// client of the service desk or, for a sub-customer, what its parent belongs to.
///
/// `decided` are the matches known so far. Accepted ones are repeated as they are, and rejected pairs
/// are never proposed again. The same clients and decisions give the same matches in whatever order
/// they come, however often.
pub fn propose(
    clients: &[Client],
    quickbooks: &[Client],
    decided: &[ClientMatch],
    org: OrgId,
) -> Vec<ClientMatch> {
    let decisions = Decisions::of(decided);
    let customers = by_id(quickbooks);
    let leads = customers.values().copied();
    let leads = leads.filter(|customer| decisions.parent(customer, &customers).is_none());
    let leads: Vec<_> = leads.map(Party::new).collect();
    let clients: Vec<_> = by_id(clients).into_values().map(Party::new).collect();
    let search = Search {
        decisions,
        customers,
        domains: Owners::by(&clients, &leads, |party| &party.domains),
        names: Owners::by(&clients, &leads, |party| &party.names),
        clients,
        leads,
    };
    let matches = search.customers.values().filter_map(|customer| {
        if let Some(accepted) = search.decisions.accepted.get(&customer.id) {
            return Some((*accepted).clone());
        }
        search.find(customer).map(|found| found.into_match(org))
    });
    matches.collect()
}

type Customers<'a> = BTreeMap<ClientId, &'a Client>;

fn by_id(clients: &[Client]) -> Customers<'_> {
    clients.iter().map(|client| (client.id, client)).collect()
}

/// What people have decided.
struct Decisions<'a> {
    accepted: BTreeMap<ClientId, &'a ClientMatch>,
    rejected: BTreeSet<(ClientId, ClientId)>,
}

impl<'a> Decisions<'a> {
    fn of(decided: &'a [ClientMatch]) -> Self {
        let with = |status| decided.iter().filter(move |known| known.status == status);
        let mut accepted: Vec<_> = with(MatchStatus::Accepted).collect();
        // Of several, the latest counts.
        accepted.sort_by_key(|known| (known.decided_at, known.id));
        Self {
            accepted: accepted.into_iter().map(|known| (known.client, known)).collect(),
            rejected: with(MatchStatus::Rejected).map(|known| (known.client, known.into)).collect(),
        }
    }

    fn has_rejected(&self, customer: ClientId, into: ClientId) -> bool {
        self.rejected.contains(&(customer, into))
    }

    /// The parent that a customer follows. One that a person has refused to join anywhere follows
    /// nobody, and so does one whose parents go in a circle.
    fn parent<'c>(&self, customer: &Client, customers: &Customers<'c>) -> Option<&'c Client> {
        let parent = *customers.get(&customer.parent?)?;
        let refused = self.rejected.iter().any(|(client, _)| *client == customer.id);
        let mut ancestor = parent;
        for _ in 0..customers.len() {
            match ancestor.parent.and_then(|id| customers.get(&id)) {
                Some(next) => ancestor = next,
                None => return (!refused).then_some(parent),
            }
        }
        None
    }
}

/// A client of either side with what it is compared by.
struct Party<'a> {
    client: &'a Client,
    names: Vec<String>,
    /// Without those of public mail providers.
    domains: Vec<String>,
}

impl<'a> Party<'a> {
    fn new(client: &'a Client) -> Self {
        Self { client, names: aliases(&client.name), domains: domains::own(client) }
    }

    fn id(&self) -> ClientId {
        self.client.id
    }

    fn name(&self) -> &'a str {
        &self.client.name
    }
}

/// Who has a domain or a name: clients on one side, customers on the other.
struct Owners {
    of: BTreeMap<String, (BTreeSet<ClientId>, BTreeSet<ClientId>)>,
}

impl Owners {
    fn by<'a>(
        clients: &'a [Party<'a>],
        leads: &'a [Party<'a>],
        keys: fn(&'a Party<'a>) -> &'a [String],
    ) -> Self {
        let mut of: BTreeMap<_, (BTreeSet<_>, BTreeSet<_>)> = BTreeMap::new();
        for client in clients {
            for key in keys(client) {
                of.entry(key.clone()).or_default().0.insert(client.id());
            }
        }
        for lead in leads {
            for key in keys(lead) {
                of.entry(key.clone()).or_default().1.insert(lead.id());
            }
        }
        Self { of }
    }

    /// Whether these two have the key, and nobody else on either side has it.
    fn only(&self, key: &str, client: ClientId, customer: ClientId) -> bool {
        self.of.get(key).is_some_and(|(clients, customers)| {
            clients.iter().eq([&client]) && customers.iter().eq([&customer])
        })
    }
}

/// A match before it has an id and a time.
struct Found {
    client: ClientId,
    into: ClientId,
    status: MatchStatus,
    score: u16,
    trail: Vec<Evidence>,
}

impl Found {
    fn new(
        customer: &Party<'_>,
        candidate: &Candidate<'_>,
        certain: bool,
        trail: Vec<Evidence>,
    ) -> Self {
        Self {
            client: customer.id(),
            into: candidate.party.id(),
            status: if certain { MatchStatus::Certain } else { MatchStatus::Doubtful },
            score: candidate.score,
            trail,
        }
    }

    fn into_match(self, org: OrgId) -> ClientMatch {
        let (client, into) = (self.client.to_string(), self.into.to_string());
        ClientMatch {
            id: MatchId::derived(&[&org.to_string(), &client, &into]),
            client: self.client,
            into: self.into,
            status: self.status,
            score_per_mille: self.score,
            trail: self.trail,
            decided_at: None,
        }
    }
}

fn evidence(rule: &str, detail: String) -> Evidence {
    Evidence { rule: rule.to_owned(), detail }
}

/// A SuperOps client that a customer may be.
struct Candidate<'a> {
    party: &'a Party<'a>,
    score: u16,
    /// What exact rules say for it.
    exact: Vec<Evidence>,
}

struct Search<'a> {
    decisions: Decisions<'a>,
    customers: Customers<'a>,
    clients: Vec<Party<'a>>,
    /// The customers that follow no parent.
    leads: Vec<Party<'a>>,
    domains: Owners,
    names: Owners,
}

impl Search<'_> {
    fn find(&self, customer: &Client) -> Option<Found> {
        match self.decisions.parent(customer, &self.customers) {
            Some(parent) => Some(self.follow(customer, parent)),
            None => self.search(&Party::new(customer)),
        }
    }

    /// A sub-customer belongs to whom its parent belongs to.
    fn follow(&self, customer: &Client, parent: &Client) -> Found {
        Found {
            client: customer.id,
            into: self.joined(parent).unwrap_or(parent.id),
            status: MatchStatus::Certain,
            score: similarity_per_mille(&customer.name, &parent.name),
            trail: vec![evidence("parent", format!("a part of “{}”", parent.name))],
        }
    }

    /// The record that a customer is certain to belong to.
    fn joined(&self, customer: &Client) -> Option<ClientId> {
        if let Some(accepted) = self.decisions.accepted.get(&customer.id) {
            return Some(accepted.into);
        }
        let found = self.find(customer)?;
        (found.status == MatchStatus::Certain).then_some(found.into)
    }

    fn search(&self, customer: &Party<'_>) -> Option<Found> {
        let candidates = self.candidates(customer);
        let mut exact = candidates.iter().filter(|candidate| !candidate.exact.is_empty());
        match (exact.next(), exact.next()) {
            (Some(one), None) => Some(exactly(customer, one)),
            (Some(best), Some(second)) => Some(contested(customer, best, second)),
            (None, _) => self.similar(customer, &candidates),
        }
    }

    /// Every client that is likely, the likeliest first.
    fn candidates(&self, customer: &Party<'_>) -> Vec<Candidate<'_>> {
        let open = self.clients.iter();
        let open = open.filter(|party| !self.decisions.has_rejected(customer.id(), party.id()));
        let candidates = open.map(|party| Candidate {
            party,
            score: similarity::best(&customer.names, &party.names),
            exact: self.exact(customer, party),
        });
        let mut likely: Vec<_> = candidates
            .filter(|candidate| candidate.score >= LIKELY || !candidate.exact.is_empty())
            .collect();
        likely.sort_by_key(|candidate| {
            let rank = (candidate.score, candidate.exact.len());
            (Reverse(rank), candidate.party.id())
        });
        likely
    }

    fn exact(&self, customer: &Party<'_>, client: &Party<'_>) -> Vec<Evidence> {
        let only = |owners: &Owners, key: &str| owners.only(key, client.id(), customer.id());
        let domains = customer.domains.iter();
        let domains = domains
            .filter(|domain| only(&self.domains, domain))
            .map(|domain| evidence("domain", format!("both use {domain}, and nobody else does")));
        let names = customer.names.iter();
        let names = names
            .filter(|name| only(&self.names, name))
            .map(|name| evidence("name", format!("both are “{name}”, and nobody else is")));
        domains.chain(names).collect()
    }

    /// No exact rule helps: the names have to be all but identical, alone in that, and supported.
    fn similar(&self, customer: &Party<'_>, candidates: &[Candidate<'_>]) -> Option<Found> {
        let best = candidates.first()?;
        let second = candidates.get(1);
        let second = second.filter(|second| second.score + CLEAR_GAP > best.score);
        let rival = self.rival(customer, best);
        let support = domains::support(customer, best.party);
        let certain = best.score >= ALL_BUT_IDENTICAL
            && second.is_none()
            && rival.is_none()
            && support.is_some();
        let mut trail = vec![alike(customer, best)];
        trail.extend(second.map(also_like));
        trail.extend(rival.map(|rival| {
            let detail = format!("the customer “{}” is like it, too", rival.name());
            evidence("ambiguous", detail)
        }));
        trail.extend(support.map(|support| evidence("support", support)));
        Some(Found::new(customer, best, certain, trail))
    }

    /// Another customer that is about as much like the client.
    fn rival(&self, customer: &Party<'_>, best: &Candidate<'_>) -> Option<&Party<'_>> {
        self.leads.iter().find(|other| {
            other.id() != customer.id()
                && !self.decisions.has_rejected(other.id(), best.party.id())
                && similarity::best(&other.names, &best.party.names) + CLEAR_GAP > best.score
        })
    }
}

/// One client alone answers to the exact rules: it is the one, unless the names say otherwise.
fn exactly(customer: &Party<'_>, one: &Candidate<'_>) -> Found {
    let contradicted = one.score < CONTRADICTION;
    let mut trail = one.exact.clone();
    trail.extend(contradicted.then(|| {
        let (left, right) = (customer.name(), one.party.name());
        evidence("different_names", format!("“{left}” and “{right}” are not alike"))
    }));
    Found::new(customer, one, !contradicted, trail)
}

/// The exact rules point to several clients.
fn contested(customer: &Party<'_>, best: &Candidate<'_>, second: &Candidate<'_>) -> Found {
    let mut trail = best.exact.clone();
    trail.push(alike(customer, best));
    trail.push(also_like(second));
    Found::new(customer, best, false, trail)
}

fn alike(customer: &Party<'_>, candidate: &Candidate<'_>) -> Evidence {
    let (left, right) = (customer.name(), candidate.party.name());
    let detail = format!("“{left}” and “{right}”: {} of 1000", candidate.score);
    evidence("name_similarity", detail)
}

fn also_like(second: &Candidate<'_>) -> Evidence {
    let detail = format!("“{}” comes to {} of 1000", second.party.name(), second.score);
    evidence("ambiguous", detail)
}

/// The records of each client, by the record that the others are merged into. Each record is in
/// exactly one group, and the group's first record is in it, too.
pub fn groups(clients: &[Client]) -> BTreeMap<ClientId, Vec<ClientId>> {
    let clients = by_id(clients);
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for id in clients.keys() {
        groups.entry(primary(*id, &clients)).or_default().push(*id);
    }
    groups
}

/// Where the chain of merges ends; for a circle, its smallest record, so that all in it agree.
fn primary(start: ClientId, clients: &Customers<'_>) -> ClientId {
    let next = |id: ClientId| {
        let into = clients.get(&id)?.merged_into?;
        clients.contains_key(&into).then_some(into)
    };
    let mut path = vec![start];
    let mut last = start;
    while let Some(into) = next(last) {
        if let Some(circle) = path.iter().position(|id| *id == into) {
            let members = path.iter().skip(circle);
            return members.min().copied().unwrap_or(into);
        }
        path.push(into);
        last = into;
    }
    last
}

#[cfg(test)]
mod tests;
