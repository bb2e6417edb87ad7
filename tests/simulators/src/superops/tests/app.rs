//! A small service desk to talk to.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::faults::FaultPlan;
use crate::superops::{Seed, router};
use crate::techwave::{Scale, generate};

pub(super) const SCALE: Scale =
    Scale { clients: 8, months: 6, technicians: 3, tickets: 450, worklogs: 600 };

/// The server, without a network between.
pub(super) struct App {
    router: Router,
    pub(super) seed: Seed,
}

/// A status and the body as JSON, null where there is none.
pub(super) type Answer = (StatusCode, Value);

impl App {
    pub(super) fn new() -> Self {
        Self::with(|_| {}, FaultPlan::default())
    }

    pub(super) fn with(change: impl FnOnce(&mut Seed), plan: FaultPlan) -> Self {
        let mut seed = generate(SCALE, 5).superops;
        change(&mut seed);
        Self { router: router(seed.clone(), plan).unwrap(), seed }
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Result<Answer, axum::Error> {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await?;
        Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
    }

    /// Sends a query as somebody who may.
    pub(super) async fn ask(&self, query: &str, variables: Value) -> Answer {
        self.send(self.request(query, &variables)).await.unwrap()
    }

    pub(super) fn request(&self, query: &str, variables: &Value) -> Request<Body> {
        Request::post("/msp")
            .header("Authorization", format!("Bearer {}", self.seed.token))
            .header("CustomerSubDomain", &self.seed.subdomain)
            .header("Content-Type", "application/json")
            .body(Body::from(json!({ "query": query, "variables": variables }).to_string()))
            .unwrap()
    }

    /// The data of a query that succeeds.
    pub(super) async fn data(&self, query: &str, variables: Value) -> Value {
        let (status, mut body) = self.ask(query, variables).await;
        assert_eq!((status, &body["errors"]), (StatusCode::OK, &Value::Null));
        body["data"].take()
    }

    /// The ids of the tickets that a condition admits.
    pub(super) async fn tickets(&self, condition: Value) -> Vec<String> {
        let query =
            "query($in: ListInfoInput!) { getTicketList(input: $in) { tickets { ticketId } } }";
        let data = self.data(query, json!({ "in": { "condition": condition } })).await;
        let tickets = data["getTicketList"]["tickets"].as_array().unwrap();
        tickets.iter().map(|ticket| ticket["ticketId"].as_str().unwrap().to_owned()).collect()
    }

    /// The code of the application error that a query ends in.
    pub(super) async fn code(&self, query: &str, variables: Value) -> String {
        let (status, body) = self.ask(query, variables).await;
        assert_eq!(status, StatusCode::OK);
        let code = &body["errors"][0]["extensions"]["clientError"][0]["code"];
        code.as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await.unwrap().1
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> StatusCode {
        let request = Request::post(path)
            .header("Content-Type", "application/json")
            .body(Body::from(body.to_string()));
        self.send(request.unwrap()).await.unwrap().0
    }
}
