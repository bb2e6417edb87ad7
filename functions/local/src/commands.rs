//! What the command line offers beside serving.

pub mod audit;

use std::{io::Write as _, path::Path, process::ExitCode, time::Duration};

use clearmargin_app::{App, Upstreams};
use clearmargin_domain::secret::Secret;
use clearmargin_web::Cors;

use crate::{LocalError, ServerConfig, demo::say, server::app_on};

/// The use cases' world over a folder; no source system is reachable from it.
async fn offline(data: &Path) -> Result<App, LocalError> {
    app_on(&ServerConfig {
        port: 0,
        data: data.to_owned(),
        upstreams: Upstreams {
            superops_url: String::new(),
            superops_per_minute: 0,
            quickbooks_api_url: String::new(),
            quickbooks_authorize_url: String::new(),
            quickbooks_token_url: String::new(),
            quickbooks_revoke_url: String::new(),
            quickbooks_per_minute: 0,
            rest: Duration::ZERO,
            quickbooks_client_id: String::new(),
            quickbooks_client_secret: Secret::new(""),
            public_url: String::new(),
        },
        cors: Cors::default(),
    })
    .await
}

/// Compares every rollup with its rows.
pub async fn check(data: &Path) -> Result<ExitCode, LocalError> {
    let app = offline(data).await?;
    crate::workers::relay_once(&app).await?;
    Ok(if check_app(&app).await? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Compares every rollup with its rows and says what was found; whether all agree.
pub(crate) async fn check_app(app: &App) -> Result<bool, LocalError> {
    let mut agree = true;
    for org in app.store.directory().organizations().await? {
        let Some(report) = app.store.tenant(org).drift().await? else {
            say(&format!("{org}: changes are still on their way"))?;
            agree = false;
            continue;
        };
        let (rows, buckets, drifts) = (report.rows, report.buckets, report.drifted());
        say(&format!("{org}: {rows} rows, {buckets} rollups, drift {drifts}"))?;
        agree &= drifts == 0;
    }
    Ok(agree)
}

/// Writes every record of every organisation as JSON lines.
pub async fn export(data: &Path) -> Result<ExitCode, LocalError> {
    let app = offline(data).await?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for org in app.store.directory().organizations().await? {
        for line in app.store.tenant(org).export().await? {
            writeln!(out, "{line}")?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Rewrites records of older shapes, and sums anew what earlier programs did not sum.
pub async fn migrate(data: &Path) -> Result<ExitCode, LocalError> {
    let app = offline(data).await?;
    for org in app.store.directory().organizations().await? {
        let report = app.store.tenant(org).migrate_all().await?;
        say(&format!("{org}: {report:?}"))?;
        if let Some(drift) = app.store.tenant(org).drift().await? {
            app.store.tenant(org).recompute(&drift).await?;
            say(&format!("{org}: {} sums mended", drift.drifted()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a text.
pub fn print(text: &str) -> Result<ExitCode, LocalError> {
    say(text)?;
    Ok(ExitCode::SUCCESS)
}
