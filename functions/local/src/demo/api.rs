//! The API, as any client of it sees it.

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use crate::LocalError;

/// A signed-in client.
pub(super) struct Api {
    http: Client,
    address: String,
    token: String,
}

impl Api {
    /// Signs in; registers TechWave MSP when nobody of that address is known.
    pub(super) async fn sign_in(
        address: &str,
        email: &str,
        password: &str,
    ) -> Result<Self, LocalError> {
        let mut api =
            Self { http: Client::new(), address: address.to_owned(), token: String::new() };
        let credentials = json!({"email": email, "password": password});
        let login = api.http.post(api.url("/api/auth/login")).json(&credentials).send().await?;
        let signed = if login.status().is_success() {
            data(login.json().await?)
        } else {
            let new = json!({
                "organizationName": "TechWave MSP",
                "firstName": "Terry",
                "lastName": "Wave",
                "email": email,
                "password": password,
                "currency": "USD",
                "timeZone": "America/New_York",
            });
            api.post("/api/auth/register", &new).await?
        };
        if let Some(token) = signed.get("accessToken").and_then(Value::as_str) {
            token.clone_into(&mut api.token);
        }
        Ok(api)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// The access token.
    pub(super) fn token(&self) -> &str {
        &self.token
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
        let response = request.bearer_auth(&self.token).send().await?;
        let status = response.status();
        let body: Value = response.json().await?;
        if status.is_success() {
            Ok(data(body))
        } else {
            Err(LocalError::Demo(format!("{path} answered {status}: {body}")))
        }
    }
}

fn data(mut body: Value) -> Value {
    body.get_mut("data").map(Value::take).unwrap_or_default()
}
