//! A service desk to test with.

use std::sync::Mutex;

use axum::http::Method;
use clearmargin_app::{
    Visit,
    identity::{self, Login, Proof},
};
use clearmargin_domain::{
    client::Client,
    id::{ClientId, OrgId, TechnicianId},
    source::{Origin, Source},
    technician::Technician,
};
use clearmargin_store::{Change, Record};
use serde_json::{Value, json};

use crate::world::{Answer, World};

/// An organisation with two clients and three technicians, seen by its owner.
pub(crate) struct Desk {
    pub(crate) world: World,
    pub(crate) org: OrgId,
    token: Mutex<String>,
    pub(crate) clients: [ClientId; 2],
    pub(crate) technicians: [TechnicianId; 3],
}

fn origin(kind: &str, number: u128) -> Origin {
    Origin {
        source: Source::SuperOps,
        kind: kind.to_owned(),
        external_id: number.to_string(),
        revision: None,
    }
}

impl Desk {
    pub(crate) async fn new() -> Self {
        let world = World::new(clearmargin_tickets::routes()).await;
        let owner = world.owner("ada@example.com").await;
        let (org, token) = (owner.org, Mutex::new(owner.access_token.expose().to_owned()));
        let now = world.now();
        let clients = [1, 2].map(|number| ClientId::new(now, number));
        let technicians = [1, 2, 3].map(|number| TechnicianId::new(now, number));
        let desk = Self { world, org, token, clients, technicians };
        let ctx = desk.ctx();
        let mut change = ctx.tenant().change(ctx.audit("test.made", org, Value::Null));
        desk.people(&mut change);
        change.commit().await.unwrap();
        desk
    }

    /// The clients and the technicians.
    pub(crate) fn people(&self, change: &mut Change<'_>) {
        for (id, number) in self.clients.into_iter().zip(1..) {
            let client = Client {
                id,
                name: format!("Client {number}"),
                domains: Vec::new(),
                stage: None,
                active: true,
                parent: None,
                merged_into: None,
                origin: Some(origin("Client", number)),
            };
            change.insert(&client).unwrap();
        }
        for (id, number) in self.technicians.into_iter().zip(1..) {
            let name = format!("Technician {number}");
            let origin = origin("Technician", number);
            change.insert(&Technician { id, name, role: None, origin }).unwrap();
        }
    }

    pub(crate) async fn insert<T: Record>(&self, record: &T) {
        let ctx = self.ctx();
        let audit = ctx.audit("test.made", self.org, Value::Null);
        let mut change = ctx.tenant().change(audit);
        change.insert(record).unwrap();
        change.commit().await.unwrap();
    }

    pub(crate) fn ctx(&self) -> clearmargin_app::Ctx {
        self.world.app.for_system(self.org, "test")
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, body: &Value) -> Answer {
        let body = (!body.is_null()).then_some(body);
        self.world.ask(method, &format!("/api/tickets{path}"), &self.token(), body).await
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

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Value {
        self.done(Method::PUT, path, body).await
    }

    /// Opens a ticket of the first client; its path below `/api/tickets`.
    pub(crate) async fn open(&self, subject: &str, priority: &str) -> String {
        self.world.clock.advance(1);
        let client = self.clients[0].to_string();
        let body = json!({"subject": subject, "priority": priority, "clientId": client});
        path_of(&self.post("", &body).await)
    }

    pub(crate) async fn go(&self, path: &str, status: &str) -> Value {
        self.put(&format!("{path}/status"), &json!({"status": status})).await
    }

    /// The owner's token.
    pub(crate) fn token(&self) -> String {
        self.token.lock().unwrap().clone()
    }

    /// Lets minutes pass; the owner signs in anew, since tokens do not last.
    pub(crate) async fn pass(&self, minutes: i64) {
        self.world.clock.advance(60 * minutes);
        let proof = Proof { password: "correct horse".into(), code: None };
        let email = "ada@example.com".parse().unwrap();
        let login = Login { email, proof, organization: None };
        let signed = identity::login(&self.world.app, &Visit::default(), login).await.unwrap();
        signed.access_token.expose().clone_into(&mut self.token.lock().unwrap());
    }
}

/// The path of something below `/api/tickets`.
pub(crate) fn path_of(thing: &Value) -> String {
    format!("/{}", thing["id"].as_str().unwrap())
}
