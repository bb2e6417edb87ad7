//! The pages and endpoints of the authorization server.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header::{AUTHORIZATION, HOST, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::params::Params;
use super::super::server::Server;
use super::{InvalidGrant, Tokens};

/// The one scope of the accounting API.
const SCOPE: &str = "com.intuit.quickbooks.accounting";

/// `GET /connect/oauth2`: stands for the consent page, and consents at once. With `deny=1` the user
/// refuses.
pub(crate) async fn authorize(
    State(server): State<Arc<Server>>,
    RawQuery(query): RawQuery,
) -> Response {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    match consent(&server, &params) {
        Ok(location) => (StatusCode::FOUND, [(LOCATION, location)]).into_response(),
        // Without a trusted redirect the user stays on Intuit's page (its text is ours).
        Err(problem) => (StatusCode::BAD_REQUEST, Html(format!("<h1>Sorry</h1><p>{problem}</p>")))
            .into_response(),
    }
}

fn consent(server: &Server, params: &Params) -> Result<String, &'static str> {
    if params.get("client_id") != Some(&server.seed.client_id) {
        return Err("The client_id is not that of an app.");
    }
    let redirect_uri = params.get("redirect_uri").ok_or("The redirect_uri is missing.")?;
    if !server.takes_redirect(redirect_uri) {
        return Err("The redirect_uri is not registered.");
    }
    if params.get("response_type") != Some("code") {
        return Err("The response_type must be code.");
    }
    let scopes = params.get("scope").unwrap_or_default();
    if !scopes.split([' ', ',']).any(|scope| scope == SCOPE) {
        return Err("The scope is not one of the app.");
    }
    let state = params.get("state").ok_or("The state is missing.")?;
    let mut answer = form_urlencoded::Serializer::new(String::new());
    if params.get("deny") == Some("1") {
        answer.append_pair("error", "access_denied").append_pair("state", state);
    } else {
        let code = server.company().grants.issue_code(redirect_uri, server.options.clock.now());
        answer.append_pair("code", &code).append_pair("state", state);
        answer.append_pair("realmId", &server.seed.realm_id);
    }
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    Ok(format!("{redirect_uri}{separator}{}", answer.finish()))
}

/// `POST /oauth2/v1/tokens/bearer`.
pub(crate) async fn token(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_app(&server, &headers) {
        return refused(StatusCode::UNAUTHORIZED, "invalid_client", None);
    }
    let form = Params::parse(&body);
    let (now, lifetimes) = (server.options.clock.now(), server.options.lifetimes());
    let mut company = server.company();
    let tokens = match form.get("grant_type") {
        Some("authorization_code") => match (form.get("code"), form.get("redirect_uri")) {
            (Some(code), Some(uri)) => company.grants.exchange(code, uri, lifetimes, now),
            _ => return refused(StatusCode::BAD_REQUEST, "invalid_request", None),
        },
        Some("refresh_token") => match form.get("refresh_token") {
            Some(token) => company.grants.refresh(token, lifetimes, now),
            None => return refused(StatusCode::BAD_REQUEST, "invalid_request", None),
        },
        _ => return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", None),
    };
    match tokens {
        Ok(tokens) => Json(shown(&tokens, &headers)).into_response(),
        Err(InvalidGrant) => {
            refused(StatusCode::BAD_REQUEST, "invalid_grant", Some("Token invalid"))
        }
    }
}

fn shown(tokens: &Tokens, headers: &HeaderMap) -> Value {
    let mut shown = json!({
        "token_type": "bearer",
        "expires_in": tokens.access_seconds,
        "x_refresh_token_expires_in": tokens.refresh_seconds,
        "refresh_token": tokens.refresh,
        "access_token": tokens.access,
    });
    let asked = headers.get("x-include-refresh-token-hard-expires-in");
    if asked.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
        && let Some(shown) = shown.as_object_mut()
    {
        shown.insert("x_refresh_token_hard_expires_in".to_owned(), tokens.hard_seconds.into());
    }
    shown
}

/// `POST /v2/oauth2/tokens/revoke`, by JSON or form.
pub(crate) async fn revoke(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_app(&server, &headers) {
        return refused(StatusCode::UNAUTHORIZED, "invalid_client", None);
    }
    let from_json = serde_json::from_slice::<Value>(&body).ok();
    let from_json =
        from_json.as_ref().and_then(|body| body.get("token")?.as_str()).map(str::to_owned);
    let token = from_json.or_else(|| Params::parse(&body).get("token").map(str::to_owned));
    let Some(token) = token else {
        return refused(StatusCode::BAD_REQUEST, "invalid_request", None);
    };
    server.company().grants.revoke(&token);
    StatusCode::OK.into_response()
}

/// `GET /.well-known/openid_configuration`, with our own addresses in it.
pub(crate) async fn discovery(headers: HeaderMap) -> Response {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let at = |path: &str| format!("http://{host}{path}");
    let document = json!({
        "issuer": at("/op/v1"),
        "authorization_endpoint": at("/connect/oauth2"),
        "token_endpoint": at("/oauth2/v1/tokens/bearer"),
        "userinfo_endpoint": at("/v1/openid_connect/userinfo"),
        "revocation_endpoint": at("/v2/oauth2/tokens/revoke"),
        "jwks_uri": at("/op/v1/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": [SCOPE],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    });
    Json(document).into_response()
}

/// Whether the request carries the app's id and secret.
fn is_app(server: &Server, headers: &HeaderMap) -> bool {
    let basic = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, encoded) = basic.and_then(|value| value.split_once(' ')).unwrap_or_default();
    let expected = format!("{}:{}", server.seed.client_id, server.seed.client_secret);
    scheme.eq_ignore_ascii_case("basic")
        && STANDARD.decode(encoded.trim()).is_ok_and(|sent| sent == expected.as_bytes())
}

fn refused(status: StatusCode, error: &str, description: Option<&str>) -> Response {
    let body = match description {
        Some(description) => json!({ "error_description": description, "error": error }),
        None => json!({ "error": error }),
    };
    (status, Json(body)).into_response()
}
