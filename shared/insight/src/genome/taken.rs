//! What a snapshot says of the clients, as the genome takes it.

use std::collections::BTreeSet;

use clearmargin_domain::period::{Month, Period};

use super::{Client, Genome, MonthFigures, analyse};
use crate::snapshot::{self, Snapshot};

/// The months that a genome is about; the year before is what it is compared with.
const MONTHS: i32 = 12;

/// The genomes of the clients of a snapshot over the last year that is over.
pub fn of_snapshot(snapshot: &Snapshot) -> Genome {
    let last = snapshot.period.to();
    let first = last.plus(1 - MONTHS);
    let period = Period::new(first, last, 12).unwrap_or(snapshot.period);
    let clients: Vec<Client> = snapshot
        .clients
        .iter()
        .map(|(id, client)| Client { id: *id, months: months(client, snapshot) })
        .collect();
    analyse(&clients, period, snapshot.currency)
}

/// Every month in which there was anything. Of a month in which tickets or what recurs are known of
/// anybody, a client without any had none; before, nobody knows.
fn months(
    client: &snapshot::Client,
    snapshot: &Snapshot,
) -> std::collections::BTreeMap<Month, MonthFigures> {
    let known = client.months.keys().chain(client.tickets.keys()).chain(client.settled.keys());
    let known: BTreeSet<Month> = known.chain(client.recurring.keys()).copied().collect();
    let last = snapshot.period.to();
    let first = known.first().copied();
    let all = snapshot.period.months().filter(|month| first.is_some_and(|first| *month >= first));
    let figures = |month: Month| {
        let settled = client.settled.get(&month).copied().unwrap_or_default();
        let desk = snapshot.tickets_since.is_some_and(|since| month >= since);
        let counted = if month == last { client.counted } else { snapshot::Counted::default() };
        MonthFigures {
            recurring_minor: Some(client.recurring.get(&month).copied().unwrap_or_default()),
            tickets: desk.then(|| client.tickets.get(&month).copied().unwrap_or_default()),
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
