//! Two organisations and whoever asks for them.

use std::collections::BTreeMap;

use reqwest::{Method, RequestBuilder};
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

    /// An id of the parameter's form, if it has one and such an id is known.
    fn of_form(&self, parameter: &Value) -> Option<&str> {
        let pattern = parameter["schema"]["pattern"].as_str()?;
        self.0.get(&prefix(pattern.trim_start_matches('^'))?).map(String::as_str)
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
                let value = ids.of_form(parameter).unwrap_or(value);
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
        // The line that was agreed and never charged is found.
        self.bench.server.settle().await.unwrap();
        // What is about a client has to be about the one that is found first.
        let mut ids = self.ids(token).await;
        let client = ids.0["cli"].clone();
        self.furnish_client(token, &client, &mut ids).await;
    }

    /// The same, among others that were furnished; the ids of what is there then.
    pub(crate) async fn furnish_in_place(&self, token: &str, place: usize) -> PathIds {
        let mut ids = PathIds::default();
        for known in ["/api/users/me", "/api/auth/sessions"] {
            ids.note(&self.bench.get(known, token).await.data());
        }
        let org = ids.0["org"].clone();
        let invited = json!({"email": format!("grace{place}@example.com"), "role": "viewer"});
        let key = json!({"name": "Zapier", "scopes": ["clients.read"]});
        let client = json!({"name": "Acme Dental LLC", "domains": ["acmedental.com"]});
        let target = json!({"responseMinutes": 60, "resolutionMinutes": 480, "priority": null});
        let keys = format!("/api/organizations/{org}/api-keys");
        for (path, thing) in [
            ("/api/invitations", invited),
            (keys.as_str(), key),
            ("/api/clients", client),
            (
                "/api/ai/insights/competitive/quotes",
                json!({
                    "competitor": "Rival IT", "unit": "user", "unitPrice": 145, "currency": "USD",
                    "quotedOn": "2026-01-05",
                }),
            ),
            ("/api/tickets/templates", json!({"name": "New employee", "subject": "Set up a desk"})),
            (
                "/api/tickets/routing",
                json!({"name": "Printers", "skill": "ink", "method": "round_robin"}),
            ),
            ("/api/tickets/sla-policies", json!({"name": "Gold", "targets": [target]})),
            ("/api/tickets/bulk", json!({"filter": {"q": "no such"}, "action": {"kind": "close"}})),
            ("/api/tickets", json!({"subject": "The printer is on fire"})),
            ("/api/services", json!({"name": "Backup", "offering": "product"})),
            ("/api/tax-codes", json!({"name": "!", "rates": [{"name": "VAT", "percent": 20}]})),
        ] {
            ids.note(&self.bench.post(path, token, &thing).await.data());
        }
        let client = ids.0["cli"].clone();
        self.furnish_client(token, &client, &mut ids).await;
        self.agree(token, &client, &mut ids).await;
        let paid = self.paid(token, &client).await;
        let line = json!({"description": "Work", "quantity": 1, "unitPrice": 5_000});
        let draft = json!({"clientId": client, "currency": "USD", "lines": [line]});
        ids.note(&self.bench.post("/api/invoices", token, &draft).await.data());
        ids.note(&paid);
        self.plan(token, &mut ids).await;
        let begun = self.bench.post("/api/ai/analytics/run-analysis", token, &Value::Null).await;
        ids.note(&begun.data());
        ids
    }

    /// Adds one of each thing that is about a client.
    async fn furnish_client(&self, token: &str, client: &str, ids: &mut PathIds) {
        for (things, thing) in [
            ("contacts", json!({"name": "Grace Hopper"})),
            ("sites", json!({"name": "Headquarters"})),
            ("notes", json!({"text": "Call before noon."})),
        ] {
            let path = format!("/api/clients/{client}/{things}");
            ids.note(&self.bench.post(&path, token, &thing).await.data());
        }
    }

    /// A payment for an earlier invoice, of which half is left.
    async fn paid(&self, token: &str, client: &str) -> Value {
        let line = json!({"description": "Work", "quantity": 1, "unitPrice": 50});
        let day = "2026-01-02";
        let draft = json!({"clientId": client, "currency": "USD", "day": day, "lines": [line]});
        let draft = self.bench.post("/api/invoices", token, &draft).await.data();
        let path = format!("/api/invoices/{}", draft["id"].as_str().unwrap());
        self.bench.post(&format!("{path}/issue"), token, &Value::Null).await;
        let paid = json!({"amount": 100, "currency": "USD", "day": day});
        let path = format!("{path}/payment");
        self.bench.ask(Method::PUT, &path, token, &paid).await.data()["payment"].take()
    }

    /// A budget with a category and an expense in another one: the first can be removed.
    async fn plan(&self, token: &str, ids: &mut PathIds) {
        let budget = json!({"name": "Marketing", "from": "2026-01", "to": "2026-12"});
        let budget = self.bench.post("/api/budgets", token, &budget).await.data();
        ids.note(&budget);
        let path = format!("/api/budgets/{}", budget["id"].as_str().unwrap());
        let mut category = Value::Null;
        for name in ["Print", "Travel"] {
            let body = json!({"name": name, "currency": "USD", "total": 100});
            category = self.bench.post(&format!("{path}/categories"), token, &body).await.data();
            ids.note(&category);
        }
        let expense = json!({
            "categoryId": category["id"], "amount": 5, "currency": "USD", "day": "2026-01-05",
        });
        let path = format!("{path}/expenses");
        ids.note(&self.bench.post(&path, token, &expense).await.data());
    }

    /// An agreement with a line, the first in the list.
    async fn agree(&self, token: &str, client: &str, ids: &mut PathIds) {
        let agreement = json!({
            "clientId": client, "name": "!", "kind": "service", "status": "active",
            "start": "2026-01-01",
        });
        let agreement = self.bench.post("/api/agreements", token, &agreement).await.data();
        ids.note(&agreement);
        let line = json!({
            "unit": "flat", "quantity": 1, "unitPrice": 100, "currency": "USD",
            "start": "2026-01-01",
        });
        let path = format!("/api/agreements/{}/lines", agreement["id"].as_str().unwrap());
        ids.note(&self.bench.post(&path, token, &line).await.data());
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
}
