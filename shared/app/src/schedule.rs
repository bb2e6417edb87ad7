//! What happens without anybody asking: runs by the hour, the drift and audit checks by night.

use clearmargin_domain::{
    id::OrgId,
    integration::{Connection, ConnectionStatus, SyncMode},
};
use clearmargin_store::DriftReport;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::{App, Error, analyses, audit, dunning, organizations, recurring, sync, tickets};

/// How long after a source was read whole it is again. QuickBooks tells of deletions for 30 days.
const COMPARE_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Due {
    /// Runs.
    Sync,
    /// Tickets of which a promise is at stake.
    Sla,
    /// Recurring invoices of organisations that have them made by themselves.
    Recurring,
    /// Reminders of organisations that have them sent.
    Dunning,
    /// Analyses.
    Analysis,
    /// The drift check.
    Drift,
    /// The removal of organisations whose time to be kept is over.
    Purge,
    /// The comparison of audit rows with sealed blocks.
    AuditCheck,
}

/// Does what is due.
pub async fn run(app: &App, due: Due, request_id: &str) -> Result<(), Error> {
    match due {
        Due::Sync => {
            let done = hourly(app, request_id).await?;
            tracing::info!(done.started, done.woken, done.failed, "runs are on their way");
        }
        Due::Sla => {
            let tickets = settle(app, request_id).await?;
            tracing::info!(tickets, "promises are looked at");
        }
        Due::Recurring => {
            let begun = bill(app, request_id).await?;
            tracing::info!(begun, "recurring invoices are on their way");
        }
        Due::Dunning => {
            let begun = remind(app, request_id).await?;
            tracing::info!(begun, "reminders are on their way");
        }
        Due::Analysis => {
            let begun = analyse(app, request_id).await?;
            tracing::info!(begun, "analyses are on their way");
        }
        Due::Drift => {
            let reports = nightly(app).await?;
            tracing::info!(organizations = reports.len(), "rollups are compared");
        }
        Due::Purge => {
            let started = remove(app, request_id).await?;
            tracing::info!(started, "organisations are removed");
        }
        Due::AuditCheck => {
            let wrong = audit_check(app).await?;
            tracing::info!(wrong, "audit rows and blocks are compared");
        }
    }
    Ok(())
}

/// What a schedule did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Runs started.
    pub started: usize,
    /// Runs that had lost their message and got it again.
    pub woken: usize,
    /// Organisations that could not be served; each is logged.
    pub failed: usize,
}

/// For each organisation: wakes runs that stand still, and starts an incremental run of every
/// connection that has none. One organisation's trouble is not another's.
pub async fn hourly(app: &App, request_id: &str) -> Result<Done, Error> {
    let mut done = Done::default();
    for org in app.store.directory().organizations().await? {
        match sync_organization(app, org, request_id).await {
            Ok((woken, started)) => {
                done.woken += woken;
                done.started += started;
            }
            Err(error) => {
                done.failed += 1;
                let error = &error as &dyn std::error::Error;
                tracing::error!(tenant.id = %org, error, "the hourly runs did not start");
            }
        }
    }
    Ok(done)
}

