//! What both servers share: listening, and the routes under `/_control`.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt as _;
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::faults::{FaultPlan, Faults};

/// `POST /_control/faults` (a [`FaultPlan`]), `GET /_control/faults` (the plan and what it did so
/// far) and `POST /_control/reset` (back to the seed, without faults).
pub fn control(faults: Faults, reset: impl Fn() + Send + Sync + 'static) -> Router {
    let state = Control { faults, reset: Arc::new(reset) };
    Router::new()
        .route("/_control/faults", get(show_faults).post(switch_faults))
        .route("/_control/reset", post(reset_all))
        .with_state(state)
}

#[derive(Clone)]
struct Control {
    faults: Faults,
    reset: Arc<dyn Fn() + Send + Sync>,
}

async fn show_faults(State(control): State<Control>) -> Response {
    let injected: Map<String, Value> = control
        .faults
        .injected()
        .into_iter()
        .filter_map(|(kind, count)| Some((json!(kind).as_str()?.to_owned(), json!(count))))
        .collect();
    Json(json!({ "plan": control.faults.plan(), "injected": injected })).into_response()
}

async fn switch_faults(State(control): State<Control>, Json(plan): Json<FaultPlan>) -> StatusCode {
    control.faults.switch(plan);
    StatusCode::NO_CONTENT
}

async fn reset_all(State(control): State<Control>) -> StatusCode {
    (control.reset)();
    control.faults.switch(FaultPlan::default());
    StatusCode::NO_CONTENT
}

/// A server that runs until this value is dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Running {
    /// Serves `router` on 127.0.0.1; port 0 takes any free one.
    pub async fn start(router: Router, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        // Answers go out at once rather than wait for the other side's acknowledgement.
        let listener = listener.tap_io(|connection| {
            let _ = connection.set_nodelay(true);
        });
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("server on {address} ended: {error}");
            }
        });
        Ok(Self { address, task })
    }

    /// Where the server listens: `http://127.0.0.1:…`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}
