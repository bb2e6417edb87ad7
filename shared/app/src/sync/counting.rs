//! How many rows of a stage each client has: assets, which are counted and not kept.
//!
//! Assets tell no time of change, so every run reads all of them, an incremental one as well. Each
//! page remembers, in its transaction, the ids of its rows and whose they are. When all are read,
//! each counts once, for the client that it was read with last.

use std::collections::{HashMap, HashSet};

use clearmargin_connectors::{Record, Row, SuperOpsStage};
use clearmargin_domain::{
    client::Client,
    id::ClientId,
    integration::SyncRun,
    source::Source,
    usage_count::{UsageCount, UsageKind},
};
use clearmargin_store::{Change, SeenRows};
use jiff::civil::Date;
use serde_json::Value;

use super::place::Place;
use crate::{Ctx, Error, usage_counts};

/// Client records looked at for one message: each may get a count.
const STRETCH: usize = 80;

/// Whether rows of a stage are counted by client.
pub(super) fn is_counted(source: Source, stage: &str) -> bool {
    match source {
        Source::SuperOps => stage.parse() == Ok(SuperOpsStage::Assets),
        Source::QuickBooks => false,
    }
}

/// The rows of a page, to be remembered with whose they are. One that could not be read is
/// remembered without its id, since it may be anybody's.
pub(super) fn seen(ctx: &Ctx, run: &SyncRun, stage: &str, rows: &[Row]) -> SeenRows {
    let whose = rows.iter().map(|row| match &row.mapped {
        Ok(Record::Asset { external_id, client }) => (external_id.clone(), *client),
        _ => (String::new(), None),
    });
    let (external_ids, clients) = whose.unzip();
    SeenRows {
        run: run.id,
        stage: stage.to_owned(),
        step: run.step,
        external_ids,
        clients,
        at: ctx.now,
    }
}

/// One stretch of the source's client records: their counts of `today` go into `change`.
pub(super) async fn step(
    ctx: &Ctx,
    run: &SyncRun,
    today: Date,
    change: &mut Change<'_>,
) -> Result<Place, Error> {
    let stage = run.stage.as_deref().unwrap_or_default();
    let whose = ctx.tenant().seen_clients(run.id, stage).await?;
    let is_whole = !whose.contains_key("");
    let totals = totals(whose.into_values().flatten());
    // A list that is suddenly empty speaks of lost rights rather than of clients without devices.
    if totals.is_empty() {
        return Ok(Place::after_stretch(run, None));
    }
    let clients = stretch(ctx, run).await?;
    let mut counts = Vec::new();
    for client in &clients {
        let total = match totals.get(client) {
            Some(total) => Some(*total),
            // Of a row that could not be read nobody knows whose it is: perhaps this client's last.
            None if is_whole && had_any(ctx, run.source, *client, today).await? => Some(0),
            None => None,
        };
        counts.extend(total.map(|total| endpoints(ctx, run.source, *client, today, total)));
    }
    write(ctx, change, counts).await?;
    let next = clients.last().filter(|_| clients.len() == STRETCH);
    let next = next.map(serde_json::to_value).transpose().map_err(Error::internal)?;
    Ok(Place::after_stretch(run, next))
}

/// How often each is there.
fn totals(clients: impl Iterator<Item = ClientId>) -> HashMap<ClientId, u32> {
    let mut totals = HashMap::new();
    for client in clients {
        *totals.entry(client).or_default() += 1;
    }
    totals
}

/// The next client records that come from the run's source, by id.
async fn stretch(ctx: &Ctx, run: &SyncRun) -> Result<Vec<ClientId>, Error> {
    let after: Option<ClientId> = match &run.cursor {
        Value::Null => None,
        cursor => serde_json::from_value(cursor.clone()).map_err(Error::internal)?,
    };
    let records = ctx.tenant().all::<Client>().await?.into_iter();
    let imported = records
        .filter(|record| record.origin.as_ref().is_some_and(|origin| origin.source == run.source));
    let mut ids: Vec<_> = imported.map(|record| record.id).collect();
    ids.sort_unstable();
    ids.retain(|id| after.is_none_or(|after| *id > after));
    ids.truncate(STRETCH);
    Ok(ids)
}

/// Whether the source's last count of a client record's endpoints was of any. Once that is 0 there
/// is nothing to be said again.
async fn had_any(ctx: &Ctx, source: Source, client: ClientId, today: Date) -> Result<bool, Error> {
    let last = usage_counts::last_of_record(ctx, client, today).await?;
    let last = last
        .into_iter()
        .find(|count| (count.kind, count.source) == (UsageKind::Endpoints, Some(source)));
    Ok(last.and_then(|count| count.total).is_some_and(|total| total > 0))
}

fn endpoints(ctx: &Ctx, source: Source, client: ClientId, day: Date, total: u32) -> UsageCount {
    let kind = UsageKind::Endpoints;
    UsageCount {
        id: UsageCount::id_of(ctx.org, client, kind, None, day),
        client,
        kind,
        product: None,
        day,
        assigned: None,
        total: Some(total),
        committed: None,
        source: Some(source),
    }
}

/// Puts the counts that differ from what is stored of the day into `change`.
async fn write(ctx: &Ctx, change: &mut Change<'_>, counts: Vec<UsageCount>) -> Result<(), Error> {
    let ids: Vec<_> = counts.iter().map(|count| (count.client, count.day, count.id)).collect();
    let stored = ctx.tenant().get_many::<UsageCount>(&ids).await?;
    let stored: HashMap<_, _> = stored.into_iter().map(|count| (count.id, count)).collect();
    for count in counts {
        let old = stored.get(&count.id);
        if old.is_none_or(|old| old.value != count) {
            change.set(old, &count)?;
        }
    }
    Ok(())
}

/// Those of some client records that are known here.
pub(super) async fn known(
    ctx: &Ctx,
    clients: impl Iterator<Item = ClientId>,
) -> Result<HashSet<ClientId>, Error> {
    let ids: Vec<_> = clients.collect();
    let found = ctx.tenant().get_many::<Client>(&ids).await?;
    Ok(found.iter().map(|client| client.id).collect())
}
