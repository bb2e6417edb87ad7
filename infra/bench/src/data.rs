//! Tables to measure against, filled by the product itself and kept between runs.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use dynoxide::Database;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
};

use crate::{
    Failure, Options,
    capacity::Meter,
    copies,
    event::Fill,
    plan::{Copies, Plan, Scale},
};

/// The local server's table, and who the demo signs in as.
const TABLE: &str = "clearmargin";
/// The last twelve months of the simulated data.
const LAST_YEAR: &str = "from=2025-11&to=2026-10";
const SQLITE: &str = "table.sqlite";
/// What the local server signs and seals with.
const KEYS: [&str; 2] = ["cursor.key", "master.key"];
/// A file that says that a folder was filled to the end.
const DONE: &str = "filled";
const EMAIL: &str = "admin@techwave.com";
const PASSWORD: &str = "techwave demo";
/// How often, at a tenth of a second each, the server is asked whether it is up.
const ATTEMPTS: u32 = 300;

/// All tables, in the plan's order.
#[derive(Debug)]
pub(crate) struct Tables(Vec<Table>);

/// A table behind a meter.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) scale: Scale,
    pub(crate) name: String,
    pub(crate) meter: Meter,
    /// Who issued the token in `fill`.
    pub(crate) issuer: String,
    /// What is filled in for names in paths.
    pub(crate) fill: Fill,
}

impl Tables {
    /// Fills and opens the plan's tables.
    pub(crate) async fn prepare(options: &Options, plan: &Plan) -> Result<Self, Failure> {
        std::fs::create_dir_all(&options.work)?;
        let mut tables = Vec::new();
        for scale in &plan.tables {
            fill(options, scale).await?;
        }
        // All are filled by now: tokens do not last long.
        for scale in &plan.tables {
            tables.push(Table::open(options, scale).await?);
        }
        Ok(Self(tables))
    }

    pub(crate) fn all(&self) -> &[Table] {
        &self.0
    }

    pub(crate) fn first(&self) -> Result<&Table, Failure> {
        self.0.first().ok_or_else(|| "the plan has no table".into())
    }
}

impl Table {
    async fn open(options: &Options, scale: &Scale) -> Result<Self, Failure> {
        let folder = options.work.join(&scale.name);
        let server = Server::start(options, &folder).await?;
        let fill = if scale.is_empty() { Fill::new() } else { server.look_around().await? };
        let issuer = server.stop().await?;
        let meter = Meter::start(open(&folder.join(SQLITE)).await?).await?;
        Ok(Self { scale: scale.clone(), name: TABLE.to_owned(), meter, issuer, fill })
    }
}

/// The demo brings the simulated sources in, and has every figure checked; what an earlier run
/// filled stays, unless it is to be done afresh.
async fn fill(options: &Options, scale: &Scale) -> Result<(), Failure> {
    let folder = options.work.join(&scale.name);
    if folder.exists() && (options.fresh || scale.is_empty()) {
        std::fs::remove_dir_all(&folder)?;
    }
    if scale.is_empty() || folder.join(DONE).exists() {
        return Ok(());
    }
    println!("filling the table {:?}", scale.name);
    if let Some(copy) = &scale.copy {
        return copied(options, copy, &folder);
    }
    let mut command = Command::new(program(options)?);
    command.args(["demo", "--check", "--port", "0", "--data"]).arg(&folder);
    command.args(scale.simulate.iter().map(|option| format!("--simulate={option}")));
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().await?;
    if !status.success() {
        return Err(format!("clearmargin demo: {status}").into());
    }
    Ok(std::fs::write(folder.join(DONE), "")?)
}

/// The server's folder with a larger table; what was begun and not finished begins again.
fn copied(options: &Options, copy: &Copies, folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    let from = options.work.join(&copy.of);
    for key in KEYS {
        std::fs::copy(from.join(key), folder.join(key))?;
    }
    copies::fill(&from.join(SQLITE), &folder.join(SQLITE), TABLE, copy.times)?;
    Ok(std::fs::write(folder.join(DONE), "")?)
}

