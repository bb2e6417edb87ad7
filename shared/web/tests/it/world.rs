//! A world of its own for every test: a table in memory behind a real connection, a clock that is
//! set by hand, and the service under test.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
};
use axum::{
    Router,
    body::{self, Body},
    http::{HeaderMap, Method, Request, StatusCode},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clearmargin_app::{
    App, Archive, ArchiveError, Clock, Entropy, Http, Mail, MailError, Mailer, Queue, QueueError,
    Upstreams, Vault, VaultError, Visit,
    identity::{self, AccessCache, NewOrganization, Signed},
    jobs,
    keys::Tokens,
    outbox,
};
use clearmargin_domain::{job::Envelope, money::Currency, secret::Secret};
use clearmargin_store::{CursorKey, Store};
use clearmargin_web::{Answered, Cors, Routes, State};
use dynoxide::Database;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

pub(crate) const ISSUER: &str = "https://api.clearmargin.test";
pub(crate) const AUDIENCE: &str = "clearmargin";
pub(crate) const TABLE: &str = "clearmargin";

/// The world.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) clock: Arc<HandClock>,
    queue: Arc<KeptQueue>,
    mails: Arc<KeptMails>,
    pub(crate) kept: Arc<Kept>,
    told: Arc<Mutex<Vec<Answered>>>,
    service: Router,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    /// The same as text; what is none is left out.
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The status and code of a problem, after checking that it is one.
    pub(crate) fn problem(&self) -> (u16, String) {
        let body = self.json();
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        assert_eq!(body["status"], self.status.as_u16(), "{self:?}");
        assert_eq!(body["requestId"], self.header("x-request-id"), "{self:?}");
        for member in ["type", "title", "detail", "instance", "message"] {
            assert!(
                body[member].as_str().is_some_and(|text| !text.is_empty()),
                "{member}: {self:?}"
            );
        }
        assert!(body["errors"].is_array(), "{self:?}");
        (self.status.as_u16(), body["code"].as_str().unwrap().to_owned())
    }

    /// The path and code of the first refused value.
    pub(crate) fn refused(&self) -> (String, String) {
        assert_eq!(self.problem(), (422, "invalid".to_owned()), "{self:?}");
        let first = &self.json()["errors"][0];
        let text = |name: &str| first[name].as_str().unwrap().to_owned();
        (text("path"), text("code"))
    }
}

impl World {
    pub(crate) async fn new(routes: Routes) -> Self {
        Self::on(table_at(serve_table().await), routes)
    }

