//! The Runtime API: how Lambda talks to a function. One function at a time, one event at a time.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{Response, StatusCode},
    routing::{get, post},
};
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
    time::timeout,
};

use crate::Failure;

/// How long a function may take for anything.
const PATIENCE: Duration = Duration::from_secs(30);
const PREFIX: &str = "/2018-06-01/runtime";

/// What a function did.
#[derive(Debug)]
enum Said {
    /// It is ready for the first event.
    Ready(Instant),
    /// It was handed an event.
    Took(Instant),
    /// It answered.
    Answered(Instant, Bytes),
    /// It failed.
    Failed(Bytes),
}

struct Shared {
    events: Mutex<mpsc::Receiver<String>>,
    said: mpsc::Sender<Said>,
}

/// The Runtime API of one function.
#[derive(Debug)]
pub(crate) struct Runtime {
    pub(crate) address: SocketAddr,
    events: mpsc::Sender<String>,
    said: mpsc::Receiver<Said>,
}

impl Runtime {
    /// Listens on a free port.
    pub(crate) async fn start() -> Result<Self, Failure> {
        let (events, from_events) = mpsc::channel(1);
        let (said_by, said) = mpsc::channel(8);
        let shared = Arc::new(Shared { events: Mutex::new(from_events), said: said_by });
        let routes = Router::new()
            .route(&format!("{PREFIX}/invocation/next"), get(next))
            .route(&format!("{PREFIX}/invocation/{{id}}/response"), post(response))
            .route(&format!("{PREFIX}/invocation/{{id}}/error"), post(error))
            .route(&format!("{PREFIX}/init/error"), post(error))
            .with_state(shared);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { address, events, said })
    }

    /// When the function asked for its first event.
    pub(crate) async fn ready(&mut self) -> Result<Instant, Failure> {
        match self.listen().await? {
            Said::Ready(at) => Ok(at),
            other => Err(format!("before the first event: {other:?}").into()),
        }
    }

    /// Hands over an event; gives the answer and how long it took.
    pub(crate) async fn invoke(&mut self, event: String) -> Result<(Bytes, Duration), Failure> {
        self.events.send(event).await?;
        let mut taken = None;
        loop {
            match self.listen().await? {
                Said::Ready(_) => {}
                Said::Took(at) => taken = Some(at),
                Said::Answered(at, body) => {
                    let taken = taken.ok_or("an answer without an event")?;
                    return Ok((body, at - taken));
                }
                Said::Failed(body) => {
                    return Err(format!("failed: {}", String::from_utf8_lossy(&body)).into());
                }
            }
        }
    }

    async fn listen(&mut self) -> Result<Said, Failure> {
        let said = timeout(PATIENCE, self.said.recv()).await;
        said.map_err(|_| "the function does not answer")?.ok_or_else(|| "no function".into())
    }
}

async fn next(State(shared): State<Arc<Shared>>) -> Response<Body> {
    let ready = Instant::now();
    let mut events = shared.events.lock().await;
    // Only the first is heard: afterwards nobody waits for it and the queue may be full.
    let _ = shared.said.try_send(Said::Ready(ready));
    let Some(event) = events.recv().await else {
        return answer(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let _ = shared.said.send(Said::Took(Instant::now())).await;
    Response::builder()
        .header("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        .header("lambda-runtime-deadline-ms", deadline().to_string())
        .header(
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:000000000000:function:bench",
        )
        .header("content-type", "application/json")
        .body(Body::from(event))
        .unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "Lambda's deadline is a time of day")]
fn deadline() -> u128 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (now + PATIENCE).as_millis()
}

async fn response(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let at = Instant::now();
    let body = to_bytes(request.into_body(), usize::MAX).await.unwrap_or_default();
    let _ = shared.said.send(Said::Answered(at, body)).await;
    answer(StatusCode::ACCEPTED)
}

async fn error(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    let _ = shared.said.send(Said::Failed(body)).await;
    answer(StatusCode::ACCEPTED)
}

fn answer(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
