//! Two organisations and whoever asks for them.

use std::collections::BTreeMap;

use clearmargin_domain::{access::Role, audit::Actor, identity::User};
use clearmargin_store::Stored;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::document::{Answer, Document, Operation};
use crate::bench::Bench;

/// What a well-formed id that names nothing ends with.
const NOTHING: &str = "01J8Z0G4ZQ3V6Q1T9K2N7M5B4C";

/// The server, its document and a client.
pub(crate) struct World {
    pub(crate) bench: Bench,
    pub(crate) document: Document,
    http: reqwest::Client,
}

/// Ids to put into paths, by their prefix.
#[derive(Debug, Default)]
pub(crate) struct PathIds(BTreeMap<String, String>);

impl PathIds {
    /// The operation's path with these ids in it, and whether all of them exist. Fails on a
    /// parameter of an unknown kind: its form is to be said in `web::named`.
    pub(crate) fn fill(&self, operation: &Operation) -> (String, bool) {
        let (mut path, mut exist) = (operation.path.clone(), true);
        for parameter in operation.parameters("path") {
            let value = self.value(parameter).unwrap_or_else(|prefix| {
                exist = false;
                format!("{prefix}_{NOTHING}")
            });
            path = path.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), &value);
        }
        assert!(!path.contains('{'), "{path}");
        (path, exist)
    }

    /// A value of the parameter, or the prefix of the id that is wanted.
    fn value(&self, parameter: &Value) -> Result<String, String> {
        if let Some(word) = parameter["schema"]["enum"][0].as_str() {
            return Ok(word.to_owned());
        }
        let pattern = parameter["schema"]["pattern"].as_str().unwrap_or_default();
        let prefix = prefix(pattern.trim_start_matches('^'));
        let prefix = prefix.unwrap_or_else(|| panic!("what is the form of {parameter}?"));
        self.0.get(&prefix).cloned().ok_or(prefix)
    }

    /// Notes every id in an answer; the first of each kind stays.
    fn note(&mut self, value: &Value) {
        match value {
            Value::String(text) if text.len() == 30 => {
                if let Some(prefix) = prefix(text) {
                    self.0.entry(prefix).or_insert_with(|| text.clone());
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.note(value)),
            Value::Object(fields) => fields.values().for_each(|value| self.note(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

fn prefix(text: &str) -> Option<String> {
    let (prefix, _) = text.split_once('_')?;
    (prefix.len() == 3).then(|| prefix.to_owned())
}

/// Whether the path names something by its id.
pub(crate) fn has_ids(operation: &Operation) -> bool {
    operation.parameters("path").iter().any(|parameter| parameter["schema"]["pattern"].is_string())
}

impl World {
    pub(crate) async fn start() -> Self {
        let http = reqwest::Client::new();
        Self { bench: Bench::start().await, document: Document::read(), http }
    }

    /// A request of that operation: these ids, required parameters and body as in the examples.
    pub(crate) fn request(
        &self,
        operation: &Operation,
        ids: &PathIds,
        token: &str,
    ) -> RequestBuilder {
        let request = self.bare(operation, ids, token);
        match operation.example() {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    /// The same without a body.
    pub(crate) fn bare(&self, operation: &Operation, ids: &PathIds, token: &str) -> RequestBuilder {
        let url = format!("http://{}{}", self.bench.server.address, ids.fill(operation).0);
        let mut query = Vec::new();
        for parameter in operation.parameters("query") {
            if parameter["required"] == true {
                let name = parameter["name"].as_str().unwrap();
                let known = parameter.get("example").or(parameter["schema"]["enum"].get(0));
                let value = known.and_then(Value::as_str).unwrap_or("x");
                query.push(format!("{name}={value}"));
            }
        }
        let url = if query.is_empty() { url } else { format!("{url}?{}", query.join("&")) };
        let request = self.http.request(operation.method.clone(), url);
        if token.is_empty() { request } else { request.bearer_auth(token) }
    }

    /// The answer, after comparing it with the document.
    pub(crate) async fn send(&self, operation: &Operation, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let header =
            |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
                (name.to_string(), value.to_str().unwrap().to_owned())
            };
        let answer = Answer {
            status: response.status().as_u16(),
            headers: response.headers().iter().map(header).collect(),
            text: response.text().await.unwrap(),
        };
        self.document.covers(operation, &answer);
        answer
    }

    /// Makes one of each thing that no source system brings.
    pub(crate) async fn furnish(&self, token: &str) {
        self.furnish_in_place(token, 0).await;
    }

    /// The same, among others that were furnished.
    pub(crate) async fn furnish_in_place(&self, token: &str, place: usize) {
        let invited = json!({"email": format!("grace{place}@example.com"), "role": "viewer"});
        self.bench.post("/api/invitations", token, &invited).await.data();
        let me = self.bench.get("/api/users/me", token).await.data();
        let org = me["organizationId"].as_str().unwrap();
        let key = json!({"name": "Zapier", "scopes": ["clients.read"]});
        self.bench.post(&format!("/api/organizations/{org}/api-keys"), token, &key).await.data();
    }

    /// The ids that all lists and what they lead to name.
    pub(crate) async fn ids(&self, token: &str) -> PathIds {
        let mut ids = PathIds::default();
        let mut gets: Vec<_> =
            self.document.operations.iter().filter(|one| one.method == "GET").collect();
        gets.sort_by_key(|one| one.path.matches('{').count());
        for operation in gets.into_iter().filter(|one| !one.is_public()) {
            let answer = self.send(operation, self.request(operation, &ids, token)).await;
            ids.note(&answer.json()["data"]);
        }
        ids
    }

    /// A token of the person who registered with that address, made somebody of that role.
    ///
    /// The record is written as it is, so that the tests of the policy need none of the operations
    /// that they test.
    pub(crate) async fn sign_in_as(&self, email: &str, role: Role) -> String {
        let store = &self.bench.server.app.store;
        let account = store.directory().account_of(&email.parse().unwrap()).await.unwrap().unwrap();
        let org = account.organizations[0];
        let ctx = self.bench.server.app.for_system(org, "conformance");
        let user: Stored<User> = store.tenant(org).get(account.id).await.unwrap().unwrap();
        if user.role != role {
            let changed = User { role, ..user.value.clone() };
            let audit = clearmargin_app::Ctx { actor: Actor::User(user.id), ..ctx.clone() };
            let audit = audit.audit("user.role", user.id, Value::Null);
            let mut change = store.tenant(org).change(audit);
            change.update(&user, &changed).unwrap();
            change.commit().await.unwrap();
        }
        self.bench.sign_in(email).await
    }
}
