//! Synchronisation: a run is a chain of messages, one page each.
//!
//! A page's rows, the run's counts and cursor, and the message for the next page are one
//! transaction. So a run killed anywhere goes on where it was, a repeated message finds that its
//! step is past and does nothing, and nothing is counted twice.

mod accounts;
mod compare;
mod counting;
mod import;
mod place;
mod reader;
mod settling;

use std::time::Duration;

use clearmargin_connectors::{Page, Row};
use clearmargin_domain::{
    access::Action,
    id::SyncRunId,
    identity::Organization,
    integration::{Connection, ConnectionStatus, Phase, RowCounts, SyncMode, SyncRun, SyncStatus},
    job::Job,
    source::Source,
};
use clearmargin_store::{Change, SeenRows, StoreError, Stored};
use serde_json::{Value, json};

use crate::{Ctx, Error, books, jobs::Outcome};

use place::Place;
pub(crate) use reader::{Reader, first_stage};
pub(crate) use settling::follow;

/// A run that has not got on for this long is given up.
const GIVE_UP_SECONDS: i64 = 6 * 3_600;
/// A run that has not got on for this long has lost its message.
const STALLED_SECONDS: i64 = 600;
/// How long to wait for a source system that is away.
const AWAY: Duration = Duration::from_secs(30);

/// Starts a run; an incremental one needs an earlier run to continue from, else it is full.
pub async fn start(ctx: &Ctx, source: Source, mode: SyncMode) -> Result<SyncRun, Error> {
    ctx.require(Action::SyncsStart)?;
    if let Some(run) = ctx.replay().await? {
        return Ok(run);
    }
    let connection = latest(ctx, source).await?;
    if connection.status != ConnectionStatus::Connected {
        return Err(Error::conflict(
            "reconnect_needed",
            format!("{source} has to be connected anew"),
        ));
    }
    if let Some(id) = connection.last_run {
        let running = ctx.tenant().get::<SyncRun>(id).await?;
        if running.is_some_and(|run| run.status == SyncStatus::Running) {
            return Err(Error::conflict("sync_running", format!("{source} is being read already")));
        }
    }
    begin(ctx, &connection, mode).await
}

async fn begin(
    ctx: &Ctx,
    connection: &Stored<Connection>,
    mode: SyncMode,
) -> Result<SyncRun, Error> {
    let source = connection.source;
    let since = match mode {
        SyncMode::Full => None,
        SyncMode::Incremental => connection.synced_to,
    };
    let run = SyncRun {
        id: SyncRunId::new(ctx.now, ctx.app.random()),
        source,
        mode: if since.is_some() { SyncMode::Incremental } else { SyncMode::Full },
        status: SyncStatus::Running,
        step: 0,
        stage: Some(first_stage(source).to_owned()),
        phase: Phase::Reading,
        // Before the first run there was nothing that could be gone by now.
        compares: since.is_none() && connection.last_run.is_some(),
        cursor: Value::Null,
        counts: std::collections::BTreeMap::new(),
        started_at: ctx.now,
        updated_at: ctx.now,
        finished_at: None,
        since,
        error: None,
    };
    let detail = json!({"source": source, "mode": run.mode});
    let mut change = ctx.tenant().change(ctx.audit("sync.started", run.id, detail));
    change.insert(&run)?;
    let busy = Connection { last_run: Some(run.id), ..connection.value.clone() };
    change.update(connection, &busy)?;
    change.send(Job::SyncPage { source, run: run.id, step: 0 });
    ctx.commit(change, run).await
}

