//! What a snapshot says of the clients, as the genome takes it.

use std::collections::BTreeMap;

use clearmargin_domain::{
    id::ClientId,
    period::{Month, Period},
};

use super::{Client, Genome, MonthFigures, analyse};
use crate::snapshot::{self, Counted, Snapshot};

/// The months that a genome is about; the year before is what it is compared with.
const MONTHS: u16 = 12;

/// The genomes of the clients of a snapshot over the last year that is over.
pub fn of_snapshot(snapshot: &Snapshot) -> Genome {
    let recurs_since = snapshot.clients.values().filter_map(|it| it.recurring.keys().next()).min();
    let since = Since { tickets: snapshot.tickets_since, recurring: recurs_since.copied() };
    let client = |(id, client): (&ClientId, &snapshot::Client)| Client {
        id: *id,
        months: months(client, snapshot.period, since),
    };
    let clients: Vec<Client> = snapshot.clients.iter().map(client).collect();
    analyse(&clients, Period::ending(snapshot.period.to(), MONTHS), snapshot.currency)
}

/// The first months in which something is known of anybody: from then on a client without any had none;
/// before, nobody knows.
#[derive(Clone, Copy)]
struct Since {
    tickets: Option<Month>,
    recurring: Option<Month>,
}

/// Every month from the first in which there was anything.
fn months(
    client: &snapshot::Client,
    period: Period,
    since: Since,
) -> BTreeMap<Month, MonthFigures> {
    let known = client.months.keys().chain(client.tickets.keys()).chain(client.settled.keys());
    let first = known.chain(client.recurring.keys()).min().copied();
    let all = period.months().filter(|month| first.is_some_and(|first| *month >= first));
    let known_since = |since: Option<Month>, month, sums: &BTreeMap<Month, i64>| {
        let known = since.is_some_and(|since| month >= since);
        known.then(|| sums.get(&month).copied().unwrap_or_default())
    };
    let figures = |month: Month| {
        let settled = client.settled.get(&month).copied().unwrap_or_default();
        let counted = if month == period.to() { client.counted } else { Counted::default() };
        MonthFigures {
            recurring_minor: known_since(since.recurring, month, &client.recurring),
            tickets: known_since(since.tickets, month, &client.tickets),
            settled_minor: settled.minor,
            settled_days: settled.days,
            on_time_minor: settled.on_time_minor,
            users: counted.users,
            endpoints: counted.endpoints,
            licences: counted.licences,
            ..MonthFigures::of(client.months.get(&month).copied().unwrap_or_default())
        }
    };
    all.map(|month| (month, figures(month))).collect()
}