fn program(options: &Options) -> Result<PathBuf, Failure> {
    let program = options.tools.join("clearmargin");
    program.canonicalize().map_err(|e| format!("{}: {e}", program.display()).into())
}

/// The table of a file, over HTTP.
async fn open(file: &Path) -> Result<SocketAddr, Failure> {
    let database = Database::new(&file.to_string_lossy()).map_err(|error| error.to_string())?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let forever = std::future::pending();
        dynoxide::server::serve_with_shutdown(listener, database, forever).await
    });
    Ok(address)
}

/// The local server on a folder: it gives tokens and ids.
struct Server {
    process: Child,
    address: String,
    http: Client,
}

impl Server {
    async fn start(options: &Options, folder: &Path) -> Result<Self, Failure> {
        let port = TcpListener::bind(("127.0.0.1", 0)).await?.local_addr()?.port();
        let mut command = Command::new(program(options)?);
        command.args(["serve", "--port", &port.to_string(), "--data"]).arg(folder);
        let process = command.stdin(Stdio::null()).kill_on_drop(true).spawn()?;
        let address = format!("http://127.0.0.1:{port}");
        let server = Self { process, address, http: Client::new() };
        for _ in 0..ATTEMPTS {
            let health = server.http.get(format!("{}/api/health", server.address)).send().await;
            if health.is_ok_and(|health| health.status().is_success()) {
                return Ok(server);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err("the local server does not start".into())
    }

    /// A token, ids of a technician and a run, and the client and month with the most time: where a
    /// page of rows is full whatever the table's size.
    async fn look_around(&self) -> Result<Fill, Failure> {
        let credentials = json!({"email": EMAIL, "password": PASSWORD});
        let signed = self.ask(Method::POST, "/api/auth/login", None, Some(credentials)).await?;
        let token = text(&signed, "/data/accessToken")?;
        let mut fill = Fill::new();
        for (name, path, place) in [
            ("technician", "/api/technicians", "/data/0/id"),
            ("service", "/api/services", "/data/0/id"),
            ("agreement", "/api/agreements?status=active", "/data/0/id"),
            ("run", "/api/integrations/superops/status", "/data/run/id"),
        ] {
            let answer = self.ask(Method::GET, path, Some(&token), None).await?;
            fill.insert(name.to_owned(), text(&answer, place)?);
        }
        let path = format!("/api/ai/analytics/profitability-scores?{LAST_YEAR}");
        let ranking = self.ask(Method::GET, &path, Some(&token), None).await?;
        let client = text(busiest(&ranking, "/data/clients"), "/clientId")?;
        let path = format!("/api/clients/{client}/profitability?{LAST_YEAR}");
        let months = self.ask(Method::GET, &path, Some(&token), None).await?;
        fill.insert("month".to_owned(), text(busiest(&months, "/data/months"), "/month")?);
        fill.insert("client".to_owned(), client);
        fill.insert("token".to_owned(), token);
        Ok(fill)
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Result<Value, Failure> {
        let mut request = self.http.request(method, format!("{}{path}", self.address));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// Ends it; gives its name as an issuer of tokens.
    async fn stop(mut self) -> Result<String, Failure> {
        self.process.kill().await?;
        Ok(self.address)
    }
}

/// Of the figures at that place those that rest on the most time.
fn busiest<'a>(answer: &'a Value, place: &str) -> &'a Value {
    let all = answer.pointer(place).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let rows = |figures: &&Value| figures.pointer("/rows/labour").and_then(Value::as_u64);
    all.iter().max_by_key(rows).unwrap_or(&Value::Null)
}

fn text(answer: &Value, path: &str) -> Result<String, Failure> {
    let found = answer.pointer(path).and_then(Value::as_str);
    Ok(found.ok_or_else(|| format!("no {path} in {answer}"))?.to_owned())
}
