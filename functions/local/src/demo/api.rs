//! The API, as any client of it sees it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::LocalError;

/// A signed-in client, which signs in again when its token has run out.
pub(super) struct Api {
    http: Client,
    address: String,
    credentials: Value,
    token: Mutex<String>,
}

impl Api {
    /// Signs in; registers TechWave MSP when nobody of that address is known.
    pub(super) async fn sign_in(
        address: &str,
        email: &str,
        password: &str,
    ) -> Result<Self, LocalError> {
        let api = Self {
            http: Client::new(),
            address: address.to_owned(),
            credentials: json!({"email": email, "password": password}),
            token: Mutex::default(),
        };
        if !api.renew().await? {
            let new = json!({
                "organizationName": "TechWave MSP",
                "firstName": "Terry",
                "lastName": "Wave",
                "email": email,
                "password": password,
                "currency": "USD",
                "timeZone": "America/New_York",
            });
            api.keep(&api.post("/api/auth/register", &new).await?);
        }
        Ok(api)
    }

    /// Signs in; whether the account is known.
    async fn renew(&self) -> Result<bool, LocalError> {
        let login = self.http.post(self.url("/api/auth/login")).json(&self.credentials);
        let login = login.send().await?;
        let known = login.status().is_success();
        if known {
            self.keep(&data(login.json().await?));
        }
        Ok(known)
    }

    fn keep(&self, signed: &Value) {
        let token = signed.get("accessToken").and_then(Value::as_str).unwrap_or_default();
        token.clone_into(&mut self.held());
    }

    fn held(&self) -> MutexGuard<'_, String> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// A new access token.
    pub(super) async fn token(&self) -> Result<String, LocalError> {
        self.renew().await?;
        Ok(self.held().clone())
    }

    /// What a path answers, without its envelope.
    pub(super) async fn get(&self, path: &str) -> Result<Value, LocalError> {
        self.send(self.http.get(self.url(path)), path).await
    }

    /// What a path answers to a body, without its envelope.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, LocalError> {
        self.send(self.http.post(self.url(path)).json(body), path).await
    }

    /// Follows an address the way a browser does.
    pub(super) async fn follow(&self, url: &str) -> Result<(), LocalError> {
        self.http.get(url).send().await?.error_for_status()?;
        Ok(())
    }

    async fn send(&self, request: RequestBuilder, path: &str) -> Result<Value, LocalError> {
        let again = request.try_clone();
        let mut response = self.sign(request).send().await?;
        if response.status() == StatusCode::UNAUTHORIZED
            && let Some(again) = again
            && self.renew().await?
        {
            response = self.sign(again).send().await?;
        }
        let status = response.status();
        let body: Value = response.json().await?;
        if status.is_success() {
            Ok(data(body))
        } else {
            Err(LocalError::Demo(format!("{path} answered {status}: {body}")))
        }
    }

    fn sign(&self, request: RequestBuilder) -> RequestBuilder {
        let token = self.held().clone();
        request.bearer_auth(token)
    }
}

fn data(mut body: Value) -> Value {
    body.get_mut("data").map(Value::take).unwrap_or_default()
}
