//! What setting a rate would move, before it is set.

use std::collections::{BTreeMap, HashMap};

use clearmargin_domain::{
    access::Action,
    cost_rate::{self, CostMove, CostRate, PreviewError, RateCard},
    id::ClientId,
    money::Currency,
    period::{Month, Period},
    rollup::Subject,
    time_entry::TimeEntry,
};

use crate::{Ctx, Error, clients, cost_rates, recost};

/// The most time entries that a preview looks at.
pub const MAX_ENTRIES: i64 = 10_000;

/// What would move for a client in a month.
#[derive(Debug, Clone)]
pub struct Row {
    /// The month.
    pub month: Month,
    /// The client and its name; none for time without a client.
    pub client: Option<(ClientId, String)>,
    /// What would move.
    pub moved: CostMove,
}

/// What setting a rate would move.
#[derive(Debug, Clone)]
pub struct Moves {
    /// The currency of every amount.
    pub currency: Currency,
    /// What moves, by month and client; what stays is not listed.
    pub rows: Vec<Row>,
    /// All of it together.
    pub total: CostMove,
}

/// What setting a rate would do to the cost of time. Nothing is changed. Refused where setting it
/// would be, and when there are more than [`MAX_ENTRIES`] entries in the months that it applies to.
pub async fn preview(ctx: &Ctx, new: cost_rates::NewCostRate) -> Result<Moves, Error> {
    ctx.require(Action::CostRatesWrite)?;
    let currency = new.hourly.currency;
    let (rate, books) = cost_rates::proposed(ctx, new).await?;
    let tenant = ctx.tenant();
    let rates = tenant.all::<CostRate>().await?;
    let old: Vec<_> = rates.into_iter().map(|rate| rate.value).collect();
    let months = months_of(&rate, &old)?;
    let id = rate.id;
    let kept = old.iter().filter(|known| known.id != id).cloned();
    let new: Vec<_> = kept.chain([rate]).collect();
    let roles = cost_rates::roles_of(tenant, &new).await?;
    let entries = entries(ctx, months).await?;
    let (old, new) = (RateCard::new(old), RateCard::new(new));
    let role_of = |technician| roles.get(&technician).cloned();
    let preview = cost_rate::preview(&entries, role_of, &old, &new, books.books);
    let preview = preview.map_err(|error| match error {
        PreviewError::Closed(closed) => closed.into(),
        PreviewError::Money(error) => Error::invalid("hourlyCost", error.to_string()),
    })?;
    let rows = by_client(ctx, preview.moves).await?;
    Ok(Moves { currency, rows, total: preview.total })
}

/// The months that a rate applies to: up to the next one for the same, or the last with time.
fn months_of(rate: &CostRate, others: &[CostRate]) -> Result<Period, Error> {
    let from = Month::of(rate.effective_from);
    let later = others.iter().filter(|other| {
        other.scope() == rate.scope() && other.effective_from > rate.effective_from
    });
    let next = later.map(|other| Month::of(other.effective_from)).min();
    let to = next.unwrap_or_else(|| from.plus(recost::HORIZON_MONTHS));
    Period::new(from, to, usize::MAX).map_err(Error::internal)
}

async fn entries(ctx: &Ctx, months: Period) -> Result<Vec<TimeEntry>, Error> {
    let tenant = ctx.tenant();
    let sums = tenant.rollups(Subject::Organization, months).await?;
    let count: i64 = sums.values().map(|sums| sums.time_entries).sum();
    if count > MAX_ENTRIES {
        let message = format!("{count} time entries from this day on; a preview takes 10000");
        return Err(Error::invalid("effectiveFrom", message));
    }
    let mut found = Vec::new();
    for (month, client) in recost::with_time(tenant, months).await? {
        let read = recost::entries(tenant, client, month).await?;
        found.extend(read.into_iter().map(|entry| entry.value));
    }
    Ok(found)
}

/// The moves of a client's records together, under the client.
async fn by_client(
    ctx: &Ctx,
    moves: BTreeMap<(Month, Option<ClientId>), CostMove>,
) -> Result<Vec<Row>, Error> {
    let mut leads = HashMap::new();
    for group in clients::groups(ctx).await? {
        let lead = (group.lead().id, group.lead().name.clone());
        leads.extend(group.ids().into_iter().map(|id| (id, lead.clone())));
    }
    let client = |id: ClientId| leads.get(&id).cloned().unwrap_or((id, String::new()));
    let mut rows: BTreeMap<_, (Option<String>, CostMove)> = BTreeMap::new();
    for ((month, id), moved) in moves {
        let (id, name) = id.map(client).unzip();
        let row = rows.entry((month, id)).or_default();
        *row = (name, row.1.plus(&moved));
    }
    let row = |((month, id), (name, moved)): ((Month, Option<ClientId>), (_, _))| Row {
        month,
        client: Option::zip(id, name),
        moved,
    };
    Ok(rows.into_iter().map(row).collect())
}
