//! `clearmargin` as a process, and a client of its API.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_clearmargin");
const PATIENCE: Duration = Duration::from_mins(2);
const EMAIL: &str = "admin@techwave.com";
const PASSWORD: &str = "correct horse";
/// The source systems.
const SYSTEMS: [&str; 2] = ["superops", "quickbooks"];

/// Where a server listens, life after life, and which source systems it knows.
#[derive(Debug)]
pub(crate) struct Place {
    port: u16,
    upstreams: Value,
    http: reqwest::Client,
}

/// A server that runs until it is killed.
#[derive(Debug)]
pub(crate) struct Process(Child);

impl Process {
    /// SIGKILL: no farewell, nothing flushed.
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Place {
    /// A free port, over the source systems that announce themselves so.
    pub(crate) fn new(upstreams: Value) -> Self {
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        Self { port, upstreams, http: reqwest::Client::new() }
    }

    /// Starts a server on a folder.
    pub(crate) fn start(&self, data: &Path) -> Process {
        let text = |path: &str| self.upstreams.pointer(path).unwrap().as_str().unwrap().to_owned();
        let quickbooks = text("/quickbooks/origin");
        let mut command = Command::new(PROGRAM);
        command.arg("serve").args(["--port", &self.port.to_string(), "--data"]).arg(data);
        command.args(["--superops-per-minute", "100000", "--quickbooks-per-minute", "100000"]);
        command.args(["--superops-url", &text("/superops/url")]);
        command.args(["--quickbooks-api-url", &quickbooks]);
        command.args(["--quickbooks-authorize-url", &format!("{quickbooks}/connect/oauth2")]);
        command.args(["--quickbooks-token-url", &format!("{quickbooks}/oauth2/v1/tokens/bearer")]);
        command.args(["--quickbooks-client-id", &text("/quickbooks/clientId")]);
        command.env("QUICKBOOKS_CLIENT_SECRET", text("/quickbooks/clientSecret"));
        command.env("RUST_LOG", "error").stdin(Stdio::null()).stdout(Stdio::null());
        Process(command.spawn().unwrap())
    }

    /// Starts a server and waits until it answers.
    pub(crate) async fn serve(&self, data: &Path) -> Process {
        let process = self.start(data);
        let begin = Instant::now();
        while self.http.get(self.url("/api/health")).send().await.is_err() {
            assert!(begin.elapsed() < PATIENCE, "the server does not start");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        process
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    async fn ask(&self, method: Method, path: &str, token: &str, body: &Value) -> Value {
        let mut request = self.http.request(method.clone(), self.url(path)).bearer_auth(token);
        if method != Method::GET {
            request = request.json(body);
        }
        let mut answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert!(answer["data"] != Value::Null, "{method} {path}: {answer}");
        answer["data"].take()
    }

    /// Registers an organisation, connects both systems and says what an hour costs; the owner's
    /// token.
    pub(crate) async fn prepare(&self) -> String {
        let registration = json!({
            "organizationName": "TechWave MSP", "firstName": "Terry", "lastName": "Wave",
            "email": EMAIL, "password": PASSWORD,
        });
        let signed = self.ask(Method::POST, "/api/auth/register", "", &registration).await;
        let token = signed["accessToken"].as_str().unwrap().to_owned();
        let superops = &self.upstreams["superops"];
        let account = json!({"subdomain": superops["subdomain"], "apiToken": superops["token"]});
        self.ask(Method::POST, "/api/integrations/superops/connect", &token, &account).await;
        let path = "/api/integrations/quickbooks/connect";
        let begun = self.ask(Method::POST, path, &token, &json!({})).await;
        let consent = begun["authorizationUrl"].as_str().unwrap();
        self.http.get(consent).send().await.unwrap().error_for_status().unwrap();
        self.set_default_rate(&token, 40).await;
        token
    }

    /// Sets what an hour costs unless its technician has a rate.
    pub(crate) async fn set_default_rate(&self, token: &str, hourly: u32) {
        let rate = json!({"hourlyCost": hourly, "currency": "USD", "effectiveFrom": "2020-01-01"});
        self.ask(Method::POST, "/api/cost-rates", token, &rate).await;
    }

    /// Starts a full run of both systems.
    pub(crate) async fn start_sync(&self, token: &str) {
        for source in SYSTEMS {
            let path = format!("/api/integrations/{source}/sync");
            self.ask(Method::POST, &path, token, &json!({"mode": "full"})).await;
        }
    }

    /// How both runs stand.
    pub(crate) async fn runs(&self, token: &str) -> [Value; 2] {
        let mut runs = SYSTEMS.map(|_| Value::Null);
        for (run, source) in runs.iter_mut().zip(SYSTEMS) {
            let path = format!("/api/integrations/{source}/status");
            *run = self.ask(Method::GET, &path, token, &Value::Null).await["run"].take();
        }
        runs
    }

    /// Waits until both runs are completed and no message is left; what the runs counted.
    pub(crate) async fn completed(&self, token: &str, data: &Path) -> [Value; 2] {
        let begin = Instant::now();
        let mut quiet = 0;
        // What a message puts into the outbox becomes a message within a second.
        while quiet < 30 {
            assert!(begin.elapsed() < PATIENCE, "the runs do not end");
            tokio::time::sleep(Duration::from_millis(50)).await;
            let done = self.runs(token).await.iter().all(|run| run["status"] == "completed");
            let empty = fs::read_dir(data.join("queue")).unwrap().next().is_none();
            quiet = if done && empty { quiet + 1 } else { 0 };
        }
        self.runs(token).await.map(|mut run| run["total"].take())
    }
}

fn run(command: &str, data: &Path) -> Output {
    let output = Command::new(PROGRAM).arg(command).arg("--data").arg(data).output().unwrap();
    assert!(output.status.success(), "{command}: {output:?}");
    output
}

/// Every business record and every sum in a folder that no server uses, and that no sum differs
/// from its rows.
pub(crate) fn state(data: &Path) -> String {
    run("check", data);
    String::from_utf8(run("export", data).stdout).unwrap()
}

/// Copies a folder that no server uses.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let path = file.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
