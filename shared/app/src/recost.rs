//! Costing time anew after a rate was set: a chain of messages, one month each.

use std::time::Duration;

use clearmargin_domain::{
    cost_rate::{CostRate, RateCard},
    id::{ClientId, CostRateId},
    job::Job,
    period::{Month, Period},
    rollup::Subject,
    time_entry::TimeEntry,
};
use clearmargin_store::{Basis, BasisVersion, List, StoreError, Stored, Tenant};
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::json;

use crate::{Ctx, Error, cost_rates, jobs::Outcome};

/// How many entries one transaction carries: each may touch eight rollups.
const BATCH: usize = 80;
const PAGE: usize = 100;
/// How soon an order that came early comes again.
pub(crate) const WAIT: Duration = Duration::from_secs(1);
/// How long an order waits for rollups: longer, and the drift check has something to report.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);
/// Rollups are looked for this many months past the first: the longest that history can be.
const HORIZON_MONTHS: i32 = 1_200;

/// Whether changes made before the order are still on their way into the rollups, from which the
/// months and clients with time are told. What was made with the order itself is not waited for.
pub(crate) async fn is_early(ctx: &Ctx, ordered_at: Timestamp) -> Result<bool, Error> {
    if ctx.now.duration_since(ordered_at) > PATIENCE {
        return Ok(false);
    }
    let waiting = ctx.app.store.outbox().waiting(ctx.org).await?;
    Ok(waiting.iter().any(|record| record.at() < ordered_at))
}

/// Costs the entries of a month that a rate applies to, then orders the next month with any.
pub(crate) async fn run(
    ctx: &Ctx,
    rate: CostRateId,
    from: Date,
    month: Month,
) -> Result<Outcome, Error> {
    let tenant = ctx.tenant();
    let basis = tenant.basis(Basis::CostRates).await?;
    let rates = tenant.all::<CostRate>().await?;
    let Some(scope) = rates.iter().find(|known| known.id == rate).map(|rate| rate.scope()) else {
        return Ok(Outcome::Done);
    };
    let roles = cost_rates::roles(tenant, &rates).await?;
    let card = RateCard::new(rates.into_iter().map(|rate| rate.value).collect());
    let role_of = |entry: &TimeEntry| roles.get(&entry.technician).map(String::as_str);
    let applies =
        |entry: &TimeEntry| entry.day >= from && scope.applies(entry.technician, role_of(entry));
    let mut stale = Vec::new();
    for client in clients_with_time(tenant, month).await? {
        for entry in entries(tenant, client, month).await? {
            if applies(&entry.value) {
                let role = role_of(&entry.value);
                let cost = card.cost(entry.technician, role, entry.day, entry.worked);
                let labour_cost = cost.map_err(Error::internal)?;
                if labour_cost != entry.labour_cost {
                    let new = TimeEntry { labour_cost, ..entry.value.clone() };
                    stale.push((entry, new));
                }
            }
        }
    }
    for batch in stale.chunks(BATCH) {
        if !save(ctx, rate, month, basis, batch).await? {
            return Ok(Outcome::Later(Duration::ZERO));
        }
    }
    if let Some(month) = next_month_with_time(tenant, month).await? {
        let detail = json!({"month": month});
        let mut change = tenant.change(ctx.audit("costRate.applying", rate, detail));
        change.send(Job::Recost { rate, from, month });
        change.commit().await?;
    }
    Ok(Outcome::Done)
}

/// Writes a batch; `false` when an entry or a rate was changed meanwhile and the month has to be read
/// anew.
async fn save(
    ctx: &Ctx,
    rate: CostRateId,
    month: Month,
    basis: BasisVersion,
    batch: &[(Stored<TimeEntry>, TimeEntry)],
) -> Result<bool, Error> {
    let detail = json!({"month": month, "entries": batch.len()});
    let mut change = ctx.tenant().change(ctx.audit("costRate.applied", rate, detail));
    change.rests_on(Basis::CostRates, basis)?;
    for (old, new) in batch {
        change.update(old, new)?;
    }
    match change.commit().await {
        Ok(()) => Ok(true),
        Err(StoreError::Conflict(_) | StoreError::Busy) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Every client record that has time in a month, and none for time without a client.
async fn clients_with_time(
    tenant: Tenant<'_>,
    month: Month,
) -> Result<Vec<Option<ClientId>>, Error> {
    let period = Period::new(month, month, 1).map_err(Error::internal)?;
    let rollups = tenant.client_rollups(period).await?;
    let with_time = rollups.into_iter().filter(|row| row.measures.time_entries > 0);
    Ok(with_time.map(|row| Some(row.client)).chain([None]).collect())
}

async fn entries(
    tenant: Tenant<'_>,
    client: Option<ClientId>,
    month: Month,
) -> Result<Vec<Stored<TimeEntry>>, Error> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let list = List::TimeEntries(client, month);
        let page = tenant.list(list, PAGE, "recost", cursor.as_deref()).await?;
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

async fn next_month_with_time(tenant: Tenant<'_>, month: Month) -> Result<Option<Month>, Error> {
    let (from, to) = (month.plus(1), month.plus(HORIZON_MONTHS));
    let period = Period::new(from, to, usize::MAX).map_err(Error::internal)?;
    let rollups = tenant.rollups(Subject::Organization, period).await?;
    Ok(rollups.into_iter().find(|(_, sums)| sums.time_entries > 0).map(|(month, _)| month))
}
