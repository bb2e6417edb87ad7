//! The server: storage, workers, schedules and the HTTP surface in one process.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use axum::{
    Router,
    body::to_bytes,
    extract::{ConnectInfo, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::Response,
};
use clearmargin_app::{
    App, Clock as _, Http, Upstreams, identity::AccessCache, keys::Tokens, schedule, sync,
};
use clearmargin_domain::canonical::canonical;
use clearmargin_lambda::{SystemClock, SystemEntropy};
use clearmargin_store::CursorKey;
use clearmargin_web::{ClientAddress, Cors, Limits, Routes};
use tokio::{fs, net::TcpListener};

use crate::{
    LocalError,
    archive::FolderArchive,
    embedded,
    mailer::FolderMailer,
    queue::FolderQueue,
    vault::{FileVault, secret_file},
    workers::{self, Poke},
};

const HOUR: Duration = Duration::from_hours(1);
/// The most that the gateway takes of a body.
const GATEWAY_BYTES: usize = 10 * 1024 * 1024;
const FIVE_MINUTES: Duration = Duration::from_mins(5);

/// How a server is set up.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Where everything is kept.
    pub data: PathBuf,
    /// Where source systems are.
    pub upstreams: Upstreams,
    /// Web pages that may call the API.
    pub cors: Cors,
}

/// A running server.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// What its use cases work with.
    pub app: App,
    queue: FolderQueue,
}

/// Every API area.
pub fn areas() -> Vec<Routes> {
    vec![
        clearmargin_identity::routes(),
        clearmargin_clients::routes(),
        clearmargin_intelligence::routes(),
        clearmargin_integrations::routes(),
        clearmargin_system::routes(),
        clearmargin_billing::routes(),
        clearmargin_tickets::routes(),
    ]
}

/// The OpenAPI document of all areas, as JSON; the same text every time.
pub fn document() -> Result<String, LocalError> {
    let (_, document) = clearmargin_web::document(areas());
    let failed = |error: serde_json::Error| LocalError::Demo(error.to_string());
    let document = serde_json::to_value(clearmargin_web::publish(document)).map_err(failed)?;
    serde_json::to_string_pretty(&canonical(document)).map_err(failed)
}

