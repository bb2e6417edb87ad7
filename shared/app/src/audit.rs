//! The audit trail: read by people, sealed into blocks that nobody can alter unnoticed, compared.
//!
//! A block is kept in the archive under its number, where nothing was before: that decides which
//! rows come next in the chain. Only then the table's head is moved onto it and its rows are marked,
//! in one transaction. Whoever finds a block behind the head — since its sealer died, or is slower —
//! moves the head onto it before anything else. So whatever is repeated, raced or killed, no row is
//! lost, none is sealed twice and the chain has one end.

mod check;

use std::collections::HashSet;

use clearmargin_domain::{
    access::Action,
    audit::{AuditEntry, Block, Head},
    id::OrgId,
    identity::Organization,
};
use clearmargin_store::{Advanced, AuditList};
pub use clearmargin_store::{AuditFilter, AuditRow};
use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date, tz::TimeZone};

pub(crate) use check::NIGHTLY;
pub use check::{Finding, Report, check};

use crate::{App, Ctx, Error};

/// Rows in a block: with the head, what one transaction takes.
const ROWS: usize = 99;
/// How often a sealer that others overtake tries again.
const ATTEMPTS: usize = 50;
/// Rows that are looked at for one page: about half of what a list may read.
const LOOK_AT: usize = 120;
/// Rows of an export, at most.
const EXPORT: usize = 1_000;
/// Days that an export covers, at most.
const EXPORT_DAYS: i32 = 31;
/// How long after its moment a change may still be written; nothing runs longer.
const SETTLED: SignedDuration = SignedDuration::from_mins(15);

/// Which rows are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// From this day on, in UTC.
    pub from: Option<Date>,
    /// To this day, in UTC.
    pub to: Option<Date>,
    /// By whom, of what kind, on what.
    pub filter: AuditFilter,
}

/// Rows, newest first, and where the next page begins.
pub type Rows = (Vec<AuditRow>, Option<String>);

/// A page of the trail. It may hold fewer rows than `limit`, although there are more.
pub async fn list(
    ctx: &Ctx,
    wanted: Wanted,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Rows, Error> {
    ctx.require(Action::AuditRead)?;
    let list = range(ctx, wanted, limit, LOOK_AT).await?;
    Ok(ctx.tenant().audit_rows(&list, cursor).await?)
}

/// A stretch of the trail, long enough to be kept: at most a month, at most a thousand rows; where
/// it goes on for more.
pub async fn export(ctx: &Ctx, wanted: Wanted, cursor: Option<&str>) -> Result<Rows, Error> {
    ctx.require(Action::AuditRead)?;
    let (Some(from), Some(to)) = (wanted.from, wanted.to) else {
        return Err(Error::invalid("query.from", "an export needs `from` and `to`"));
    };
    if from.until(to).is_ok_and(|span| span.get_days() >= EXPORT_DAYS) {
        return Err(Error::invalid("query.to", "an export covers at most 31 days"));
    }
    let list = range(ctx, wanted, EXPORT, EXPORT).await?;
    Ok(ctx.tenant().audit_rows(&list, cursor).await?)
}

async fn range(
    ctx: &Ctx,
    wanted: Wanted,
    limit: usize,
    look_at: usize,
) -> Result<AuditList, Error> {
    let Wanted { from, to, filter } = wanted;
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        return Err(Error::invalid("query.to", "the last day lies before the first"));
    }
    let founded = ctx.tenant().get::<Organization>(ctx.org).await?;
    let founded = founded.map_or(ctx.now, |organization| organization.created_at);
    let from = from.map_or(Ok(founded), |day| midnight(day, 0, "query.from"))?.max(founded);
    let before = to.map(|day| midnight(day, 1, "query.to")).transpose()?;
    // The moment of a row may be that of a clock that is a little ahead.
    Ok(AuditList { from, before, now: ctx.now + SETTLED, filter, limit, look_at })
}

fn midnight(day: Date, later: i64, path: &str) -> Result<Timestamp, Error> {
    let day = day.checked_add(later.days());
    let at = day.and_then(|day| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)));
    at.map_err(|_| Error::invalid(path, "no such day"))
}

