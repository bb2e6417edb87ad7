//! TechWave MSP from nothing: simulated sources, a real sync over HTTP, the clients by margin.
//!
//! The demo is a client of the API like any other: it registers, connects, syncs and reads.

mod api;
mod simulators;
mod table;

use std::{
    io::{IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use clearmargin_app::Upstreams;
use clearmargin_web::Cors;
use serde_json::{Value, json};

use self::{api::Api, simulators::Simulators};
use crate::{LocalError, Server, ServerConfig, commands};

/// The demo's owner.
const EMAIL: &str = "admin@techwave.com";
const PASSWORD: &str = "techwave demo";
/// The simulators take as many requests as the laptop makes.
const PER_MINUTE: u32 = 100_000;
/// The last twelve months of the simulated data, which end with October 2026.
const LAST_YEAR: (&str, &str) = ("2025-11", "2026-10");
/// How long a sync may read nothing before something must be wrong.
const PATIENCE: Duration = Duration::from_mins(5);

/// How the demo runs.
#[derive(Debug)]
pub struct Options {
    /// Where everything is kept.
    pub data: PathBuf,
    /// The port.
    pub port: u16,
    /// Check every figure, then end.
    pub check: bool,
    /// Arguments for the simulators.
    pub simulate: Vec<String>,
}

/// Runs the demo; with `check` it ends, and fails when any figure is off.
pub async fn run(options: Options) -> Result<ExitCode, LocalError> {
    let begin = Instant::now();
    let simulators = Simulators::start(&options.simulate).await?;
    let server = Server::start(ServerConfig {
        port: options.port,
        data: options.data.clone(),
        upstreams: upstreams(&simulators),
        cors: Cors::default(),
    })
    .await?;
    let address = format!("http://{}", server.address);
    say(&format!("Clearmargin listens on {address}"))?;
    let api = Api::sign_in(&address, EMAIL, PASSWORD).await?;
    connect(&api, &simulators).await?;
    sync(&api, &simulators, begin).await?;
    server.settle().await?;
    show(&api, begin).await?;
    if options.check {
        return check(&server, &api, &simulators, &address).await;
    }
    say(&format!("\nSign in at {address}/api/auth/login as {EMAIL} / {PASSWORD}"))?;
    say(&format!("Read the API at {address}/api/docs. Ctrl-C ends; `make demo-reset` forgets."))?;
    tokio::signal::ctrl_c().await?;
    Ok(ExitCode::SUCCESS)
}

fn upstreams(simulators: &Simulators) -> Upstreams {
    let quickbooks = &simulators.quickbooks_origin;
    Upstreams {
        superops_url: simulators.superops_url.clone(),
        superops_per_minute: PER_MINUTE,
        quickbooks_api_url: quickbooks.clone(),
        quickbooks_authorize_url: format!("{quickbooks}/connect/oauth2"),
        quickbooks_token_url: format!("{quickbooks}/oauth2/v1/tokens/bearer"),
        quickbooks_revoke_url: format!("{quickbooks}/v2/oauth2/tokens/revoke"),
        quickbooks_per_minute: PER_MINUTE,
        rest: Duration::from_secs(1),
        quickbooks_client_id: simulators.client_id.clone(),
        quickbooks_client_secret: simulators.client_secret.clone(),
        public_url: String::new(),
    }
}

async fn connect(api: &Api, simulators: &Simulators) -> Result<(), LocalError> {
    let account = json!({
        "subdomain": simulators.subdomain,
        "apiToken": simulators.token.expose(),
    });
    api.post("/api/integrations/superops/connect", &account).await?;
    let begun = api.post("/api/integrations/quickbooks/connect", &json!({})).await?;
    let consent = begun.get("authorizationUrl").and_then(Value::as_str).unwrap_or_default();
    api.follow(consent).await
}

/// Starts both runs, sets the cost rates as soon as the technicians are known, and waits.
async fn sync(api: &Api, simulators: &Simulators, begin: Instant) -> Result<(), LocalError> {
    for source in ["superops", "quickbooks"] {
        api.post(&format!("/api/integrations/{source}/sync"), &json!({"mode": "full"})).await?;
    }
    let mut rates_set = false;
    let mut last = (0, Instant::now());
    loop {
        let superops = api.get("/api/integrations/superops/status").await?;
        let quickbooks = api.get("/api/integrations/quickbooks/status").await?;
        if !rates_set && past_technicians(&superops) {
            set_cost_rates(api, simulators).await?;
            rates_set = true;
        }
        progress(&[&superops, &quickbooks], begin)?;
        let states = [&superops, &quickbooks].map(run_status);
        if states.iter().all(|state| state == "completed") {
            return say("");
        }
        if let Some(failed) =
            [&superops, &quickbooks].into_iter().find(|s| run_status(s) == "failed")
        {
            return Err(LocalError::Demo(format!("a run failed: {failed}")));
        }
        let rows = rows_read(&superops) + rows_read(&quickbooks);
        if rows != last.0 {
            last = (rows, Instant::now());
        }
        if last.1.elapsed() > PATIENCE {
            return Err(LocalError::Demo("the sync reads nothing any more".to_owned()));
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

fn run_status(status: &Value) -> String {
    let found = status.pointer("/run/status").and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}

fn past_technicians(status: &Value) -> bool {
    let stage = status.pointer("/run/stage").and_then(Value::as_str);
    stage.is_none_or(|stage| stage != "technicians")
}

async fn set_cost_rates(api: &Api, simulators: &Simulators) -> Result<(), LocalError> {
    let technicians = api.get("/api/technicians").await?;
    let ours = |external: &str| {
        let mut all = technicians.as_array().into_iter().flatten();
        let found =
            all.find(|known| known.get("externalId").and_then(Value::as_str) == Some(external));
        found.and_then(|known| known.get("id").cloned())
    };
    for rate in simulators.cost_rates().await? {
        let technician = match rate.get("technicianExternalId").and_then(Value::as_str) {
            Some(external) => ours(external).ok_or_else(|| {
                LocalError::Demo(format!("technician {external} was not synchronised"))
            })?,
            None => Value::Null,
        };
        let minor = rate.get("hourlyCostMinor").and_then(Value::as_i64).unwrap_or_default();
        let hourly = rust_decimal::Decimal::new(minor, 2).to_string();
        let number: serde_json::Number =
            serde_json::from_str(&hourly).map_err(|error| LocalError::Demo(error.to_string()))?;
        let body = json!({
            "technicianId": technician,
            "hourlyCost": number,
            "currency": "USD",
            "effectiveFrom": rate.get("effectiveFrom"),
        });
        api.post("/api/cost-rates", &body).await?;
    }
    Ok(())
}

fn rows_read(status: &Value) -> u64 {
    status.pointer("/run/total/read").and_then(Value::as_u64).unwrap_or_default()
}

fn progress(statuses: &[&Value], begin: Instant) -> Result<(), LocalError> {
    if !std::io::stdout().is_terminal() {
        return Ok(());
    }
    let part = |status: &&Value| {
        let source = status.get("source").and_then(Value::as_str).unwrap_or_default();
        let stage = status.pointer("/run/stage").and_then(Value::as_str).unwrap_or("done");
        let rows = rows_read(status);
        format!("   {source}: {rows} rows, {stage}")
    };
    let parts: Vec<_> = statuses.iter().map(part).collect();
    let line = format!("\r{:>4} s{}", begin.elapsed().as_secs(), parts.concat());
    let mut out = std::io::stdout().lock();
    write!(out, "{line:<100}")?;
    Ok(out.flush()?)
}

async fn show(api: &Api, begin: Instant) -> Result<(), LocalError> {
    let (from, to) = LAST_YEAR;
    let path = format!("/api/ai/analytics/profitability-scores?from={from}&to={to}");
    let ranking = api.get(&path).await?;
    let status = api.get("/api/integrations/quickbooks/status").await?;
    say(&table::render(&ranking, &status))?;
    say(&format!("\nFrom start to here: {:.1} s", begin.elapsed().as_secs_f32()))
}

/// Rollups against rows, then every figure against the independent program.
async fn check(
    server: &Server,
    api: &Api,
    simulators: &Simulators,
    address: &str,
) -> Result<ExitCode, LocalError> {
    let drift_free = commands::check_app(&server.app).await?;
    let program = Path::new("tests/checker/check.py");
    let checked = tokio::process::Command::new("python3")
        .arg(program)
        .args(["--api", address, "--token", &api.token().await?])
        .args(["--superops", &simulators.superops_origin])
        .args(["--quickbooks", &simulators.quickbooks_origin])
        .status()
        .await?;
    Ok(if drift_free && checked.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(crate) fn say(text: &str) -> Result<(), LocalError> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}
