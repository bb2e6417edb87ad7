//! QuickBooks Online: the accounting system of the simulated MSP.
//!
//! One company behind the OAuth 2 endpoints and the Accounting API v3, after recorded exchanges and
//! Intuit's documentation; what is only inferred is marked where it stands.
//! `docs-quickbooks.md` lists what is covered and what is refused.

mod api;
mod batch;
mod books;
mod cdc;
mod clock;
mod currency;
mod fault;
mod fields;
mod kind;
mod limits;
mod oauth;
mod object;
mod params;
mod query;
mod references;
mod reports;
mod server;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::response::Response;
use axum::routing::{any, get, post};
use axum::{Json, Router};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

pub use books::SeedError;
pub use clock::Clock;

use crate::faults::{Faces, FaultPlan, Faults, inject};
use fault::Fault;
use server::Server;

/// What the QuickBooks server starts with.
#[derive(Clone, Debug, Default)]
pub struct Seed {
    /// The company ("realm") that the data belongs to.
    pub realm_id: String,
    /// OAuth client id of the connecting app.
    pub client_id: String,
    /// OAuth client secret of the connecting app.
    pub client_secret: String,
    /// Name of the company.
    pub company_name: String,
    /// Raw objects by entity name (`Customer`, `Invoice`, …), complete with `Id`, `SyncToken` and
    /// `MetaData`.
    pub entities: BTreeMap<String, Vec<Value>>,
}

/// How strict and how fast the server is.
#[derive(Clone, Debug)]
pub struct Options {
    /// The company's time.
    pub clock: Clock,
    /// What goes wrong from the start; `POST /_control/faults` changes it.
    pub faults: FaultPlan,
    /// Requests a minute; 0 for no limit.
    pub requests_per_minute: u32,
    /// Of which reports; 0 for no limit.
    pub reports_per_minute: u32,
    /// Of which batches; 0 for no limit.
    pub batches_per_minute: u32,
    /// Life of an access token.
    pub access_token_seconds: u32,
    /// Life of a refresh token that is not used.
    pub refresh_token_seconds: u32,
    /// Life of a connection, however often it is refreshed.
    pub refresh_token_hard_seconds: u32,
    /// How long a refresh token still works once a newer one was issued. The real ones do for about a
    /// day; zero shows at once who forgot to keep the newest.
    pub superseded_token_seconds: u32,
    /// Where consent may lead; empty for any https address and this machine.
    pub redirect_uris: Vec<String>,
    /// How many days change data capture looks back.
    pub change_data_days: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: Clock::system(),
            faults: FaultPlan::default(),
            requests_per_minute: 500,
            reports_per_minute: 200,
            batches_per_minute: 40,
            access_token_seconds: 3600,
            refresh_token_seconds: 8_726_400,
            refresh_token_hard_seconds: 157_680_000,
            superseded_token_seconds: 0,
            redirect_uris: Vec::new(),
            change_data_days: 30,
        }
    }
}

impl Options {
    fn lifetimes(&self) -> oauth::Lifetimes {
        oauth::Lifetimes {
            access: self.access_token_seconds,
            refresh: self.refresh_token_seconds,
            refresh_hard: self.refresh_token_hard_seconds,
            superseded: self.superseded_token_seconds,
        }
    }

    fn lookback(&self) -> SignedDuration {
        SignedDuration::from_hours(24 * i64::from(self.change_data_days))
    }
}

/// The whole server: OAuth, the API, `/_control/…` and `GET /_raw`.
pub fn router(seed: Seed, options: Options) -> Result<Router, SeedError> {
    let faults = Faults::new(options.faults.clone(), FACES);
    let server = Arc::new(Server::new(seed, options)?);
    let api = Router::new()
        .route("/v3/company/{*rest}", any(api::serve))
        .route_layer(from_fn_with_state(faults.clone(), inject));
    let intuit = Router::new()
        .route("/connect/oauth2", get(oauth::authorize))
        .route("/oauth2/v1/tokens/bearer", post(oauth::token))
        .route("/v2/oauth2/tokens/revoke", post(oauth::revoke))
        .route("/.well-known/openid_configuration", get(oauth::discovery))
        .route("/.well-known/openid_sandbox_configuration", get(oauth::discovery))
        .merge(api)
        .layer(map_response_with_state(server.clone(), stamp));
    let reset = server.clone();
    Ok(intuit
        .route("/_raw", get(raw))
        .route("/_control/grants", get(grants))
        .with_state(server)
        .merge(crate::http::control(faults, move || reset.reset())))
}

async fn stamp(State(server): State<Arc<Server>>, response: Response) -> Response {
    server.stamped(response)
}

async fn raw(State(server): State<Arc<Server>>) -> Json<Value> {
    Json(server.raw())
}

/// How many consents stand.
async fn grants(State(server): State<Arc<Server>>) -> Json<Value> {
    Json(json!({"connections": server.company().grants.connections()}))
}

/// How QuickBooks words injected faults. Two spellings of the throttling code are around.
const FACES: Faces = Faces {
    too_many_requests: |_| Fault::Throttled.response(Timestamp::UNIX_EPOCH),
    expired_token: || {
        Fault::Unauthenticated("Token expired: REDACTED".to_owned()).response(Timestamp::UNIX_EPOCH)
    },
    server_error,
};

/// Gateway errors have no JSON body; the API's own failure is code 10000.
fn server_error(draw: u64) -> Response {
    use axum::http::StatusCode;
    use axum::response::IntoResponse as _;
    match draw % 3 {
        0 => (StatusCode::BAD_GATEWAY, "<html><body>502 Bad Gateway</body></html>").into_response(),
        1 => (StatusCode::SERVICE_UNAVAILABLE, "<html><body>503 Service Unavailable</body></html>")
            .into_response(),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, Json(fault::system_failure())).into_response(),
    }
}
