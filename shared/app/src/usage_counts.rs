//! Counts of what clients have, brought in as tables or counted in a source system.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap, btree_map::Entry},
};

use clearmargin_domain::{
    access::Action,
    id::ClientId,
    period::Month,
    usage_count::{UsageCount, UsageKind, parse_csv},
};
use clearmargin_store::{Listing, Stored};
use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Ctx, Error, books,
    clients::{self, RecordPlace},
    tables,
};

/// The most days that one answer may cover.
const MOST_DAYS: i32 = 366;
/// How many rows one transaction writes.
const BATCH: usize = 90;
/// How many counts are looked at for a client record's latest.
const LOOK_AT: i32 = 500;

/// What became of a table's rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uploaded {
    /// Counts that were not there.
    pub added: usize,
    /// Counts that were there with other numbers.
    pub changed: usize,
    /// Counts that were there already.
    pub unchanged: usize,
}

/// Takes in a table of comma-separated values. With an error in any row nothing is written, and all
/// errors are told. The same table once more changes nothing; a large one is written in parts, and
/// can be sent again when something came between them.
pub async fn upload(ctx: &Ctx, csv: &str) -> Result<Uploaded, Error> {
    ctx.require(Action::UsageWrite)?;
    if let Some(uploaded) = ctx.replay().await? {
        return Ok(uploaded);
    }
    let known = known_clients(ctx).await?;
    let table = parse_csv(csv, ctx.org, |text| known.get(text).copied().flatten());
    let (writes, uploaded) = compared(ctx, tables::rows(table)?).await?;
    let parts = writes.chunks(BATCH).count();
    for (number, part) in writes.chunks(BATCH).enumerate() {
        let detail = json!({"rows": part.len()});
        let mut change = ctx.tenant().change(ctx.audit("usageCounts.uploaded", ctx.org, detail));
        for (new, old) in part {
            change.set(old.as_ref(), new)?;
        }
        if number + 1 == parts {
            return ctx.commit(change, uploaded).await;
        }
        change.commit().await?;
    }
    Ok(uploaded)
}

type Write = (UsageCount, Option<Stored<UsageCount>>);

/// What is to be written, and what will have become of the rows.
async fn compared(ctx: &Ctx, rows: Vec<UsageCount>) -> Result<(Vec<Write>, Uploaded), Error> {
    let ids: Vec<_> = rows.iter().map(|row| (row.client, row.day, row.id)).collect();
    let stored = ctx.tenant().get_many::<UsageCount>(&ids).await?;
    let mut stored: HashMap<_, _> = stored.into_iter().map(|it| (it.id, it)).collect();
    let mut uploaded = Uploaded::default();
    let mut writes = Vec::new();
    for row in rows {
        let old = stored.remove(&row.id);
        match &old {
            Some(old) if old.value == row => {
                uploaded.unchanged += 1;
                continue;
            }
            Some(_) => uploaded.changed += 1,
            None => uploaded.added += 1,
        }
        writes.push((row, old));
    }
    Ok((writes, uploaded))
}

/// The client of each id and exact name; none of a name that two clients have.
async fn known_clients(ctx: &Ctx) -> Result<HashMap<String, Option<ClientId>>, Error> {
    let mut known = HashMap::new();
    for group in clients::groups(ctx).await? {
        let lead = group.lead().id;
        for record in group.members() {
            known.insert(record.id.to_string(), Some(lead));
            let named = known.entry(record.name.clone()).or_insert(Some(lead));
            if *named != Some(lead) {
                *named = None;
            }
        }
    }
    Ok(known)
}

/// Which counts of a client.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The client, by the id of any of its records.
    pub client: ClientId,
    /// What is counted.
    pub kind: Option<UsageKind>,
    /// Counted on this day or later; a year before the last day unless said.
    pub from: Option<Date>,
    /// Counted on this day or earlier; today unless said.
    pub to: Option<Date>,
}

