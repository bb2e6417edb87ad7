//! Recurring revenue by invoice, from sums.

use std::collections::{BTreeMap, HashMap};

use clearmargin_domain::{
    id::ClientId, metrics::recurring::RecurringRevenue, period::Period, rollup::Subject,
};

use super::{LeftOut, States, begin};
use crate::{Ctx, Error};

/// What lines that recur charge for each month up to the last one; its cost is clients × years.
pub(super) async fn states(
    ctx: &Ctx,
    period: Period,
    leads: &HashMap<ClientId, ClientId>,
) -> Result<States, Error> {
    let tenant = ctx.tenant();
    let mut by_month: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (bucket, sums) in tenant.recurring_rollups(period.to()).await? {
        if let Subject::Recurring(record) = bucket.subject {
            let client = leads.get(&record).copied().unwrap_or(record);
            by_month.entry(bucket.month).or_default().push((client, sums.recurring_minor));
        }
    }
    let mut month = begin(period, by_month.keys().next().copied());
    let mut revenue = BTreeMap::new();
    while month <= period.to() {
        let amounts = by_month.remove(&month).unwrap_or_default();
        revenue.insert(month, amounts.into_iter().collect::<RecurringRevenue>());
        month = month.plus(1);
    }
    let invoiced = tenant.rollups(Subject::Organization, period).await?;
    let other = invoiced.into_iter().map(|(month, sums)| {
        let other = sums.revenue_minor() - sums.recurring_charged_minor;
        (month, LeftOut::OtherRevenue(other))
    });
    Ok(States { revenue, left_out: other.collect(), nothing: LeftOut::OtherRevenue(0) })
}