/// Reads one page of a run, if it is the page that is due.
pub(crate) async fn page(ctx: &Ctx, run: SyncRunId, step: u64) -> Result<Outcome, Error> {
    let tenant = ctx.tenant();
    let due = |run: &Stored<SyncRun>| run.status == SyncStatus::Running && run.step == step;
    let Some(run) = tenant.get::<SyncRun>(run).await?.filter(due) else {
        return Ok(Outcome::Done);
    };
    let connection = tenant.get::<Connection>(run.source).await?;
    let organization = tenant.get::<Organization>(ctx.org).await?;
    let (Some(connection), Some(organization)) = (connection, organization) else {
        return Ok(Outcome::Done);
    };
    if ctx.now.as_second() - run.updated_at.as_second() > GIVE_UP_SECONDS {
        return fail(ctx, &run, "the source system did not answer for six hours", false).await;
    }
    match run.phase {
        Phase::Comparing | Phase::Removing => return compare(ctx, &run).await,
        Phase::Counting => return count(ctx, &run, &organization).await,
        Phase::Reading | Phase::ReadingAgain => {}
    }
    let reader = Reader { ctx, organization: &organization.value, connection: &connection };
    match reader.read(&run.value).await {
        Ok(page) => save(ctx, &run, page).await,
        Err(ReadError::Wait(wait)) => Ok(Outcome::Later(wait)),
        Err(ReadError::Away) => Ok(Outcome::Later(AWAY)),
        Err(ReadError::Reconnect) => {
            let reason = "the source system refuses the credentials";
            fail(ctx, &run, reason, true).await
        }
        Err(ReadError::Refused(reason)) => fail(ctx, &run, &reason, false).await,
        Err(ReadError::Own(error)) => Err(error),
    }
}

/// Why a page could not be read.
pub(crate) enum ReadError {
    /// Our share of the source's limit is used up.
    Wait(Duration),
    /// The source is away.
    Away,
    /// The source refuses the credentials.
    Reconnect,
    /// The source refuses the question, or its answer makes no sense.
    Refused(String),
    /// A fault of ours.
    Own(Error),
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        Self::Own(error.into())
    }
}

async fn save(ctx: &Ctx, run: &Stored<SyncRun>, page: Page) -> Result<Outcome, Error> {
    let stage = run.stage.as_deref().unwrap_or_default();
    // Before the page counts, so that no record is without what it was made from.
    if !page.raw.is_empty() {
        ctx.app.archive.put(&archive_key(ctx, run), page.raw).await?;
    }
    let mut change = begin_step(ctx, run);
    if let Some(seen) = seen(ctx, run, stage, &page.rows) {
        change.saw(&seen)?;
    }
    let failed: u64 = run.counts.values().map(|counts| counts.failed).sum();
    let mut import = import::Import::new(ctx, run, change, failed);
    import.rows(stage, page.rows).await?;
    let (change, counts) = import.finish();
    advance(ctx, run, change, counts, Place::after_page(run, page.next)).await
}

/// What is to be remembered of a page's rows until all are read.
fn seen(ctx: &Ctx, run: &SyncRun, stage: &str, rows: &[Row]) -> Option<SeenRows> {
    if rows.is_empty() {
        return None;
    }
    if counting::is_counted(run.source, stage) {
        return Some(counting::seen(ctx, run, stage, rows));
    }
    (run.compares && compare::is_compared(run.source, stage)).then(|| SeenRows {
        run: run.id,
        stage: stage.to_owned(),
        step: run.step,
        external_ids: rows.iter().map(|row| row.external_id.clone()).collect(),
        clients: Vec::new(),
        at: ctx.now,
    })
}

/// Counts what was read, for a stretch of the clients.
async fn count(
    ctx: &Ctx,
    run: &Stored<SyncRun>,
    organization: &Organization,
) -> Result<Outcome, Error> {
    let today = books::today_in(ctx, organization)?;
    let mut change = begin_step(ctx, run);
    let place = counting::step(ctx, run, today, &mut change).await?;
    advance(ctx, run, change, RowCounts::default(), place).await
}

/// Compares a stretch of what is stored with what was read.
async fn compare(ctx: &Ctx, run: &Stored<SyncRun>) -> Result<Outcome, Error> {
    let mut change = begin_step(ctx, run);
    let (place, counts) = compare::step(ctx, run, &mut change).await?;
    advance(ctx, run, change, counts, place).await
}

/// Where a page's answer is kept. A repeated page is kept under the same key.
fn archive_key(ctx: &Ctx, run: &SyncRun) -> String {
    let stage = run.stage.as_deref().unwrap_or_default();
    format!("{}/raw/{}/{}/{:08}-{stage}.json", ctx.org, run.source, run.id, run.step)
}

