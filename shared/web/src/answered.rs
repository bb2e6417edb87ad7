//! What a request was and cost, once it is answered: for the log, for metrics, for the
//! organisation's own count.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::http::{Extensions, Method};
use clearmargin_app::App;
use clearmargin_domain::{id::OrgId, usage::Usage};
use clearmargin_store::Consumed;
use jiff::Timestamp;

/// A request that is answered. Nothing of it is personal: it names a route, never a path.
#[derive(Debug, Clone)]
pub struct Answered {
    /// When.
    pub at: Timestamp,
    /// The method; `OTHER` for one that no operation has.
    pub method: &'static str,
    /// The route, such as `/api/clients/{id}`; `None` when there is nothing at its path.
    pub route: Option<String>,
    /// The status of the answer.
    pub status: u16,
    /// How long it took.
    pub latency: Duration,
    /// What it consumed of the table's capacity.
    pub consumed: Consumed,
    /// Whose request it was, as far as that is known.
    pub org: Option<OrgId>,
    /// Its id.
    pub request_id: String,
    /// The caller's own id for what it belongs to.
    pub correlation_id: Option<String>,
}

/// Who is told of every request.
pub type Journal = Arc<dyn Fn(&Answered) + Send + Sync>;

/// The journal where nobody keeps another one: the log.
pub(crate) fn log() -> Journal {
    Arc::new(|answered| {
        let duration = u64::try_from(answered.latency.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(http.status = answered.status, duration_ms = duration, "answered");
    })
}

impl Answered {
    /// Counts the request for its organisation.
    pub(crate) async fn count(&self, app: &App, ledger: &clearmargin_app::usage::Ledger) {
        let (Some(org), Some(route)) = (self.org, &self.route) else {
            return;
        };
        let Consumed { read_tenths, write_tenths } = self.consumed;
        let usage = Usage::one(self.status, self.latency, read_tenths, write_tenths);
        ledger.add(app, org, &format!("{} {route}", self.method), &usage).await;
    }
}

/// The method as metrics know it: a caller must not be able to make up new ones.
pub(crate) fn known(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.into_iter().find(|name| *name == method.as_str()).unwrap_or("OTHER")
}

/// Where a request says whose it is, once that is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Whose(Arc<OnceLock<OrgId>>);

impl Whose {
    /// Says whose request it is.
    pub(crate) fn note(extensions: &Extensions, org: OrgId) {
        if let Some(Self(slot)) = extensions.get() {
            // It is the same one however often it is said.
            let _known = slot.set(org);
        }
    }

    pub(crate) fn get(&self) -> Option<OrgId> {
        self.0.get().copied()
    }
}