    /// A world whose table nobody serves.
    pub(crate) async fn without_table(routes: Routes) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        Self::on(table_at(address), routes)
    }

    /// A world on a table that somebody else reached.
    pub(crate) fn on(store: Store, routes: Routes) -> Self {
        let noon = "2026-07-01T12:00:00Z".parse().unwrap();
        let clock = Arc::new(HandClock(Mutex::new(noon)));
        let (queue, mails) = (Arc::<KeptQueue>::default(), Arc::<KeptMails>::default());
        let kept = Arc::new(Kept::default());
        let app = App {
            store,
            queue: queue.clone(),
            mailer: mails.clone(),
            rephraser: None,
            dashboard_url: None,
            access: AccessCache::default(),
            vault: Arc::new(OpenVault),
            archive: kept.clone(),
            clock: clock.clone(),
            entropy: Arc::new(Counted(AtomicU64::new(0))),
            tokens: Tokens::new(ISSUER, AUDIENCE),
            http: Http::default(),
            upstreams: nowhere(),
        };
        let cors: Cors = "https://dashboard.example".parse().unwrap();
        let (service, told) = serve(&app, cors, routes);
        Self { app, clock, queue, mails, kept, told, service }
    }

    /// The same table seen by another process: nothing is cached.
    pub(crate) fn another_process(&self, routes: Routes) -> Self {
        let tokens = Tokens::new(ISSUER, AUDIENCE);
        let app = App { tokens, access: AccessCache::default(), ..self.app.clone() };
        let (service, told) = serve(&app, Cors::default(), routes);
        let (queue, mails) = (Arc::clone(&self.queue), Arc::clone(&self.mails));
        let (clock, kept) = (self.clock.clone(), Arc::clone(&self.kept));
        Self { app, clock, queue, mails, kept, told, service }
    }

    /// The same world with other parts.
    pub(crate) fn with(self, app: App, routes: Routes) -> Self {
        let (service, told) = serve(&app, Cors::default(), routes);
        Self { app, told, service, ..self }
    }

    /// What the journal was told of the last request.
    pub(crate) fn last_told(&self) -> Answered {
        self.told.lock().unwrap().last().unwrap().clone()
    }

    /// What the journal was told since the last question.
    pub(crate) fn told(&self) -> Vec<Answered> {
        std::mem::take(&mut self.told.lock().unwrap())
    }

    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The keys of kept files that contain that.
    pub(crate) fn archived(&self, part: &str) -> Vec<String> {
        let files = self.kept.0.lock().unwrap();
        files.keys().filter(|key| key.contains(part)).cloned().collect()
    }

    /// Carries out everything that is on its way.
    pub(crate) async fn settle(&self) {
        loop {
            for org in self.app.store.directory().organizations().await.unwrap() {
                let waiting = self.app.store.outbox().waiting(org).await.unwrap();
                outbox::relay(&self.app, waiting).await.unwrap();
            }
            let messages = std::mem::take(&mut *self.queue.0.lock().unwrap());
            if messages.is_empty() {
                return;
            }
            for message in messages {
                while Box::pin(jobs::run(&self.app, &message)).await.unwrap() != jobs::Outcome::Done
                {
                }
            }
        }
    }

    /// The token of the last mail to that address, after everything was carried out.
    pub(crate) async fn mailed_token(&self, to: &str) -> String {
        self.settle().await;
        let mails = self.mails.0.lock().unwrap();
        let mail = mails.iter().rev().find(|mail| mail.to.as_str() == to).unwrap();
        let text = mail.text.expose();
        text.lines().find(|line| line.starts_with("cm")).unwrap().to_owned()
    }

    /// The mails to that address, after everything was carried out: subject and text.
    pub(crate) async fn mails_to(&self, to: &str) -> Vec<(String, String)> {
        self.settle().await;
        let mails = self.mails.0.lock().unwrap();
        let own = mails.iter().filter(|mail| mail.to.as_str() == to);
        own.map(|mail| (mail.subject.clone(), mail.text.expose().to_owned())).collect()
    }

    /// How many mails there were.
    pub(crate) async fn mail_count(&self) -> usize {
        self.settle().await;
        self.mails.0.lock().unwrap().len()
    }

    /// Registers an organisation whose owner has that address.
    pub(crate) async fn owner(&self, email: &str) -> Signed {
        let new = NewOrganization {
            name: "TechWave MSP".parse().unwrap(),
            email: email.parse().unwrap(),
            password: "correct horse".parse().unwrap(),
            first_name: "Ada".parse().unwrap(),
            last_name: "Lovelace".parse().unwrap(),
            currency: Currency::USD,
            time_zone: "UTC".parse().unwrap(),
        };
        identity::register(&self.app, &Visit::default(), new).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.service.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body::to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, bytes: bytes.to_vec(), text }
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.send(request(Method::GET, path, token, &[], Body::empty())).await
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Answer {
        self.post_with(path, token, &[], &body.to_string()).await
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<&Value>,
    ) -> Answer {
        let json = [("content-type", "application/json")];
        let headers: &[_] = if body.is_some() { &json } else { &[] };
        let body = body.map_or_else(Body::empty, |body| body.to_string().into());
        self.send(request(method, path, Some(token), headers, body)).await
    }

    pub(crate) async fn post_with(
        &self,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        self.send(request(Method::POST, path, token, &all, body.to_owned().into())).await
    }
}

/// The service, and what its journal is told.
fn serve(app: &App, cors: Cors, routes: Routes) -> (Router, Arc<Mutex<Vec<Answered>>>) {
    let told = Arc::<Mutex<Vec<Answered>>>::default();
    let listener = Arc::clone(&told);
    let journal =
        Arc::new(move |answered: &Answered| listener.lock().unwrap().push(answered.clone()));
    let state = State::new(app.clone(), cors).with_journal(journal);
    (clearmargin_web::serve(routes, state), told)
}

pub(crate) fn request(
    method: Method,
    path: &str,
    token: Option<&str>,
    headers: &[(&str, &str)],
    body: Body,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(body).unwrap()
}

/// A clock that stands still until it is set.
pub(crate) struct HandClock(Mutex<Timestamp>);

