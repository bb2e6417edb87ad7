//! Taking a snapshot: sums, agreements and clients become what analyses are computed from.

use std::collections::{BTreeMap, HashMap};

use clearmargin_domain::{
    analysis::{Kept, SnapshotNote},
    id::ClientId,
    period::{Month, Period},
    rollup::Subject,
};
use clearmargin_insight::snapshot::{Client, MONTHS_BACK, Snapshot};
use jiff::civil::Date;

use crate::{
    Ctx, Error,
    agreements::Everything,
    clients::{self, ClientGroup},
    organizations,
};

/// A snapshot as it is kept.
pub(super) struct Taken {
    pub(super) bytes: Vec<u8>,
    period: Period,
    clients: usize,
}

impl Taken {
    pub(super) fn note(&self, kept: Kept) -> SnapshotNote {
        let clients = u32::try_from(self.clients).unwrap_or(u32::MAX);
        SnapshotNote { kept, period: self.period, clients }
    }
}

/// Takes a snapshot of a day. Its cost is clients × years and the number of agreements, never documents.
pub(super) async fn take(ctx: &Ctx, day: Date) -> Result<Taken, Error> {
    let back = i32::try_from(MONTHS_BACK).map_err(Error::internal)?;
    let current = Month::of(day);
    let period = Period::new(current.plus(-back), current.plus(-1), MONTHS_BACK);
    let period = period.map_err(Error::internal)?;
    let groups = clients::groups(ctx).await?;
    let snapshot = Snapshot {
        currency: organizations::own(ctx, ctx.org).await?.currency,
        day,
        period,
        organization: ctx.tenant().rollups(Subject::Organization, period).await?,
        clients: clients(ctx, &groups, period, day).await?,
    };
    let bytes = serde_json::to_vec(&snapshot).map_err(Error::internal)?;
    Ok(Taken { bytes, period, clients: snapshot.clients.len() })
}

async fn clients(
    ctx: &Ctx,
    groups: &[ClientGroup],
    period: Period,
    day: Date,
) -> Result<BTreeMap<ClientId, Client>, Error> {
    let lead_of: HashMap<ClientId, ClientId> = groups
        .iter()
        .flat_map(|group| group.ids().into_iter().map(|record| (record, group.lead().id)))
        .collect();
    let active = |group: &ClientGroup| group.members().iter().any(|record| record.active);
    let of = |group: &ClientGroup| {
        (group.lead().id, Client { active: active(group), ..Client::default() })
    };
    let mut clients: BTreeMap<_, _> = groups.iter().map(of).collect();
    for sums in ctx.tenant().client_rollups(period).await? {
        let client = lead_of.get(&sums.client).and_then(|lead| clients.get_mut(lead));
        if let Some(client) = client {
            let month = client.months.entry(sums.month).or_default();
            *month = month.plus(sums.measures);
        }
    }
    let promised = Everything::read(ctx).await?;
    let ahead = Snapshot::ahead_of(period);
    for month in ahead {
        for (record, amount) in promised.contracted(month.last_day(), day)?.amounts {
            let client = lead_of.get(&record).and_then(|lead| clients.get_mut(lead));
            if let Some(client) = client {
                let sum = client.contracted.entry(month).or_default();
                *sum = sum.saturating_add(amount.minor);
            }
        }
    }
    Ok(clients)
}
