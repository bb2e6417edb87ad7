//! Costing time anew after a rate was set or a role changed: a chain of messages, one month each.

use std::{collections::BTreeSet, time::Duration};

use clearmargin_domain::{
    books::Books,
    cost_rate::Scope,
    id::{ClientId, CostRateId},
    job::Job,
    period::{Month, Period},
    rollup::Subject,
    time_entry::TimeEntry,
};
use clearmargin_store::{Basis, BasisVersion, List, Stored, Tenant};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, date},
};
use serde_json::json;

use crate::{Ctx, Error, books, cost_rates, jobs::Outcome};

/// How many entries one transaction carries: each may touch eight rollups.
const BATCH: usize = 80;
/// How soon an order that came early comes again.
pub(crate) const WAIT: Duration = Duration::from_secs(1);
/// How long an order waits for rollups: longer, and the drift check has something to report.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);
/// No rate begins before this day.
const EARLIEST: Date = date(1990, 1, 1);
/// Rollups are looked for this many months past the first: the longest that history can be.
pub(crate) const HORIZON_MONTHS: i32 = 1_200;

/// Whether changes made before the order are still on their way into the rollups, from which the
/// months and clients with time are told. What was made with the order itself is not waited for.
pub(crate) async fn is_early(ctx: &Ctx, ordered_at: Timestamp) -> Result<bool, Error> {
    if ctx.now.duration_since(ordered_at) > PATIENCE {
        return Ok(false);
    }
    let waiting = ctx.app.store.outbox().waiting(ctx.org).await?;
    Ok(waiting.iter().any(|record| record.at() < ordered_at))
}

/// Whose time is to be costed anew.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whose {
    /// Of those whom a rate applies to, from a day on.
    Rate(CostRateId, Date),
    /// Everybody's: somebody's role changed, and rates are for roles.
    Everybody,
}

impl Whose {
    fn subject(self, ctx: &Ctx) -> String {
        match self {
            Self::Rate(rate, _) => rate.to_string(),
            Self::Everybody => ctx.org.to_string(),
        }
    }

    fn order(self, month: Month) -> Job {
        match self {
            Self::Rate(rate, from) => Job::Recost { rate, from, month },
            Self::Everybody => Job::RecostRoles { month },
        }
    }
}

/// The first month whose time may be costed anew: the one after the last closed one.
pub(crate) fn first_open(books: Books) -> Month {
    books.closed_through.map_or(Month::of(EARLIEST), |month| month.plus(1))
}

/// Costs the entries of a month anew, then orders the next month with any. Closed months stay as
/// they are.
pub(crate) async fn run(ctx: &Ctx, whose: Whose, month: Month) -> Result<Outcome, Error> {
    let tenant = ctx.tenant();
    let books = books::known(ctx).await?;
    let (rates, known) = cost_rates::known(tenant).await?;
    let scope = match whose {
        Whose::Everybody => Scope::Default,
        Whose::Rate(rate, _) => match rates.iter().find(|known| known.id == rate) {
            Some(rate) => rate.scope(),
            None => return Ok(Outcome::Done),
        },
    };
    let applies = |entry: &TimeEntry| {
        let begun = !matches!(whose, Whose::Rate(_, from) if entry.day < from);
        begun && scope.applies(entry.technician, known.role(entry.technician))
    };
    let mut stale = Vec::new();
    if month >= first_open(books.books) {
        let only = Period::new(month, month, 1).map_err(Error::internal)?;
        for (_, client) in with_time(tenant, only).await? {
            for entry in entries(tenant, client, month).await? {
                let labour_cost = known.cost(&entry)?;
                if applies(&entry) && labour_cost != entry.labour_cost {
                    let new = TimeEntry { labour_cost, ..entry.value.clone() };
                    stale.push((entry, new));
                }
            }
        }
    }
    let bases = [(Basis::CostRates, known.version), (Basis::Books, books.version)];
    for batch in stale.chunks(BATCH) {
        if !save(ctx, whose, month, bases, batch).await? {
            return Ok(Outcome::Later(Duration::ZERO));
        }
    }
    let next = month.plus(1).max(first_open(books.books));
    if let Some(month) = month_with_time(tenant, next).await? {
        let detail = json!({"month": month});
        let mut change = tenant.change(ctx.audit("costRate.applying", whose.subject(ctx), detail));
        change.send(whose.order(month));
        change.commit().await?;
    }
    Ok(Outcome::Done)
}

/// Writes a batch; `false` when an entry, a rate or the books were changed meanwhile and the month has
/// to be read anew.
async fn save(
    ctx: &Ctx,
    whose: Whose,
    month: Month,
    bases: [(Basis, BasisVersion); 2],
    batch: &[(Stored<TimeEntry>, TimeEntry)],
) -> Result<bool, Error> {
    let detail = json!({"month": month, "entries": batch.len()});
    let mut change = ctx.tenant().change(ctx.audit("costRate.applied", whose.subject(ctx), detail));
    for (basis, version) in bases {
        change.rests_on(basis, version)?;
    }
    for (old, new) in batch {
        change.update(old, new)?;
    }
    Ok(change.attempt().await?)
}

/// Every month and client record with time in it, and in each such month none for time without a
/// client.
pub(crate) async fn with_time(
    tenant: Tenant<'_>,
    months: Period,
) -> Result<BTreeSet<(Month, Option<ClientId>)>, Error> {
    let rollups = tenant.client_rollups(months).await?;
    let with_time = rollups.into_iter().filter(|row| row.measures.time_entries > 0);
    let mut found: BTreeSet<_> = with_time.map(|row| (row.month, Some(row.client))).collect();
    let whole = tenant.rollups(Subject::Organization, months).await?;
    let whole = whole.into_iter().filter(|(_, sums)| sums.time_entries > 0);
    found.extend(whole.map(|(month, _)| (month, None)));
    Ok(found)
}

pub(crate) async fn entries(
    tenant: Tenant<'_>,
    client: Option<ClientId>,
    month: Month,
) -> Result<Vec<Stored<TimeEntry>>, Error> {
    Ok(tenant.every(List::TimeEntries(client, month)).await?)
}

/// The first month with time, from a month on.
async fn month_with_time(tenant: Tenant<'_>, from: Month) -> Result<Option<Month>, Error> {
    let period = Period::new(from, from.plus(HORIZON_MONTHS), usize::MAX);
    let rollups = tenant.rollups(Subject::Organization, period.map_err(Error::internal)?).await?;
    Ok(rollups.into_iter().find(|(_, sums)| sums.time_entries > 0).map(|(month, _)| month))
}
