//! OAuth 2 as Intuit does it: consent, tokens, their renewal and their end.

use clearmargin_domain::secret::Secret;
use reqwest::{Client, RequestBuilder, StatusCode, Url, header::ACCEPT};
use serde::Deserialize;
use serde_json::json;

use crate::{
    error::Error,
    http::{Answer, url},
};

const SCOPE: &str = "com.intuit.quickbooks.accounting";

/// Asks for the end of the consent itself, which no renewal moves.
const WITH_HARD_END: &str = "x-include-refresh-token-hard-expires-in";

/// Who we are at Intuit, and where Intuit is.
#[derive(Debug, Clone)]
pub struct App {
    /// Where a person consents.
    pub authorize_url: String,
    /// Where codes and refresh tokens become tokens.
    pub token_url: String,
    /// Our id.
    pub client_id: String,
    /// Our secret.
    pub client_secret: Secret,
    /// Where a person comes back to after consenting.
    pub redirect_url: String,
}

/// Tokens, as received.
#[derive(Debug, Clone, Deserialize)]
pub struct Tokens {
    /// Goes with each request.
    pub access_token: Secret,
    /// Buys the next tokens. Each answer may bring another one, and then the old one is void.
    pub refresh_token: Secret,
    /// Seconds until the access token ends.
    pub expires_in: u64,
    /// Seconds until the refresh token ends.
    #[serde(rename = "x_refresh_token_expires_in")]
    pub refresh_expires_in: u64,
    /// Seconds until the consent ends, whatever is renewed.
    #[serde(rename = "x_refresh_token_hard_expires_in")]
    pub hard_expires_in: Option<u64>,
}

/// The address where a person consents; `state` comes back with them.
pub fn authorize_url(app: &App, state: &str) -> String {
    let query = [
        ("client_id", app.client_id.as_str()),
        ("response_type", "code"),
        ("scope", SCOPE),
        ("redirect_uri", &app.redirect_url),
        ("state", state),
    ];
    // An address that is none leads nowhere, with a query or without.
    Url::parse_with_params(&app.authorize_url, query)
        .map_or_else(|_| app.authorize_url.clone(), String::from)
}

/// The tokens for the code that a person came back with.
pub async fn exchange_code(http: &Client, app: &App, code: &str) -> Result<Tokens, Error> {
    let form =
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", &app.redirect_url)];
    tokens(http, app, &form).await
}

/// New tokens for a refresh token. [`Error::Unauthorized`] means that the consent has ended.
pub async fn refresh(http: &Client, app: &App, token: &Secret) -> Result<Tokens, Error> {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token.expose())];
    tokens(http, app, &form).await
}

/// Ends a token, and the consent with it when it is a refresh token.
pub async fn revoke(
    http: &Client,
    app: &App,
    revoke_url: &str,
    token: &Secret,
) -> Result<(), Error> {
    let request = authenticated(http, app, revoke_url)?.json(&json!({"token": token.expose()}));
    granted(Answer::to(request).await?).map(drop)
}

async fn tokens(http: &Client, app: &App, form: &[(&str, &str)]) -> Result<Tokens, Error> {
    let request =
        authenticated(http, app, &app.token_url)?.header(WITH_HARD_END, "true").form(form);
    let answer = granted(Answer::to(request).await?)?;
    serde_json::from_slice(&answer.body)
        .map_err(|_| Error::unavailable("the answer holds no tokens"))
}

fn authenticated(http: &Client, app: &App, address: &str) -> Result<RequestBuilder, Error> {
    Ok(http
        .post(url(address)?)
        .basic_auth(&app.client_id, Some(app.client_secret.expose()))
        .header(ACCEPT, "application/json"))
}

/// A 401 here is about us, not about the person's consent, so it is told apart by its error code.
fn granted(answer: Answer) -> Result<Answer, Error> {
    #[derive(Deserialize)]
    struct Refusal {
        error: String,
        #[serde(default)]
        error_description: String,
    }
    if answer.status.is_success() {
        return Ok(answer);
    }
    match serde_json::from_slice::<Refusal>(&answer.body) {
        Ok(refusal) if refusal.error == "invalid_grant" => Err(Error::Unauthorized),
        Ok(refusal) if answer.status.is_client_error() => {
            Err(Error::refused(format!("{} {}", refusal.error, refusal.error_description)))
        }
        _ if answer.status == StatusCode::UNAUTHORIZED => {
            Err(Error::refused("it does not know our client id and secret"))
        }
        _ => Err(answer.failure()),
    }
}
