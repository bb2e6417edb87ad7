//! The series of a snapshot, each from its first month with anything on, without gaps: in a month without a sum
//! there was nothing. Of what is counted a month without a count says nothing: such a series goes back as
//! far as there is none.

use std::collections::BTreeMap;

use clearmargin_domain::{id::ClientId, period::Month, rollup::Measures};

use super::{LONGEST, Looked, RECENT, Series, Untested};
use crate::snapshot::{Client, Counted, Snapshot};

/// A month is not to be told of by its cost if more than one in so many of its seconds has none.
const UNCOSTED: i64 = 20;

/// A series, oldest first.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) client: Option<ClientId>,
    pub(super) series: Series,
    /// The month of the first value.
    pub(super) from: Month,
    pub(super) values: Vec<i64>,
    /// Why it is not looked at, whatever its values are.
    pub(super) barred: Option<Untested>,
}

impl Course {
    pub(super) fn month(&self, at: usize) -> Month {
        self.from.plus(i32::try_from(at).unwrap_or(i32::MAX))
    }

    pub(super) fn looked(&self, tested: Result<usize, Untested>) -> Looked {
        let months = self.values.len();
        Looked { client: self.client, series: self.series, months, tested }
    }
}

/// Every series up to a month: of the organisation first, then of each client.
pub(super) fn all(snapshot: &Snapshot, to: Month) -> Vec<Course> {
    let mut tickets: BTreeMap<Month, i64> = BTreeMap::new();
    for (month, count) in snapshot.clients.values().flat_map(|client| &client.tickets) {
        let sum = tickets.entry(*month).or_default();
        *sum = sum.saturating_add(*count);
    }
    let reach = Reach { from: snapshot.period.from(), to };
    let mut all = Vec::from(reach.of(None, (&snapshot.organization, &tickets), None));
    for (id, client) in &snapshot.clients {
        let Client { months, tickets, active, usage, .. } = client;
        let barred = (!active).then_some(Untested::Inactive);
        all.extend(reach.of(Some(*id), (months, tickets), barred));
        all.extend(reach.counted(*id, usage, barred));
    }
    all
}

/// The months that are looked at.
struct Reach {
    from: Month,
    to: Month,
}

impl Reach {
    fn of(
        &self,
        client: Option<ClientId>,
        (sums, tickets): (&BTreeMap<Month, Measures>, &BTreeMap<Month, i64>),
        barred: Option<Untested>,
    ) -> [Course; 4] {
        let of = |value: fn(&Measures) -> i64| {
            self.months().map(|month| sums.get(&month).map_or(0, value)).collect::<Vec<_>>()
        };
        let opened = self.months().map(|it| tickets.get(&it).copied().unwrap_or_default());
        [
            (Series::Revenue, of(|it| it.revenue_minor())),
            (Series::Cost, of(cost)),
            (Series::Hours, of(|it| it.worked_seconds)),
            (Series::Tickets, opened.collect()),
        ]
        .map(|(series, values)| {
            let first = values.iter().position(|it| *it != 0).unwrap_or(values.len());
            let uncosted = series == Series::Cost && self.used(sums).any(is_uncosted);
            Course {
                client,
                series,
                from: self.from.plus(i32::try_from(first).unwrap_or(i32::MAX)),
                values: values.get(first..).unwrap_or_default().to_vec(),
                barred: barred.or_else(|| uncosted.then_some(Untested::Uncosted)),
            }
        })
    }

    /// What was counted of a client, back from the last month to the first gap.
    fn counted(
        &self,
        client: ClientId,
        usage: &BTreeMap<Month, Counted>,
        barred: Option<Untested>,
    ) -> [Course; 3] {
        type Count = fn(&Counted) -> Option<i64>;
        let counts: [(Series, Count); 3] = [
            (Series::Users, |it| it.users),
            (Series::Endpoints, |it| it.endpoints),
            (Series::Licences, |it| it.licences),
        ];
        counts.map(|(series, count)| {
            let back = (0_i32..).map_while(|back| count(usage.get(&self.to.plus(-back))?));
            let mut values: Vec<i64> = back.take(LONGEST + RECENT).collect();
            values.reverse();
            let uncounted = values.is_empty().then_some(Untested::Uncounted);
            let later = i32::try_from(values.len()).unwrap_or(i32::MAX);
            let from = self.to.plus(1_i32.saturating_sub(later));
            Course { client: Some(client), series, from, values, barred: barred.or(uncounted) }
        })
    }

    /// The months that a test can rest on, and those that are tested.
    fn used<'a>(&self, sums: &'a BTreeMap<Month, Measures>) -> impl Iterator<Item = &'a Measures> {
        let first = self.to.plus(1 - i32::try_from(LONGEST + RECENT).unwrap_or(i32::MAX));
        sums.range(first..=self.to).map(|(_, sums)| sums)
    }

    fn months(&self) -> impl Iterator<Item = Month> + use<'_> {
        let count = self.to.since(self.from).saturating_add(1).max(0);
        (0..count).map(|at| self.from.plus(at))
    }
}

fn cost(sums: &Measures) -> i64 {
    sums.labour_cost_minor.saturating_add(sums.product_cost_minor)
}

fn is_uncosted(sums: &Measures) -> bool {
    sums.uncosted_seconds.saturating_mul(UNCOSTED) > sums.worked_seconds
}
