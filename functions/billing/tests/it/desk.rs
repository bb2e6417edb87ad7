//! A billing desk to test with.

use axum::http::Method;
use clearmargin_domain::{
    client::Client,
    id::{ClientId, OrgId},
};
use serde_json::{Value, json};

use crate::world::{Answer, World};

/// An organisation with a client, seen by its owner on the first of July 2026.
pub(crate) struct Desk {
    pub(crate) world: World,
    pub(crate) org: OrgId,
    token: String,
    pub(crate) client: ClientId,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::on(World::new(clearmargin_billing::routes()).await).await
    }

    /// The same in a world that is there already.
    pub(crate) async fn on(world: World) -> Self {
        let owner = world.owner("ada@example.com").await;
        let (org, token) = (owner.org, owner.access_token.expose().to_owned());
        let client = ClientId::new(world.now(), 1);
        let desk = Self { world, org, token, client };
        desk.record(client, None).await;
        desk
    }

    /// The same desk after its process died: another one knows nothing but the table.
    pub(crate) fn another_process(&self) -> Self {
        let world = self.world.another_process(clearmargin_billing::routes());
        Self { world, org: self.org, token: self.token.clone(), client: self.client }
    }

    /// A record of a client, by itself or joined with another one.
    pub(crate) async fn record(&self, id: ClientId, merged_into: Option<ClientId>) {
        let ctx = self.ctx();
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, Value::Null));
        let acme = Client {
            id,
            name: "Acme".to_owned(),
            domains: Vec::new(),
            stage: None,
            active: true,
            parent: None,
            merged_into,
            origin: None,
        };
        change.insert(&acme).unwrap();
        change.commit().await.unwrap();
    }

    pub(crate) fn ctx(&self) -> clearmargin_app::Ctx {
        self.world.app.for_system(self.org, "test")
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, body: &Value) -> Answer {
        let body = (!body.is_null()).then_some(body);
        self.world.ask(method, &format!("/api{path}"), &self.token, body).await
    }

    /// The same, safe to repeat.
    pub(crate) async fn ask_with(
        &self,
        method: Method,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        let (path, token) = (format!("/api{path}"), Some(self.token.as_str()));
        let body = body.to_string().into();
        let request = crate::world::request(method, &path, token, &headers, body);
        self.world.send(request).await
    }

    /// The same, of a version that was seen.
    pub(crate) async fn ask_if(
        &self,
        method: Method,
        path: &str,
        seen: &str,
        body: &Value,
    ) -> Answer {
        let headers = [("content-type", "application/json"), ("if-match", seen)];
        let (path, token) = (format!("/api{path}"), Some(self.token.as_str()));
        let body = body.to_string().into();
        let request = crate::world::request(method, &path, token, &headers, body);
        self.world.send(request).await
    }

    /// What an operation answers that succeeds.
    pub(crate) async fn done(&self, method: Method, path: &str, body: &Value) -> Value {
        let answer = self.ask(method.clone(), path, body).await;
        assert!(answer.status.is_success(), "{method} {path} {body}: {answer:?}");
        answer.json()["data"].take()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.done(Method::GET, path, &Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        self.done(Method::POST, path, body).await
    }

    /// The code of a refusal.
    pub(crate) async fn refused(&self, method: Method, path: &str, body: &Value) -> String {
        let (status, code) = self.ask(method, path, body).await.problem();
        format!("{status} {code}")
    }

    /// A draft over an amount in dollars.
    pub(crate) fn draft(&self, dollars: i64) -> Value {
        json!({
            "clientId": self.client, "currency": "USD",
            "lines": [{"description": "Work", "quantity": 1, "unitPrice": dollars}],
        })
    }

    /// Drafts and issues an invoice; its path.
    pub(crate) async fn issued(&self, dollars: i64) -> String {
        let path = path_of(&self.post("/invoices", &self.draft(dollars)).await);
        self.post(&format!("{path}/issue"), &Value::Null).await;
        path
    }
}

pub(crate) fn path_of(invoice: &Value) -> String {
    format!("/invoices/{}", invoice["id"].as_str().unwrap())
}