impl Server {
    /// Starts everything; the server runs until the process ends.
    pub async fn start(config: ServerConfig) -> Result<Self, LocalError> {
        fs::create_dir_all(&config.data).await?;
        let listener = TcpListener::bind(("127.0.0.1", config.port)).await?;
        let address = listener.local_addr()?;
        let (app, queue, messages) = assemble(&config, address).await?;
        let poke = Poke::default();
        workers::relay_once(&app).await?;
        wake(&app).await?;
        tokio::spawn(workers::relay(app.clone(), Arc::clone(&poke)));
        tokio::spawn(workers::seal(app.clone()));
        tokio::spawn(workers::work(app.clone(), queue.clone(), messages, Arc::clone(&poke)));
        tokio::spawn(schedules(app.clone(), Arc::clone(&poke)));
        tokio::spawn(promises(app.clone()));
        let router = router(&app, &config, poke);
        let router = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the server stopped");
            }
        });
        Ok(Self { address, app, queue })
    }

    /// Waits until nothing is on its way: no message, no rollup.
    pub async fn settle(&self) -> Result<(), LocalError> {
        loop {
            // A message done may have put something into the outbox, and the other way round: a
            // message that went from there into the queue between the two looks was sent meanwhile.
            let sent = self.queue.sent();
            let busy = self.queue.busy().await? || workers::waiting(&self.app).await?;
            if !busy && self.queue.sent() == sent {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The use cases' world without any server: for `check` and `export`.
pub(crate) async fn app_on(config: &ServerConfig) -> Result<App, LocalError> {
    let nowhere = SocketAddr::from(([127, 0, 0, 1], config.port));
    Ok(assemble(config, nowhere).await?.0)
}

async fn assemble(
    config: &ServerConfig,
    address: SocketAddr,
) -> Result<
    (App, FolderQueue, tokio::sync::mpsc::UnboundedReceiver<clearmargin_domain::job::Envelope>),
    LocalError,
> {
    let data = &config.data;
    let cursors = CursorKey::new(&secret_file(&data.join("cursor.key")).await?);
    let store = embedded::open(Some(data), cursors).await?;
    let (queue, messages) = FolderQueue::open(&data.join("queue")).await?;
    let mut upstreams = config.upstreams.clone();
    if upstreams.public_url.is_empty() {
        upstreams.public_url = format!("http://{address}");
    }
    let app = App {
        store,
        queue: Arc::new(queue.clone()),
        archive: Arc::new(FolderArchive::new(&data.join("archive"))),
        mailer: Arc::new(FolderMailer::new(&data.join("mail"))),
        rephraser: None,
        dashboard_url: None,
        access: AccessCache::default(),
        vault: Arc::new(FileVault::open(&data.join("master.key")).await?),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        tokens: Tokens::new(&upstreams.public_url, "clearmargin"),
        http: Http::default(),
        upstreams,
    };
    Ok((app, queue, messages))
}

fn router(app: &App, config: &ServerConfig, poke: Poke) -> Router {
    let state = clearmargin_web::State::new(app.clone(), config.cors.clone());
    // Whoever works on a laptop is alone there.
    let state = state.with_limits(Limits::per_minute(1_000_000));
    clearmargin_web::serve(clearmargin_web::merge(areas()), state)
        .layer(middleware::from_fn_with_state(poke, poke_after_writes))
        .layer(middleware::map_request(with_address))
        .layer(middleware::map_request(whole))
}

/// Hands on whole requests only, as the gateway does. A request that is answered before all of its
/// body was read ends the connection, perhaps while its caller sends the next one.
async fn whole(request: Request) -> Result<Request, StatusCode> {
    let (head, body) = request.into_parts();
    let read = to_bytes(body, GATEWAY_BYTES).await;
    let body = read.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    Ok(Request::from_parts(head, body.into()))
}

/// Tells the edge where a request comes from.
async fn with_address(mut request: Request) -> Request {
    let peer = request.extensions().get().map(|ConnectInfo(peer): &ConnectInfo<SocketAddr>| *peer);
    // From this machine itself comes whoever works on it: that says nothing about who it is.
    if let Some(peer) = peer.filter(|peer| !peer.ip().is_loopback()) {
        request.extensions_mut().insert(ClientAddress(peer.ip()));
    }
    request
}

/// What a request wrote into the outbox is relayed at once.
async fn poke_after_writes(State(poke): State<Poke>, request: Request, next: Next) -> Response {
    let reads = request.method().is_safe();
    let response = next.run(request).await;
    if !reads {
        poke.notify_one();
    }
    response
}

/// Sends runs that an earlier process was in the middle of on their way.
async fn wake(app: &App) -> Result<(), LocalError> {
    for org in app.store.directory().organizations().await? {
        sync::wake(&app.for_system(org, "start"), true).await?;
    }
    Ok(())
}

/// Looks at promises that are at stake.
async fn promises(app: App) {
    loop {
        tokio::time::sleep(FIVE_MINUTES).await;
        if let Err(error) = schedule::run(&app, schedule::Due::Sla, "schedule").await {
            tracing::error!(error = &error as &dyn std::error::Error, "the look at promises");
        }
    }
}

async fn schedules(app: App, poke: Poke) {
    let mut last_night = app.clock.now();
    loop {
        tokio::time::sleep(HOUR).await;
        if let Err(error) = schedule::hourly(&app, "schedule").await {
            tracing::error!(error = &error as &dyn std::error::Error, "the hourly runs");
        }
        if let Err(error) = schedule::run(&app, schedule::Due::Recurring, "schedule").await {
            tracing::error!(error = &error as &dyn std::error::Error, "the recurring invoices");
        }
        if let Err(error) = schedule::run(&app, schedule::Due::Dunning, "schedule").await {
            tracing::error!(error = &error as &dyn std::error::Error, "the reminders");
        }
        poke.notify_one();
        let now = SystemClock.now();
        if now.as_second() - last_night.as_second() >= 24 * 3_600 {
            last_night = now;
            if let Err(error) = schedule::run(&app, schedule::Due::Purge, "schedule").await {
                tracing::error!(error = &error as &dyn std::error::Error, "the nightly removal");
            }
            if let Err(error) = schedule::nightly(&app).await {
                tracing::error!(error = &error as &dyn std::error::Error, "the nightly check");
            }
            if let Err(error) = schedule::audit_check(&app).await {
                tracing::error!(error = &error as &dyn std::error::Error, "the audit check");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The document has one of each name, whichever area it is of.
    #[test]
    fn areas_do_not_give_one_name_to_two_things() {
        let mut seen = BTreeMap::new();
        for area in areas() {
            let components = area.get_openapi().components.clone().unwrap_or_default();
            for (name, schema) in components.schemas {
                let schema = serde_json::to_string(&schema).unwrap();
                let other = seen.insert(name.clone(), schema.clone());
                assert!(other.is_none_or(|other| other == schema), "{name}");
            }
        }
        assert!(seen.len() > 100, "{}", seen.len());
    }
}
