//! Secrets and personal data that are sent to the API reach no line of the log, whatever becomes of
//! the request, and no answer repeats them.

use std::{
    io,
    sync::{Arc, Mutex},
};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::bench::Bench;

const PASSWORD: &str = "canary-password-7f3a";
const CARD: &str = "4111111111111111";
const TOKEN: &str = "canary-token-91be";
const NAME: &str = "Canaryname";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

async fn send(bench: &Bench, method: Method, path: &str, bearer: &str, body: &str) -> String {
    let url = format!("http://{}{path}", bench.server.address);
    let request = Client::new().request(method, url).bearer_auth(bearer);
    let request = request.header("content-type", "application/json");
    let request = request.header("x-correlation-id", CARD).header("cookie", TOKEN);
    request.body(body.to_owned()).send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn canaries_reach_no_log_line_and_no_answer() {
    let log = Log::default();
    let filter = "debug,dynoxide=info,h2=info,hyper=info,aws=info,aws_smithy_runtime=info";
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_env_filter(filter);
    subscriber.init();
    let bench = Bench::start().await;
    let registration = json!({
        "organizationName": "TechWave", "email": "canary@example.com", "password": PASSWORD,
        "firstName": NAME, "lastName": NAME,
    });
    let signed = bench.post("/api/auth/register", "", &registration).await.data();
    let secret = |name: &str| signed[name].as_str().unwrap().to_owned();
    let (access, refresh) = (secret("accessToken"), secret("refreshToken"));
    let org = signed["user"]["organizationId"].as_str().unwrap();
    let key = json!({"name": "Zapier", "scopes": ["clients.read"]});
    let key = bench.post(&format!("/api/organizations/{org}/api-keys"), &access, &key).await;
    let key = key.data()["key"].as_str().unwrap().to_owned();
    let login = json!({"email": "canary@example.com", "password": PASSWORD, "code": CARD});
    bench.post("/api/auth/login", "", &login).await.data();
    let client = bench.post("/api/clients", &access, &json!({"name": "Acme"})).await.data();
    let client = format!("/api/clients/{}", client["id"].as_str().unwrap());
    let contact = json!({"name": NAME, "email": "canary@example.com", "role": TOKEN});
    bench.post(&format!("{client}/contacts"), &access, &contact).await.data();
    bench.post(&format!("{client}/notes"), &access, &json!({"text": TOKEN})).await.data();
    let (contacts, notes) = (format!("{client}/contacts"), format!("{client}/notes"));
    let mut answers = Vec::new();
    for (path, body) in [
        (contacts.as_str(), json!({"name": NAME, "email": TOKEN})),
        (notes.as_str(), json!({"text": format!("{TOKEN}\u{0}")})),
        ("/api/auth/login", json!({"email": "canary@example.com", "password": TOKEN})),
        ("/api/auth/login", json!({"email": CARD, "password": PASSWORD})),
        ("/api/auth/register", json!({"email": TOKEN, "password": CARD, "firstName": {"a": CARD}})),
        ("/api/auth/refresh", json!({"refreshToken": TOKEN})),
        ("/api/auth/reset-password", json!({"token": TOKEN, "password": PASSWORD})),
        ("/api/auth/accept-invitation", json!({"token": TOKEN, "password": PASSWORD})),
        ("/api/integrations/superops/connect", json!({"subdomain": "x", "apiToken": TOKEN})),
        ("/api/cost-rates", json!({"hourlyCost": CARD, "technicianId": TOKEN})),
    ] {
        for bearer in [access.as_str(), TOKEN, &key] {
            answers.push(send(&bench, Method::POST, path, bearer, &body.to_string()).await);
            answers.push(send(&bench, Method::POST, path, bearer, &body.to_string()[1..]).await);
        }
    }
    for path in [
        format!("/api/clients?cursor={TOKEN}"),
        format!("/api/clients?card={CARD}"),
        format!("/api/clients/{TOKEN}"),
        format!("/api/integrations/quickbooks/callback?state={TOKEN}&code={CARD}&realmId=1"),
        format!("/api/{TOKEN}/{CARD}"),
    ] {
        answers.push(send(&bench, Method::GET, &path, &access, "").await);
    }
    bench.post("/api/auth/refresh", "", &json!({"refreshToken": refresh})).await.data();
    bench.post("/api/auth/forgot-password", "", &json!({"email": "canary@example.com"})).await;
    bench.server.settle().await.unwrap();
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.lines().count() > 50, "{log}");
    let (access, refresh, key) = (signature(&access), signature(&refresh), signature(&key));
    for canary in [PASSWORD, TOKEN, NAME, "canary@example.com", access, refresh, key] {
        let found = log.lines().find(|line| line.contains(canary));
        assert_eq!(found, None, "{canary}");
    }
    // The correlation id is the caller's own and may be any digits.
    let card = log.lines().find(|line| line.replace(&format!("\"{CARD}\""), "").contains(CARD));
    assert_eq!(card, None);
    for answer in answers {
        let mut problem: Value = serde_json::from_str(&answer).unwrap();
        // It names the path that was asked for.
        problem["instance"] = Value::Null;
        let text = problem.to_string();
        assert!(!text.contains(PASSWORD) && !text.contains(TOKEN), "{answer}");
    }
}

/// The end of a token: the part that nobody else has.
fn signature(token: &str) -> &str {
    &token[token.len() - 40..]
}
