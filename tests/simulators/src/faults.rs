//! Faults on demand: deterministic, switchable at run time, the same for both servers.
//!
//! A server wraps the routes it wants disturbed with [`inject`] and brings its own [`Faces`], since
//! each system words its errors differently. Changing records between pages is a server's own
//! business: the layer only leaves a [`Touch`] in the request's extensions.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use serde::{Deserialize, Serialize};

use crate::random::Random;

/// One way in which a server can misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FaultKind {
    /// The rate limit, in the system's own form.
    TooManyRequests,
    /// 401 although the token is good.
    ExpiredToken,
    /// A 5xx answer.
    ServerError,
    /// The right answer, late.
    SlowResponse,
    /// The right headers and half of the body, then a closed connection.
    CutResponse,
    /// Some rows change, in nothing that is money, before an inner page is answered.
    RecordsChangedBetweenPages,
}

impl FaultKind {
    /// Every kind there is.
    pub const ALL: [Self; 6] = [
        Self::TooManyRequests,
        Self::ExpiredToken,
        Self::ServerError,
        Self::SlowResponse,
        Self::CutResponse,
        Self::RecordsChangedBetweenPages,
    ];
}

/// What goes wrong, how often, in which order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FaultPlan {
    /// Share of disturbed requests in thousandths; 0 switches faults off.
    pub per_mille: u32,
    /// The kinds to choose from.
    pub kinds: Vec<FaultKind>,
    /// Start of the random sequence.
    pub seed: u64,
    /// Rows touched before a disturbed inner page.
    pub touched_per_page: u32,
    /// Delay of a slow response in milliseconds.
    pub slow_millis: u64,
}

impl Default for FaultPlan {
    fn default() -> Self {
        Self {
            per_mille: 0,
            kinds: FaultKind::ALL.to_vec(),
            seed: 1,
            touched_per_page: 3,
            slow_millis: 400,
        }
    }
}

/// The order to change some rows before answering, left in the request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    /// How many rows to change.
    pub rows: u32,
    /// A random number to choose them with.
    pub draw: u64,
}

/// How one system words the faults.
#[derive(Clone, Copy, Debug)]
pub struct Faces {
    /// Its rate limit answer; the number chooses between forms where there are several.
    pub too_many_requests: fn(u64) -> Response,
    /// Its answer to an expired token.
    pub expired_token: fn() -> Response,
    /// Its 5xx answer.
    pub server_error: fn(u64) -> Response,
}

/// The switchable plan of one server, and how far it has come.
#[derive(Clone, Debug)]
pub struct Faults {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    plan: RwLock<FaultPlan>,
    requests: AtomicU64,
    counts: [AtomicU64; FaultKind::ALL.len()],
    faces: Faces,
}

impl Faults {
    /// Starts with `plan`, worded by `faces`.
    pub fn new(plan: FaultPlan, faces: Faces) -> Self {
        let inner = Inner {
            plan: RwLock::new(plan),
            requests: AtomicU64::new(0),
            counts: Default::default(),
            faces,
        };
        Self { inner: Arc::new(inner) }
    }

    /// The plan in force.
    pub fn plan(&self) -> FaultPlan {
        self.inner.plan.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the plan and starts its sequence anew.
    pub fn switch(&self, plan: FaultPlan) {
        *self.inner.plan.write().unwrap_or_else(PoisonError::into_inner) = plan;
        self.inner.requests.store(0, Ordering::Relaxed);
        for count in &self.inner.counts {
            count.store(0, Ordering::Relaxed);
        }
    }

    /// How often each kind was injected under the plan in force.
    pub fn injected(&self) -> Vec<(FaultKind, u64)> {
        FaultKind::ALL
            .into_iter()
            .zip(&self.inner.counts)
            .map(|(kind, count)| (kind, count.load(Ordering::Relaxed)))
            .collect()
    }

    /// Decides the fate of the next request.
    fn draw(&self) -> Option<Drawn> {
        let plan = self.inner.plan.read().unwrap_or_else(PoisonError::into_inner);
        let turn = self.inner.requests.fetch_add(1, Ordering::Relaxed);
        if plan.per_mille == 0 || plan.kinds.is_empty() {
            return None;
        }
        let mut random = Random::new(plan.seed).fork(turn);
        if random.below(1000) >= u64::from(plan.per_mille) {
            return None;
        }
        let kind = *random.pick(&plan.kinds);
        let counted = FaultKind::ALL.iter().zip(&self.inner.counts);
        for (_, count) in counted.filter(|(candidate, _)| **candidate == kind) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        Some(Drawn {
            kind,
            draw: random.next(),
            rows: plan.touched_per_page,
            delay: Duration::from_millis(plan.slow_millis),
        })
    }
}

struct Drawn {
    kind: FaultKind,
    draw: u64,
    rows: u32,
    delay: Duration,
}

/// Middleware for `axum::middleware::from_fn_with_state(faults, inject)`.
pub async fn inject(State(faults): State<Faults>, mut request: Request, next: Next) -> Response {
    let Some(drawn) = faults.draw() else {
        return next.run(request).await;
    };
    let faces = faults.inner.faces;
    match drawn.kind {
        FaultKind::TooManyRequests => (faces.too_many_requests)(drawn.draw),
        FaultKind::ExpiredToken => (faces.expired_token)(),
        FaultKind::ServerError => (faces.server_error)(drawn.draw),
        FaultKind::SlowResponse => {
            tokio::time::sleep(drawn.delay).await;
            next.run(request).await
        }
        FaultKind::CutResponse => cut(next.run(request).await).await,
        FaultKind::RecordsChangedBetweenPages => {
            request.extensions_mut().insert(Touch { rows: drawn.rows, draw: drawn.draw });
            next.run(request).await
        }
    }
}

/// Announces the whole body, sends half of it and breaks off.
async fn cut(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let whole = match to_bytes(body, usize::MAX).await {
        Ok(whole) => whole,
        Err(error) => return axum::Error::new(error).to_string().into_response(),
    };
    head.headers.insert(CONTENT_LENGTH, whole.len().into());
    let half = whole.slice(..whole.len() / 2);
    Response::from_parts(head, Body::from_stream(breaking_off(half)))
}

/// The bytes, a moment so that they leave the machine, then an error that closes the connection.
fn breaking_off(half: Bytes) -> impl stream::Stream<Item = Result<Bytes, io::Error>> {
    stream::unfold(Some(half), |state| async {
        if let Some(half) = state {
            return Some((Ok(half), None));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
        Some((Err(io::Error::from(io::ErrorKind::ConnectionAborted)), None))
    })
}