async fn sync_organization(
    app: &App,
    org: OrgId,
    request_id: &str,
) -> Result<(usize, usize), Error> {
    let ctx = app.for_system(org, request_id);
    let woken = sync::wake(&ctx, false).await?;
    let mut started = 0;
    for connection in ctx.tenant().all::<Connection>().await? {
        if connection.status != ConnectionStatus::Connected {
            continue;
        }
        match sync::start(&ctx, connection.source, due_mode(&connection, ctx.now)).await {
            Ok(_) => started += 1,
            // It is being read right now, or somebody else has just started it.
            Err(Error::Conflict { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok((woken, started))
}

/// Changes by the hour; everything once a week, since no source tells of all that it deletes.
fn due_mode(connection: &Connection, now: Timestamp) -> SyncMode {
    let recent = |at: Timestamp| now.duration_since(at) < COMPARE_AFTER;
    if connection.compared_to.is_some_and(recent) { SyncMode::Incremental } else { SyncMode::Full }
}

/// Measures anew, in each organisation, the tickets of which a promise is at stake by now: how many.
/// One organisation's trouble is not another's.
async fn settle(app: &App, request_id: &str) -> Result<usize, Error> {
    let mut tickets = 0;
    for org in app.store.directory().organizations().await? {
        match Box::pin(tickets::settle_due(&app.for_system(org, request_id))).await {
            Ok(count) => tickets += count,
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(tenant.id = %org, error, "promises were not looked at");
            }
        }
    }
    Ok(tickets)
}

/// Begins the month's recurring invoices of each organisation whose day has come: of how many.
async fn bill(app: &App, request_id: &str) -> Result<usize, Error> {
    let mut begun = 0;
    for org in app.store.directory().organizations().await? {
        let billed = recurring::begin_due(&app.for_system(org, request_id)).await;
        begun += usize::from(was_begun(org, "recurring invoices", billed));
    }
    Ok(begun)
}

/// Begins the day's reminders of each organisation whose hour has come: of how many.
async fn remind(app: &App, request_id: &str) -> Result<usize, Error> {
    let mut begun = 0;
    for org in app.store.directory().organizations().await? {
        let reminded = dunning::begin_due(&app.for_system(org, request_id)).await;
        begun += usize::from(was_begun(org, "reminders", reminded));
    }
    Ok(begun)
}

/// Begins the night's analysis of each organisation: of how many.
async fn analyse(app: &App, request_id: &str) -> Result<usize, Error> {
    let mut begun = 0;
    for org in app.store.directory().organizations().await? {
        let analysed = analyses::begin_due(&app.for_system(org, request_id)).await;
        begun += usize::from(was_begun(org, "analyses", analysed));
    }
    Ok(begun)
}

/// Whether an organisation's work was begun. One organisation's trouble is not another's: it is logged.
fn was_begun(org: OrgId, what: &str, begun: Result<bool, Error>) -> bool {
    begun.unwrap_or_else(|error| {
        let error = &error as &dyn std::error::Error;
        tracing::error!(tenant.id = %org, error, what, "not begun");
        false
    })
}

/// Starts the removal of organisations whose time to be kept is over; how many.
async fn remove(app: &App, request_id: &str) -> Result<usize, Error> {
    let mut started = 0;
    for org in app.store.directory().organizations().await? {
        if organizations::remove_if_due(&app.for_system(org, request_id)).await? {
            started += 1;
        }
    }
    Ok(started)
}

/// Compares every organisation's rollups with its rows. A drift is a fault of ours: it is logged
/// as an error, which raises the alarm. Returns what was compared; organisations that were being
/// written to are left for the next night.
pub async fn nightly(app: &App) -> Result<Vec<(OrgId, DriftReport)>, Error> {
    let mut reports = Vec::new();
    for org in app.store.directory().organizations().await? {
        let Some(report) = app.store.tenant(org).drift().await? else { continue };
        let drifts = report.drifted();
        if drifts > 0 {
            tracing::error!(tenant.id = %org, drifts, "rollups have drifted");
        }
        reports.push((org, report));
    }
    Ok(reports)
}

/// Compares every organisation's audit rows of the last days with the blocks that hold them. What
/// differs was tampered with, or is a fault of ours: it is logged as an error, which raises the
/// alarm. Returns in how many organisations anything is wrong.
pub async fn audit_check(app: &App) -> Result<usize, Error> {
    let mut wrong = 0;
    for org in app.store.directory().organizations().await? {
        let from = app.clock.now() - audit::NIGHTLY;
        let outcome = audit::check(app, org, from).await;
        let failure = match &outcome {
            Ok(report) => report.findings.first().map(|it| it as &dyn std::error::Error),
            Err(error) => Some(error as &dyn std::error::Error),
        };
        if let Some(error) = failure {
            wrong += 1;
            let findings = outcome.as_ref().map_or(0, |report| report.findings.len());
            tracing::error!(tenant.id = %org, findings, error, "the audit trail is not whole");
        }
    }
    Ok(wrong)
}
