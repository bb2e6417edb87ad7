//! What clients used in a month of what lines are divided by.

use std::collections::HashMap;

use clearmargin_domain::{
    expense::allocation::AllocationKey,
    id::ClientId,
    period::{Month, Period},
    usage_count::UsageKind,
};

use crate::{
    Ctx, Error,
    clients::{self, ClientGroup},
    usage_counts,
};

/// Of how many clients counts are read for one division.
pub(super) const MOST_COUNTED: usize = 500;

/// What each of these clients used of the key in a month, by the id that the client goes by; none of
/// those of whom nobody counted it. People and devices are those of the last count in the month or the
/// one before, as recurring invoices take them. Of work and revenue everything is known, so that none
/// is zero.
pub(super) async fn weights(
    ctx: &Ctx,
    (key, month): (AllocationKey, Month),
    groups: &[&ClientGroup],
) -> Result<HashMap<ClientId, i64>, Error> {
    match key {
        AllocationKey::Seats => counted(ctx, UsageKind::Users, month, groups).await,
        AllocationKey::Endpoints => counted(ctx, UsageKind::Endpoints, month, groups).await,
        AllocationKey::Hours | AllocationKey::Revenue => summed(ctx, key, month, groups).await,
    }
}

/// From the sums of the month; its cost is clients, never documents.
async fn summed(
    ctx: &Ctx,
    key: AllocationKey,
    month: Month,
    groups: &[&ClientGroup],
) -> Result<HashMap<ClientId, i64>, Error> {
    let period = Period::new(month, month, 1).map_err(Error::internal)?;
    let mut records: HashMap<ClientId, i64> = HashMap::new();
    for row in ctx.tenant().client_rollups(period).await? {
        let used = match key {
            AllocationKey::Revenue => row.measures.revenue_minor(),
            _ => row.measures.worked_seconds,
        };
        records.insert(row.client, used);
    }
    let of = |group: &&ClientGroup| {
        let used = group.ids().into_iter().filter_map(|record| records.get(&record));
        (group.lead().id, used.fold(0_i64, |sum, part| sum.saturating_add(*part)))
    };
    Ok(groups.iter().map(of).collect())
}

/// From the last counts.
async fn counted(
    ctx: &Ctx,
    kind: UsageKind,
    month: Month,
    groups: &[&ClientGroup],
) -> Result<HashMap<ClientId, i64>, Error> {
    let read = move |ctx: Ctx, records: Vec<ClientId>| async move {
        let days = usage_counts::days_of(month);
        let counts = usage_counts::latest_within(&ctx, &records, days).await?;
        Ok(usage_counts::whole(&counts, kind))
    };
    let counts = clients::each(ctx, groups, read).await?.into_iter();
    Ok(counts.filter_map(|(lead, count)| Some((lead, i64::from(count?)))).collect())
}
