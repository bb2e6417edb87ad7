//! One company to talk to, with a clock that stands still.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, LOCATION};
use axum::http::{HeaderMap, Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tower::ServiceExt as _;

use super::super::params::Params;
use super::super::{Clock, Options, Seed, router};

pub(super) const REDIRECT: &str = "https://app.example.com/callback";

pub(super) struct App {
    router: Router,
    pub(super) clock: Clock,
    realm: String,
    pub(super) access: String,
    pub(super) refresh: String,
}

/// An answer, taken apart.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Answer {
    /// The code of a fault, whichever case it is written in.
    pub(super) fn code(&self) -> &str {
        let error =
            self.body.pointer("/Fault/Error/0/code").or(self.body.pointer("/fault/error/0/code"));
        error.and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn detail(&self) -> &str {
        self.body["Fault"]["Error"][0]["Detail"].as_str().unwrap_or_default()
    }

    /// Fails unless this is a success.
    #[track_caller]
    pub(super) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    /// Fails unless this is a fault of HTTP 400 with the code.
    #[track_caller]
    pub(super) fn refused(self, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (400, code), "{}", self.body);
        self
    }
}

/// The moment at which the tests' companies live.
pub(super) const NOW: &str = "2026-03-10T12:00:00-07:00";

impl App {
    pub(super) async fn new(entities: BTreeMap<String, Vec<Value>>) -> Self {
        Self::with(entities, Options::default()).await
    }

    /// A connected app. The clock of the options is replaced.
    pub(super) async fn with(entities: BTreeMap<String, Vec<Value>>, options: Options) -> Self {
        Self::at(NOW, "4620816365", entities, options).await
    }

    pub(super) async fn at(
        now: &str,
        realm: &str,
        entities: BTreeMap<String, Vec<Value>>,
        options: Options,
    ) -> Self {
        let clock = Clock::standing(now.parse().unwrap());
        let seed = Seed {
            realm_id: realm.to_owned(),
            client_id: "app".to_owned(),
            client_secret: "secret".to_owned(),
            company_name: "TechWave MSP".to_owned(),
            entities,
        };
        let router = router(seed, Options { clock: clock.clone(), ..options }).unwrap();
        let mut app = Self {
            router,
            clock,
            realm: realm.to_owned(),
            access: String::new(),
            refresh: String::new(),
        };
        let code = app.consent().await;
        let tokens = app.exchange(&code, REDIRECT).await.ok();
        app.take(&tokens);
        app
    }

    pub(super) fn take(&mut self, tokens: &Value) {
        tokens["access_token"].as_str().unwrap().clone_into(&mut self.access);
        tokens["refresh_token"].as_str().unwrap().clone_into(&mut self.refresh);
    }

    /// The code that the consent page sends back.
    pub(super) async fn consent(&self) -> String {
        let answer = self.send(Method::GET, &consent_path(""), &[], "").await;
        assert_eq!(answer.status, 302);
        redirected(&answer).get("code").unwrap().to_owned()
    }

    pub(super) async fn exchange(&self, code: &str, redirect: &str) -> Answer {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
        ])
        .await
    }

    pub(super) async fn renew(&self, refresh: &str) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await
    }

    pub(super) async fn token(&self, form: &[(&str, &str)]) -> Answer {
        self.token_as("app:secret", form, &[]).await
    }

    pub(super) async fn token_as(
        &self,
        credentials: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let basic = format!("Basic {}", STANDARD.encode(credentials));
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut all = vec![
            (AUTHORIZATION.as_str(), basic.as_str()),
            (CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded"),
        ];
        all.extend(headers);
        self.send(Method::POST, "/oauth2/v1/tokens/bearer", &all, &body).await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, "application/json", "").await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, "application/json", &body.to_string()).await
    }

    pub(super) async fn query(&self, statement: &str) -> Answer {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("query", statement)
            .append_pair("minorversion", "75")
            .finish();
        self.get(&format!("/query?{query}")).await
    }

    /// The rows of a query that must succeed.
    pub(super) async fn rows(&self, statement: &str) -> Vec<Value> {
        let body = self.query(statement).await.ok();
        let mut members = body["QueryResponse"].as_object().unwrap().values();
        members.find_map(Value::as_array).cloned().unwrap_or_default()
    }

    /// The ids of a query's rows.
    pub(super) async fn ids(&self, statement: &str) -> Vec<String> {
        let rows = self.rows(statement).await;
        rows.iter().map(|row| row["Id"].as_str().unwrap().to_owned()).collect()
    }

    /// Saves an object and answers it as stored.
    pub(super) async fn save(&self, entity: &str, body: &Value) -> Value {
        let mut answer = self.post(&format!("/{}", entity.to_lowercase()), body).await.ok();
        answer[entity].take()
    }

    /// Reads an object.
    pub(super) async fn read(&self, entity: &str, id: &str) -> Value {
        let mut answer = self.get(&format!("/{}/{id}", entity.to_lowercase())).await.ok();
        answer[entity].take()
    }

    /// A call below the company's path, as the connected app.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: &str,
    ) -> Answer {
        let path = format!("/v3/company/{}{path}", self.realm);
        let bearer = format!("Bearer {}", self.access);
        let headers =
            [(AUTHORIZATION.as_str(), bearer.as_str()), (CONTENT_TYPE.as_str(), content_type)];
        self.send(method, &path, &headers, body).await
    }

    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(HOST, "127.0.0.1:9");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Answer { status: head.status.as_u16(), headers: head.headers, body }
    }
}

/// The address of the consent page, with more parameters behind the usual ones.
pub(super) fn consent_path(more: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", "app")
        .append_pair("response_type", "code")
        .append_pair("scope", "com.intuit.quickbooks.accounting")
        .append_pair("redirect_uri", REDIRECT)
        .append_pair("state", "st&te")
        .finish();
    format!("/connect/oauth2?{query}{more}")
}

/// The parameters of the redirect in an answer.
pub(super) fn redirected(answer: &Answer) -> Params {
    let location = answer.headers[LOCATION].to_str().unwrap();
    let (address, query) = location.split_once('?').unwrap();
    assert_eq!(address, REDIRECT);
    Params::parse(query.as_bytes())
}