impl HandClock {
    pub(crate) fn advance(&self, seconds: i64) {
        self.pass(1_000 * seconds);
    }

    pub(crate) fn pass(&self, millis: i64) {
        let mut now = self.0.lock().unwrap();
        *now += jiff::SignedDuration::from_millis(millis);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Different bytes every time, the same in every run.
struct Counted(AtomicU64);

impl Entropy for Counted {
    fn bytes(&self) -> [u8; 32] {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        Sha256::digest(count.to_be_bytes()).into()
    }
}

/// Keeps everything in memory.
#[derive(Default)]
pub(crate) struct Kept(pub(crate) Mutex<BTreeMap<String, Vec<u8>>>);

#[async_trait]
impl Archive for Kept {
    async fn put(&self, key: &str, content: Vec<u8>) -> Result<(), ArchiveError> {
        self.0.lock().unwrap().insert(key.to_owned(), content);
        Ok(())
    }

    async fn remove_all(&self, prefix: &str) -> Result<(), ArchiveError> {
        self.0.lock().unwrap().retain(|key, _| !key.starts_with(prefix));
        Ok(())
    }

    async fn put_new(&self, key: &str, content: Vec<u8>) -> Result<bool, ArchiveError> {
        let mut kept = self.0.lock().unwrap();
        let free = !kept.contains_key(key);
        kept.entry(key.to_owned()).or_insert(content);
        Ok(free)
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    async fn ping(&self) -> Result<(), ArchiveError> {
        Ok(())
    }
}

/// Remembers the context beside the secret; hides nothing.
struct OpenVault;

#[async_trait]
impl Vault for OpenVault {
    async fn seal(&self, context: &str, secret: &[u8]) -> Result<String, VaultError> {
        Ok(format!("{context}|{}", URL_SAFE_NO_PAD.encode(secret)))
    }

    async fn open(&self, context: &str, sealed: &str) -> Result<Vec<u8>, VaultError> {
        let (sealed_in, secret) = sealed.split_once('|').unwrap();
        if sealed_in != context {
            return Err(VaultError("sealed in another context".into()));
        }
        Ok(URL_SAFE_NO_PAD.decode(secret).unwrap())
    }
}

/// Messages, until somebody carries them out.
#[derive(Default)]
struct KeptQueue(Mutex<Vec<Envelope>>);

#[async_trait]
impl Queue for KeptQueue {
    async fn send(&self, messages: &[Envelope], _: Duration) -> Result<(), QueueError> {
        self.0.lock().unwrap().extend_from_slice(messages);
        Ok(())
    }

    async fn ping(&self) -> Result<(), QueueError> {
        Ok(())
    }
}

/// Mails, undelivered.
#[derive(Default)]
struct KeptMails(Mutex<Vec<Mail>>);

#[async_trait]
impl Mailer for KeptMails {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

fn nowhere() -> Upstreams {
    Upstreams {
        superops_url: String::new(),
        superops_per_minute: 1,
        quickbooks_api_url: String::new(),
        quickbooks_authorize_url: String::new(),
        quickbooks_token_url: String::new(),
        quickbooks_revoke_url: String::new(),
        quickbooks_per_minute: 1,
        rest: Duration::ZERO,
        quickbooks_client_id: String::new(),
        quickbooks_client_secret: Secret::new(""),
        public_url: String::new(),
    }
}

/// Serves a table in memory; where.
pub(crate) async fn serve_table() -> SocketAddr {
    let database = Database::memory().unwrap();
    create_table(&database);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let end = std::future::pending();
        dynoxide::server::serve_with_shutdown(listener, database, end).await.unwrap();
    });
    address
}

fn table_at(address: SocketAddr) -> Store {
    store(config_at(address))
}

/// How a table that is served there is reached.
pub(crate) fn config_at(address: SocketAddr) -> aws_sdk_dynamodb::config::Builder {
    aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(format!("http://{address}"))
}

/// The store of a table that is reached like that.
pub(crate) fn store(config: aws_sdk_dynamodb::config::Builder) -> Store {
    Store::new(Client::from_conf(config.build()), TABLE, CursorKey::new(&[7; 32]))
}

fn create_table(database: &Database) {
    let mut request = clearmargin_store::definition(TABLE);
    request["StreamSpecification"] =
        json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"});
    database.create_table(serde_json::from_value(request).unwrap()).unwrap();
}