/// A page of a client's counts, the oldest first. A page may hold fewer than `limit`.
pub async fn list(
    ctx: &Ctx,
    wanted: &Wanted,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<UsageCount>, Error> {
    ctx.require(Action::UsageRead)?;
    let days = days(ctx, wanted).await?;
    let records = clients::named(ctx, wanted.client, "query.clientId").await?.ids();
    let place = RecordPlace::of(&records, cursor)?;
    let scope = place.scope(&format!("usage-counts|{wanted:?}"));
    let page = ctx.tenant().counts(place.record, days, limit, &scope, place.cursor).await?;
    let mut page = place.page(page);
    page.items.retain(|count| wanted.kind.is_none_or(|kind| kind == count.kind));
    Ok(page)
}

async fn days(ctx: &Ctx, wanted: &Wanted) -> Result<(Date, Date), Error> {
    let to = match wanted.to {
        Some(to) => to,
        None => books::today(ctx).await?,
    };
    let from = wanted.from.unwrap_or_else(|| to.saturating_sub((MOST_DAYS - 1).days()));
    if to < from {
        return Err(Error::invalid("query.to", "the last day lies before the first"));
    }
    if to.since(from).map_or(true, |span| span.get_days() >= MOST_DAYS) {
        return Err(Error::invalid("query.from", "at most 366 days in one answer"));
    }
    Ok((from, to))
}

/// A client's latest count of each kind and product within the last year, over all its records.
pub async fn latest(ctx: &Ctx, client: ClientId) -> Result<Vec<UsageCount>, Error> {
    ctx.require(Action::UsageRead)?;
    let today = books::today(ctx).await?;
    let records = clients::named(ctx, client, "query.clientId").await?.ids();
    latest_within(ctx, &records, (today.saturating_sub(MOST_DAYS.days()), today)).await
}

/// The latest count of each kind and product within these days, over a client's records.
pub(crate) async fn latest_within(
    ctx: &Ctx,
    records: &[ClientId],
    days: (Date, Date),
) -> Result<Vec<UsageCount>, Error> {
    let mut latest: BTreeMap<(UsageKind, Option<String>), UsageCount> = BTreeMap::new();
    for record in records {
        for count in ctx.tenant().last_counts(*record, days, LOOK_AT).await? {
            let product = count.product.as_ref().map(|product| product.to_lowercase());
            joined(latest.entry((count.kind, product)), count);
        }
    }
    Ok(latest.into_values().collect())
}

/// All counts of these days, over a client's records: of each kind and product one a day.
pub(crate) async fn within(
    ctx: &Ctx,
    records: &[ClientId],
    days: (Date, Date),
) -> Result<Vec<UsageCount>, Error> {
    let mut all: BTreeMap<(UsageKind, Option<String>, Date), UsageCount> = BTreeMap::new();
    for record in records {
        for count in ctx.tenant().every_count(*record, days).await? {
            let product = count.product.as_ref().map(|product| product.to_lowercase());
            joined(all.entry((count.kind, product, count.day)), count);
        }
    }
    Ok(all.into_values().collect())
}

/// The days whose counts are those of a month, as recurring invoices take them: its own and those of the
/// month before.
pub(crate) fn days_of(month: Month) -> (Date, Date) {
    (month.plus(-1).first_day(), month.last_day())
}

/// How many people or devices there are by the latest counts; none where nobody counted them.
pub(crate) fn whole(latest: &[UsageCount], kind: UsageKind) -> Option<u32> {
    let count = latest.iter().find(|count| count.kind == kind && count.product.is_none());
    count.and_then(|count| count.total.or(count.assigned))
}

/// A client record's last counts within a year before `today`, the newest first.
pub(crate) async fn last_of_record(
    ctx: &Ctx,
    record: ClientId,
    today: Date,
) -> Result<Vec<UsageCount>, Error> {
    let days = (today.saturating_sub(MOST_DAYS.days()), today);
    Ok(ctx.tenant().last_counts(record, days, LOOK_AT).await?)
}

fn joined<K: Ord>(place: Entry<'_, K, UsageCount>, count: UsageCount) {
    match place {
        Entry::Vacant(place) => {
            place.insert(count);
        }
        Entry::Occupied(known) => outdo(known.into_mut(), count),
    }
}

/// The later day's count holds. Of one day, which are counts of two records of the client, what
/// somebody brought in is about the client as a whole; what was counted is about each record.
fn outdo(known: &mut UsageCount, other: UsageCount) {
    match (known.day.cmp(&other.day), known.source, other.source) {
        (Ordering::Less, ..) | (Ordering::Equal, Some(_), None) => *known = other,
        (Ordering::Equal, Some(_), Some(_)) => {
            let more = other.total.unwrap_or_default();
            known.total = known.total.map(|total| total.saturating_add(more)).or(other.total);
        }
        (Ordering::Equal, None, _) | (Ordering::Greater, ..) => {}
    }
}

#[cfg(test)]
mod tests {
    use clearmargin_domain::{id::OrgId, source::Source};
    use jiff::{Timestamp, civil::date};

    use super::*;

    fn count(record: u128, day: i8, total: u32, source: Option<Source>) -> UsageCount {
        let (client, kind) = (ClientId::new(Timestamp::UNIX_EPOCH, record), UsageKind::Endpoints);
        let (org, day) = (OrgId::new(Timestamp::UNIX_EPOCH, 1), date(2026, 10, day));
        UsageCount {
            id: UsageCount::id_of(org, client, kind, None, day),
            client,
            kind,
            product: None,
            day,
            assigned: None,
            total: Some(total),
            committed: None,
            source,
        }
    }

    #[test]
    fn of_two_records_the_later_count_holds_and_what_was_counted_on_one_day_adds_up() {
        let (counted, brought) = (Some(Source::SuperOps), None);
        let cases = [
            ((1, 5, counted), (2, 7, brought), 7),
            ((2, 5, brought), (1, 7, counted), 5),
            ((2, 5, counted), (2, 7, counted), 12),
            ((2, 5, counted), (2, 7, brought), 7),
            ((2, 5, brought), (2, 7, counted), 5),
            ((2, 5, brought), (2, 7, brought), 5),
        ];
        for (one, other, expected) in cases {
            let mut known = count(1, one.0, one.1, one.2);
            outdo(&mut known, count(2, other.0, other.1, other.2));
            assert_eq!(known.total, Some(expected), "{one:?} {other:?}");
        }
    }
}
