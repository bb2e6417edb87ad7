//! The HTTP surface: headers, limits, and one GraphQL endpoint.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use apollo_compiler::Schema;
use apollo_compiler::executable::OperationType;
use apollo_compiler::resolvers::Execution;
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::Seed;
use super::change;
use super::error::{self, ClientError, FACES, Refusal};
use super::resolve::Root;
use super::schema::{self, SchemaError, to_executor};
use super::store::{Kind, Store};
use crate::faults::{FaultPlan, Faults, Touch, inject};
use crate::http::control;

/// The whole server: `POST /msp`, `GET /_raw` and `/_control/…`, `POST /_control/delete` included.
pub fn router(seed: Seed, plan: FaultPlan) -> Result<Router, SchemaError> {
    let faults = Faults::new(plan, FACES);
    let server = Arc::new(Server {
        schema: schema::load()?,
        store: RwLock::new(Store::new(&seed)),
        window: Mutex::new((Instant::now(), 0)),
        seed,
    });
    let api = Router::new()
        .route("/msp", post(serve))
        .route_layer(from_fn_with_state(faults.clone(), inject));
    let reset = Arc::clone(&server);
    Ok(api
        .route("/_raw", get(raw))
        .route("/_control/delete", post(delete))
        .with_state(server)
        .merge(control(faults, move || reset.reset())))
}

struct Server {
    schema: Valid<Schema>,
    seed: Seed,
    store: RwLock<Store>,
    /// Begin of the current minute and requests in it.
    window: Mutex<(Instant, u32)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Query {
    #[serde(rename = "query")]
    text: String,
    #[serde(default)]
    variables: Option<Value>,
    #[serde(default)]
    operation_name: Option<String>,
}

async fn raw(State(server): State<Arc<Server>>) -> Json<Value> {
    Json(server.store.read().unwrap_or_else(PoisonError::into_inner).raw())
}

/// Deletes objects: `{"worklogs": ["…"]}`, under the names of `GET /_raw`. Tells how many.
async fn delete(
    State(server): State<Arc<Server>>,
    Json(named): Json<BTreeMap<String, Vec<String>>>,
) -> Json<Value> {
    let mut store = server.store.write().unwrap_or_else(PoisonError::into_inner);
    let mut deleted = 0;
    for (name, ids) in named {
        if let Some(kind) = store.kind(&name) {
            deleted += store.of_mut(kind).remove(kind, &ids);
        }
    }
    Json(json!({ "deleted": deleted }))
}

async fn serve(
    State(server): State<Arc<Server>>,
    touch: Option<Extension<Touch>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(status) = server.admit(&headers) {
        return status.into_response();
    }
    if !server.is_within_limit() {
        return error::rate_limited();
    }
    let Ok(query) = serde_json::from_slice::<Query>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    server.answer(&query, touch.map(|Extension(touch)| touch))
}

impl Server {
    /// 401 for a bad token, 400 for a missing or wrong subdomain.
    fn admit(&self, headers: &HeaderMap) -> Result<(), StatusCode> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if header("CustomerSubDomain").is_none() {
            return Err(StatusCode::BAD_REQUEST);
        }
        let token = header(AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "));
        if token != Some(self.seed.token.as_str()) {
            return Err(StatusCode::UNAUTHORIZED);
        }
        let known = header("CustomerSubDomain") == Some(self.seed.subdomain.as_str());
        if known { Ok(()) } else { Err(StatusCode::BAD_REQUEST) }
    }

    fn is_within_limit(&self) -> bool {
        let limit = self.seed.requests_per_minute;
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if window.0.elapsed() >= Duration::from_mins(1) {
            *window = (Instant::now(), 0);
        }
        window.1 = window.1.saturating_add(1);
        limit == 0 || window.1 <= limit
    }

    fn answer(&self, query: &Query, touch: Option<Touch>) -> Response {
        let (mut answer, inner_page) = self.execute(query);
        if let (Some(touch), Some(kind)) = (touch, inner_page) {
            change::touch(
                &mut self.store.write().unwrap_or_else(PoisonError::into_inner),
                kind,
                touch,
            );
            (answer, _) = self.execute(query);
        }
        answer
    }

    /// Answers a query, and tells of which list more pages follow.
    fn execute(&self, query: &Query) -> (Response, Option<Kind>) {
        let document = match schema::parse(&self.schema, &query.text) {
            Ok(document) => document,
            Err(refusals) => return (error::refused(&refusals), None),
        };
        let operation = match document.operations.get(query.operation_name.as_deref()) {
            Ok(operation) => operation,
            Err(unclear) => return (refused(unclear.message().to_string()), None),
        };
        if operation.operation_type != OperationType::Query {
            let error = ClientError::forbidden().json(None);
            return (Json(json!({ "errors": [error], "data": {} })).into_response(), None);
        }
        let variables = match query.variables.as_ref().map(to_executor) {
            Some(apollo_compiler::response::JsonValue::Object(variables)) => variables,
            _ => JsonMap::new(),
        };
        let store = self.store.read().unwrap_or_else(PoisonError::into_inner);
        let root = Root::new(&self.schema, &store);
        let executed = Execution::new(&self.schema, &document)
            .operation(operation)
            .raw_variable_values(&variables)
            .enable_schema_introspection(true)
            .execute_sync(&root);
        let result = match executed {
            Ok(result) => result,
            Err(invalid) => return (refused(invalid.message().to_string()), None),
        };
        let (mut errors, inner_page) = root.into_outcome();
        errors.extend(result.errors.iter().map(|error| json!(error)));
        let body = if errors.is_empty() {
            Json(json!({ "data": result.data }))
        } else {
            Json(json!({ "errors": errors, "data": result.data }))
        };
        (body.into_response(), inner_page)
    }

    fn reset(&self) {
        *self.store.write().unwrap_or_else(PoisonError::into_inner) = Store::new(&self.seed);
        *self.window.lock().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), 0);
    }
}

fn refused(text: String) -> Response {
    error::refused(&[Refusal { kind: Some("WrongType"), text, location: None }])
}
