//! What clients used in a month of what lines are divided by.

use std::collections::HashMap;

use clearmargin_domain::{
    expense::allocation::AllocationKey,
    id::ClientId,
    period::{Month, Period},
    usage_count::UsageKind,
};
use jiff::civil::Date;
use tokio::task::JoinSet;

use crate::{Ctx, Error, clients::ClientGroup, usage_counts};

/// How many clients' counts are read at once.
const AT_ONCE: usize = 16;
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
    let days = (month.plus(-1).first_day(), month.last_day());
    let mut known = HashMap::new();
    for some in groups.chunks(AT_ONCE) {
        let mut reads = JoinSet::new();
        for group in some {
            let (ctx, lead, records) = (ctx.clone(), group.lead().id, group.ids());
            reads.spawn(async move { (lead, last(&ctx, &records, kind, days).await) });
        }
        for (lead, count) in reads.join_all().await {
            known.extend(count?.map(|count| (lead, i64::from(count))));
        }
    }
    Ok(known)
}

/// A client's last count of that kind within these days.
async fn last(
    ctx: &Ctx,
    records: &[ClientId],
    kind: UsageKind,
    days: (Date, Date),
) -> Result<Option<u32>, Error> {
    let counts = usage_counts::latest_within(ctx, records, days).await?;
    let count = counts.iter().find(|count| count.kind == kind && count.product.is_none());
    Ok(count.and_then(|count| count.total.or(count.assigned)))
}