/// Where the chain of sealed blocks ends.
pub async fn head(ctx: &Ctx) -> Result<Head, Error> {
    ctx.require(Action::AuditRead)?;
    Ok(ctx.tenant().audit_head().await?)
}

/// Where a block is kept.
pub fn block_key(org: OrgId, number: u64) -> String {
    format!("{org}/audit/{number:010}.ndjson")
}

/// Seals rows that the table told of; those that are sealed already are passed over.
pub async fn seal(app: &App, org: OrgId, mut rows: Vec<AuditEntry>) -> Result<(), Error> {
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    for rows in rows.chunks(ROWS) {
        seal_block(app, org, rows.to_vec()).await?;
    }
    Ok(())
}

/// Seals what is in the table and not sealed yet, oldest first; how many rows that were.
///
/// Whatever lies far enough behind the newest sealed row was there when that row was sealed, and
/// older rows go first: it need not be looked at again.
pub async fn seal_waiting(app: &App, org: OrgId) -> Result<usize, Error> {
    let tenant = app.store.tenant(org);
    let now = app.clock.now();
    let newest = tenant.audit_head().await?.newest.map(|id| id.at());
    let from = match newest {
        Some(at) => at - SETTLED,
        None => tenant.get::<Organization>(org).await?.map_or(now, |it| it.created_at) - SETTLED,
    };
    let rows = tenant.audit_since(from, now).await?.into_iter();
    let rows: Vec<_> = rows.filter(|row| row.sealed_in.is_none()).map(|row| row.entry).collect();
    let count = rows.len();
    seal(app, org, rows).await?;
    Ok(count)
}

async fn seal_block(app: &App, org: OrgId, mut rows: Vec<AuditEntry>) -> Result<(), Error> {
    let tenant = app.store.tenant(org);
    for _ in 0..ATTEMPTS {
        // The head first: what is unsealed after it was read is in no block up to it.
        let head = tenant.audit_head().await?;
        rows = tenant.unsealed_of(rows).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let block = Block::after(&head, org, rows.clone(), app.clock.now());
        let block = keep(app, &head, block).await?;
        let sealed: HashSet<_> = block.rows().iter().map(|row| row.id).collect();
        if advance(app, org, &head, &block).await? {
            // Also rows that were deleted before they could be marked.
            rows.retain(|row| !sealed.contains(&row.id));
        }
    }
    Err(Error::Unavailable("the audit chain"))
}

/// Keeps a block, unless there is one of that number: then that is the one that counts.
async fn keep(app: &App, head: &Head, block: Block) -> Result<Block, Error> {
    let key = block_key(block.org(), block.number());
    if app.archive.put_new(&key, block.to_bytes()).await? {
        return Ok(block);
    }
    let bytes = app.archive.get(&key).await?;
    let bytes = bytes.ok_or(Error::Unavailable("the audit chain"))?;
    let found = Block::parse(&bytes).map_err(Error::internal)?;
    if found.previous() == head.hash
        && found.number() == block.number()
        && found.org() == block.org()
    {
        return Ok(found);
    }
    Err(Error::internal(format!("block {} does not follow the head", block.number())))
}

/// Moves the head onto a block; whether it was this call that did.
async fn advance(app: &App, org: OrgId, head: &Head, block: &Block) -> Result<bool, Error> {
    let tenant = app.store.tenant(org);
    let mut absent = HashSet::new();
    for _ in 0..=ROWS {
        match tenant.advance_audit(head, block, &absent).await {
            Ok(Advanced::Done) => return Ok(true),
            // The stream told of the row, so it was there. The block says so for ever.
            Ok(Advanced::Row(row)) => {
                tracing::error!(tenant.id = %org, row.id = %row, "an audit row was deleted");
                absent.insert(row);
            }
            // Two sealers met.
            Ok(Advanced::Elsewhere) | Err(clearmargin_store::StoreError::Busy) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(false)
}
