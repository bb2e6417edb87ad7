//! A server over simulators, and a client of its API.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::PathBuf,
    time::{Duration, Instant},
};

use clearmargin_app::Upstreams;
use clearmargin_domain::{access::Role, audit::Actor, id::OrgId, identity::User, secret::Secret};
use clearmargin_local::{Server, ServerConfig};
use clearmargin_simulators::{
    quickbooks,
    start::{Setup, Simulators, start_both},
    techwave::{Scale, TechWave, generate},
};
use clearmargin_store::Stored;
use clearmargin_web::Cors;
use reqwest::{Method, StatusCode, Url, redirect::Policy};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A small TechWave: enough for every kind of dirt, quick enough for each test.
const SMALL: Scale = Scale { clients: 8, months: 3, technicians: 6, tickets: 150, worklogs: 250 };
/// The source systems.
const SYSTEMS: [&str; 2] = ["superops", "quickbooks"];
/// Parts of keys of what counts requests, and of where the chain of sealed rows ends.
const VOLATILE: [&str; 4] = ["#SEAL", "#METRICS", "#LIMIT", "@ATTEMPTS"];
const PATIENCE: Duration = Duration::from_mins(2);

/// Source systems and a server.
pub(crate) struct Bench {
    simulators: Option<Simulators>,
    pub(crate) server: Server,
    data: TempDir,
    announcement: Value,
    http: reqwest::Client,
}

/// What a request was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Answer {
    /// The data of a success.
    pub(crate) fn data(mut self) -> Value {
        assert!(self.status.is_success(), "{self:?}");
        self.body["data"].take()
    }
}

impl Bench {
    /// A server that nobody knows, over a small TechWave.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// [`start`](Self::start), over a TechWave with something changed.
    pub(crate) async fn start_with(change: impl FnOnce(&mut TechWave)) -> Self {
        let mut techwave = generate(SMALL, 1);
        change(&mut techwave);
        Self::over(techwave).await
    }

    /// A server that nobody knows, over that TechWave.
    pub(crate) async fn over(techwave: TechWave) -> Self {
        let quickbooks = quickbooks::Options { requests_per_minute: 0, ..Default::default() };
        let setup = Setup { quickbooks, ..Setup::default() };
        let simulators = start_both(techwave, setup).await.unwrap();
        let announcement = simulators.announcement();
        let data = tempfile::tempdir().unwrap();
        let server = Server::start(config(&announcement, &data)).await.unwrap();
        Self {
            simulators: Some(simulators),
            server,
            data,
            announcement,
            http: reqwest::Client::new(),
        }
    }

    /// A second process over the same folder, as after a crash of the first.
    pub(crate) async fn restart(&self) -> Server {
        Server::start(config(&self.announcement, &self.data)).await.unwrap()
    }