fn begin_step<'a>(ctx: &'a Ctx, run: &SyncRun) -> Change<'a> {
    let detail = json!({"run": run.id, "stage": run.stage, "phase": run.phase, "step": run.step});
    ctx.tenant().change(ctx.audit("sync.page", run.id, detail))
}

/// Puts where the run goes on, and the message for it, into the change of a step, and commits.
async fn advance(
    ctx: &Ctx,
    run: &Stored<SyncRun>,
    mut change: Change<'_>,
    counts: RowCounts,
    place: Place,
) -> Result<Outcome, Error> {
    let mut next = run.value.clone();
    let sum = next.counts.entry(run.stage.clone().unwrap_or_default()).or_default();
    *sum = sum.plus(counts);
    next.step += 1;
    next.updated_at = ctx.now;
    (next.stage, next.phase, next.cursor) = (place.stage, place.phase, place.cursor);
    if next.stage.is_some() {
        change.send(Job::SyncPage { source: run.source, run: run.id, step: next.step });
    } else {
        next.status = SyncStatus::Completed;
        next.finished_at = Some(ctx.now);
        let connection = latest(ctx, run.source).await?;
        change.update(&connection, &idle(&connection, run))?;
        change.send(Job::MatchClients { run: run.id });
        if next.counts.values().any(|counts| counts.changed() != 0) {
            change.send(Job::BeginAnalysis);
        }
    }
    change.update(run, &next)?;
    // If somebody changed one of the rows or did this page meanwhile: look again, soon.
    Ok(if change.attempt().await? { Outcome::Done } else { Outcome::Later(Duration::ZERO) })
}

/// The connection as it is now: reading may have renewed its credentials.
async fn latest(ctx: &Ctx, source: Source) -> Result<Stored<Connection>, Error> {
    let connection = ctx.tenant().get::<Connection>(source).await?;
    connection.ok_or(Error::NotFound("connection"))
}

/// The connection after a completed run.
fn idle(connection: &Connection, run: &SyncRun) -> Connection {
    let compared_to = match run.mode {
        SyncMode::Full => Some(run.started_at),
        SyncMode::Incremental => connection.compared_to,
    };
    Connection { synced_to: Some(run.started_at), compared_to, ..connection.clone() }
}

async fn fail(
    ctx: &Ctx,
    run: &Stored<SyncRun>,
    reason: &str,
    reconnect: bool,
) -> Result<Outcome, Error> {
    let failed = SyncRun {
        status: SyncStatus::Failed,
        error: Some(reason.to_owned()),
        finished_at: Some(ctx.now),
        updated_at: ctx.now,
        step: run.step + 1,
        ..run.value.clone()
    };
    let connection = latest(ctx, run.source).await?;
    let idle = if reconnect { connection.refused() } else { connection.value.clone() };
    let detail = json!({"source": run.source, "reason": reason});
    let mut change = ctx.tenant().change(ctx.audit("sync.failed", run.id, detail));
    change.update(run, &failed)?;
    change.update(&connection, &idle)?;
    change.commit().await?;
    Ok(Outcome::Done)
}

/// Sends the due message of a run again when the run has lost it; for schedules and restarts.
/// Returns how many runs were woken.
pub async fn wake(ctx: &Ctx, at_once: bool) -> Result<usize, Error> {
    let tenant = ctx.tenant();
    let mut woken = 0;
    for connection in tenant.all::<Connection>().await? {
        let Some(id) = connection.last_run else {
            continue;
        };
        let Some(run) = tenant.get::<SyncRun>(id).await? else {
            continue;
        };
        let quiet = ctx.now.as_second() - run.updated_at.as_second();
        if run.status != SyncStatus::Running || !(at_once || quiet > STALLED_SECONDS) {
            continue;
        }
        let detail = json!({"step": run.step});
        let mut change = tenant.change(ctx.audit("sync.woken", run.id, detail));
        change.send(Job::SyncPage { source: run.source, run: run.id, step: run.step });
        change.commit().await?;
        woken += 1;
    }
    Ok(woken)
}
