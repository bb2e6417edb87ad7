//! What a client's margin lacks, or has more, than its cohort's ratios would give.

use std::collections::BTreeMap;

use clearmargin_domain::{id::ClientId, money::Currency};
use serde::{Deserialize, Serialize};

use super::{
    FEWEST,
    drivers::{Basis, Between, Bridge, Sums},
    figures::Window,
    missing::{Missing, Of},
    segments::Segments,
};

/// With whom a client is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Peers {
    /// The other clients of its segment.
    Segment,
    /// All other clients.
    Portfolio,
}

/// The difference between a client's gross margin and what its cohort's ratios would give for its size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    /// With whom it is compared.
    pub peers: Peers,
    /// How many they are.
    pub count: usize,
    /// From the cohort's to its own. The ratios of a cohort are those of its sums.
    pub bridge: Bridge,
}

/// How a difference is looked at, the most telling way first.
pub(super) const WAYS: [(Basis, bool); 6] = [
    (Basis::Users, true),
    (Basis::Users, false),
    (Basis::Endpoints, true),
    (Basis::Endpoints, false),
    (Basis::Revenue, true),
    (Basis::Revenue, false),
];

/// A client's sums in each way that it can be looked at.
type Ways = [Option<Sums>; WAYS.len()];

/// The sums of cohorts in each way.
#[derive(Debug, Default)]
pub(super) struct Cohorts {
    clients: BTreeMap<ClientId, (Option<usize>, Ways)>,
    portfolio: [Sums; WAYS.len()],
    segments: BTreeMap<usize, [Sums; WAYS.len()]>,
}

impl Cohorts {
    /// Of these clients, in segments where they can be trusted.
    pub(super) fn of<'a>(
        windows: impl Iterator<Item = (ClientId, &'a Window)>,
        segments: Option<&Segments>,
    ) -> Self {
        let numbers = segments.map(Segments::of_clients).unwrap_or_default();
        let trusted = |number: &usize| segments.is_some_and(|segments| segments.trusts(*number));
        let mut cohorts = Self::default();
        for (client, window) in windows {
            let ways = WAYS.map(|(basis, by_tickets)| Sums::of(window, basis, by_tickets));
            let segment = numbers.get(&client).copied().filter(trusted);
            add(&mut cohorts.portfolio, &ways);
            if let Some(segment) = segment {
                add(cohorts.segments.entry(segment).or_default(), &ways);
            }
            cohorts.clients.insert(client, (segment, ways));
        }
        cohorts
    }

    /// A client's gap to all others.
    pub(super) fn gap(&self, client: ClientId, currency: Currency) -> Result<Gap, Missing> {
        let Some((_, own)) = self.clients.get(&client) else {
            return Err(Missing::Nothing { of: Of::Revenue });
        };
        let gap = to(Peers::Portfolio, &self.portfolio, own, currency);
        gap.ok_or_else(|| {
            let others = self.portfolio.iter().zip(own);
            let others = others.filter_map(|(all, own)| Some(all.minus((*own)?).clients()));
            others.max().map_or(Missing::Nothing { of: Of::Revenue }, |have| Missing::Clients {
                have,
                needed: FEWEST,
            })
        })
    }

    /// A client's gap to its segment, where that can be trusted and has enough others.
    pub(super) fn segment_gap(&self, client: ClientId, currency: Currency) -> Option<Gap> {
        let (segment, own) = self.clients.get(&client)?;
        to(Peers::Segment, self.segments.get(&(*segment)?)?, own, currency)
    }
}

/// In the first way in which the client and enough others can be looked at.
fn to(peers: Peers, all: &[Sums; WAYS.len()], own: &Ways, currency: Currency) -> Option<Gap> {
    WAYS.into_iter().zip(all.iter().zip(own)).find_map(|((basis, by_tickets), (all, own))| {
        let own = (*own)?;
        let others = all.minus(own);
        let between = Between { basis, by_tickets, currency };
        (others.clients() >= FEWEST).then(|| Gap {
            peers,
            count: others.clients(),
            bridge: between.cohort_and_client(&others, &own),
        })
    })
}

fn add(sums: &mut [Sums; WAYS.len()], ways: &Ways) {
    for (sum, way) in sums.iter_mut().zip(ways) {
        if let Some(way) = way {
            *sum = sum.plus(*way);
        }
    }
}