    /// Asks the API.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: &Value,
    ) -> Answer {
        let url = format!("http://{}{path}", self.server.address);
        let mut request = self.http.request(method.clone(), url).bearer_auth(token);
        if method != Method::GET {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        Answer { status: response.status(), body: response.json().await.unwrap_or_default() }
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        self.ask(Method::GET, path, token, &Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, token, body).await
    }

    /// Registers an organisation; its owner's token.
    pub(crate) async fn register(&self, email: &str) -> String {
        let body = json!({
            "organizationName": "TechWave MSP", "firstName": "Terry", "lastName": "Wave",
            "email": email, "password": "correct horse",
        });
        let signed = self.post("/api/auth/register", "", &body).await.data();
        signed["accessToken"].as_str().unwrap().to_owned()
    }

    /// The token of the owner who registered first.
    pub(crate) async fn login(&self) -> String {
        self.sign_in("admin@techwave.com").await
    }

    /// The token of somebody who registered with that address.
    pub(crate) async fn sign_in(&self, email: &str) -> String {
        let body = json!({"email": email, "password": "correct horse"});
        let signed = self.post("/api/auth/login", "", &body).await.data();
        signed["accessToken"].as_str().unwrap().to_owned()
    }

    /// A token of the person who registered with that address, made somebody of that role.
    ///
    /// The record is written as it is, so that the tests of the policy need none of the operations
    /// that they test.
    pub(crate) async fn sign_in_as(&self, email: &str, role: Role) -> String {
        let store = &self.server.app.store;
        let account = store.directory().account_of(&email.parse().unwrap()).await.unwrap().unwrap();
        let org = account.organizations[0];
        let ctx = self.server.app.for_system(org, "conformance");
        let user: Stored<User> = store.tenant(org).get(account.id).await.unwrap().unwrap();
        if user.role != role {
            let changed = User { role, ..user.value.clone() };
            let audit = clearmargin_app::Ctx { actor: Actor::User(user.id), ..ctx.clone() };
            let audit = audit.audit("user.role", user.id, Value::Null);
            let mut change = store.tenant(org).change(audit);
            change.update(&user, &changed).unwrap();
            change.commit().await.unwrap();
        }
        self.sign_in(email).await
    }

    /// Connects both source systems.
    pub(crate) async fn connect(&self, token: &str) {
        let superops = &self.announcement["superops"];
        let account = json!({"subdomain": superops["subdomain"], "apiToken": superops["token"]});
        self.post("/api/integrations/superops/connect", token, &account).await.data();
        let begun = self.post("/api/integrations/quickbooks/connect", token, &json!({})).await;
        let consent = begun.data()["authorizationUrl"].as_str().unwrap().to_owned();
        self.http.get(consent).send().await.unwrap().error_for_status().unwrap();
    }

    /// Starts a run of each system.
    pub(crate) async fn start_sync(&self, token: &str, mode: &str) {
        for source in SYSTEMS {
            let path = format!("/api/integrations/{source}/sync");
            self.post(&path, token, &json!({"mode": mode})).await.data();
        }
    }

    /// A connection's status, as soon as it is as wanted.
    pub(crate) async fn status_once(
        &self,
        source: &str,
        token: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        let begin = Instant::now();
        loop {
            let path = format!("/api/integrations/{source}/status");
            let status = self.get(&path, token).await.data();
            if wanted(&status) {
                return status;
            }
            assert!(begin.elapsed() < PATIENCE, "{status}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until both runs are completed and nothing is on its way; their totals.
    pub(crate) async fn synced(&self, token: &str) -> [Value; 2] {
        let begin = Instant::now();
        loop {
            let superops = self.get("/api/integrations/superops/status", token).await.data();
            let quickbooks = self.get("/api/integrations/quickbooks/status", token).await.data();
            let done = |status: &Value| status["run"]["status"] == "completed";
            assert!(superops["run"]["status"] != "failed", "{superops}");
            assert!(quickbooks["run"]["status"] != "failed", "{quickbooks}");
            if done(&superops) && done(&quickbooks) {
                self.server.settle().await.unwrap();
                return [superops, quickbooks].map(|status| status["run"]["total"].clone());
            }
            assert!(begin.elapsed() < PATIENCE, "{superops} {quickbooks}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Registers, connects and reads everything; the owner's token.
    pub(crate) async fn techwave(&self) -> String {
        let token = self.register("admin@techwave.com").await;
        self.connect(&token).await;
        self.start_sync(&token, "full").await;
        self.synced(&token).await;
        token
    }

    /// Disturbs both source systems.
    pub(crate) async fn disturb(&self, per_mille: u32, kinds: &[&str]) {
        let plan = json!({"perMille": per_mille, "kinds": kinds, "seed": 7, "slowMillis": 50});
        for system in SYSTEMS {
            let answer = self.http.post(self.faults(system)).json(&plan).send().await.unwrap();
            assert!(answer.status().is_success(), "{answer:?}");
        }
    }

    /// How often each kind of disturbance happened so far, in both source systems.
    pub(crate) async fn disturbances(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for system in SYSTEMS {
            let told: Value =
                self.http.get(self.faults(system)).send().await.unwrap().json().await.unwrap();
            for (kind, count) in told["injected"].as_object().unwrap() {
                *counts.entry(kind.clone()).or_default() += count.as_u64().unwrap();
            }
        }
        counts
    }

    fn faults(&self, system: &str) -> String {
        format!("{}/_control/faults", self.announcement[system]["origin"].as_str().unwrap())
    }

    /// Both source systems are away for good.
    pub(crate) fn lose_sources(&mut self) {
        self.simulators = None;
    }

    /// How many consents stand at QuickBooks.
    pub(crate) async fn consents(&self) -> u64 {
        let origin = self.announcement["quickbooks"]["origin"].as_str().unwrap();
        let told = self.http.get(format!("{origin}/_control/grants")).send().await.unwrap();
        told.json::<Value>().await.unwrap()["connections"].as_u64().unwrap()
    }

    /// What a source system holds, to the last field.
    pub(crate) async fn raw(&self, system: &str) -> Value {
        let origin = self.announcement[system]["origin"].as_str().unwrap();
        self.http.get(format!("{origin}/_raw")).send().await.unwrap().json().await.unwrap()
    }

    /// Deletes objects in SuperOps, as people do in its own pages.
    pub(crate) async fn delete_in_superops(&self, named: &Value) {
        let origin = self.announcement["superops"]["origin"].as_str().unwrap();
        let url = format!("{origin}/_control/delete");
        let told: Value =
            self.http.post(url).json(named).send().await.unwrap().json().await.unwrap();
        let wanted = named.as_object().unwrap().values();
        let wanted: usize = wanted.map(|ids| ids.as_array().unwrap().len()).sum();
        assert_eq!(told["deleted"], wanted, "{named}");
    }

    /// Deletes a document in QuickBooks, as another app of the company does.
    pub(crate) async fn delete_in_quickbooks(&self, entity: &str, document: &Value) {
        let path = format!("{}?operation=delete&minorversion=75", entity.to_lowercase());
        let named = json!({"Id": document["Id"], "SyncToken": document["SyncToken"]});
        self.in_quickbooks(Method::POST, &path, &named).await;
    }

    /// Asks QuickBooks itself, as another app of the company does.
    pub(crate) async fn in_quickbooks(&self, method: Method, path: &str, body: &Value) -> Value {
        let quickbooks = &self.announcement["quickbooks"];
        let text = |name: &str| quickbooks[name].as_str().unwrap();
        let back = "http://127.0.0.1:9/back";
        let query = [
            ("client_id", text("clientId")),
            ("response_type", "code"),
            ("scope", "com.intuit.quickbooks.accounting"),
            ("redirect_uri", back),
            ("state", "s"),
        ];
        let still = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        let url = format!("{}/connect/oauth2", text("origin"));
        let url = Url::parse_with_params(&url, query).unwrap();
        let consent = still.get(url).send().await.unwrap();
        let location = Url::parse(consent.headers()["location"].to_str().unwrap()).unwrap();
        let (_, code) = location.query_pairs().find(|(name, _)| name == "code").unwrap();
        let form = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", back)];
        let request = still.post(format!("{}/oauth2/v1/tokens/bearer", text("origin")));
        let request = request.basic_auth(text("clientId"), Some(text("clientSecret")));
        let form = Url::parse_with_params("form:", form).unwrap().query().unwrap().to_owned();
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let tokens: Value = request.body(form).send().await.unwrap().json().await.unwrap();
        let url = format!("{}/v3/company/{}/{path}", text("origin"), text("realmId"));
        let request = still.request(method.clone(), url);
        let request = request.bearer_auth(tokens["access_token"].as_str().unwrap());
        let request = request.header("accept", "application/json");
        let request = if method == Method::GET { request } else { request.json(body) };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let told = answer.text().await.unwrap();
        assert!(status.is_success(), "{told}");
        serde_json::from_str(&told).unwrap()
    }

    /// The folder with the sealed blocks of the one organisation.
    pub(crate) async fn blocks(&self) -> PathBuf {
        let orgs = self.server.app.store.directory().organizations().await.unwrap();
        self.data.path().join("archive").join(orgs[0].to_string()).join("audit")
    }

    /// Every answer of a source system that was kept, under its key.
    pub(crate) fn archived(&self) -> BTreeMap<String, Value> {
        let root = self.data.path().join("archive");
        let (mut found, mut folders) = (BTreeMap::new(), vec![root.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.components().any(|part| part.as_os_str() == "raw") {
                    let key = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                    found.insert(key, serde_json::from_slice(&fs::read(path).unwrap()).unwrap());
                }
            }
        }
        found
    }

    /// A hash over all business records and rollups of the one organisation.
    pub(crate) async fn state_hash(&self) -> String {
        let store = &self.server.app.store;
        let orgs = store.directory().organizations().await.unwrap();
        store.tenant(orgs[0]).state_hash().await.unwrap()
    }

    /// Every item in the table.
    pub(crate) fn items(&self) -> Vec<Value> {
        let file = self.data.path().join("table.sqlite");
        let database = dynoxide::Database::new(&file.to_string_lossy()).unwrap();
        let (mut items, mut start) = (Vec::new(), Value::Null);
        loop {
            let mut request = json!({"TableName": "clearmargin"});
            if !start.is_null() {
                request["ExclusiveStartKey"] = start;
            }
            let page = database.scan(serde_json::from_value(request).unwrap()).unwrap();
            let mut page = serde_json::to_value(page).unwrap();
            items.append(page["Items"].as_array_mut().unwrap());
            start = page["LastEvaluatedKey"].take();
            if start.is_null() {
                return items;
            }
        }
    }

    /// A fingerprint of every item in the table, but for what only says how much is asked and how
    /// far the audit trail is sealed.
    pub(crate) async fn table_hash(&self) -> u64 {
        self.server.settle().await.unwrap();
        let mut items = self.items();
        let volatile = |item: &Value| {
            let pk = item["pk"]["S"].as_str().unwrap();
            VOLATILE.iter().any(|part| pk.contains(part))
        };
        items.retain(|item| !volatile(item));
        let text = |mut item: Value| {
            item.as_object_mut().unwrap().remove("sealed");
            item.to_string()
        };
        let mut items: Vec<String> = items.into_iter().map(text).collect();
        items.sort_unstable();
        let mut hash = DefaultHasher::new();
        items.hash(&mut hash);
        hash.finish()
    }

    /// What people and machines did in that request, as the audit trail has it.
    pub(crate) fn audited(&self, request_id: &str) -> Vec<String> {
        let items = self.items().into_iter();
        let rows = items.filter(|item| {
            item.get("kind").is_some_and(|kind| kind["S"] == "audit")
                && item["doc"]["M"]["requestId"]["S"] == request_id
                && item["doc"]["M"]["actor"]["M"]["kind"]["S"] != "system"
        });
        rows.map(|row| row["doc"]["M"]["action"]["S"].as_str().unwrap().to_owned()).collect()
    }

    /// The one organisation's id.
    pub(crate) async fn org(&self) -> OrgId {
        self.server.app.store.directory().organizations().await.unwrap()[0]
    }

    /// How many rollups differ from their rows.
    pub(crate) async fn drift(&self) -> usize {
        let store = &self.server.app.store;
        let orgs = store.directory().organizations().await.unwrap();
        store.tenant(orgs[0]).drift().await.unwrap().unwrap().drifted()
    }
}

fn config(announcement: &Value, data: &TempDir) -> ServerConfig {
    let text = |path: &str| announcement.pointer(path).unwrap().as_str().unwrap().to_owned();
    let quickbooks = text("/quickbooks/origin");
    ServerConfig {
        port: 0,
        data: data.path().to_owned(),
        upstreams: Upstreams {
            superops_url: text("/superops/url"),
            superops_per_minute: 100_000,
            quickbooks_authorize_url: format!("{quickbooks}/connect/oauth2"),
            quickbooks_token_url: format!("{quickbooks}/oauth2/v1/tokens/bearer"),
            quickbooks_revoke_url: format!("{quickbooks}/v2/oauth2/tokens/revoke"),
            quickbooks_api_url: quickbooks,
            quickbooks_per_minute: 100_000,
            rest: Duration::from_millis(50),
            quickbooks_client_id: text("/quickbooks/clientId"),
            quickbooks_client_secret: Secret::new(text("/quickbooks/clientSecret")),
            public_url: String::new(),
        },
        cors: Cors::default(),
    }
}
