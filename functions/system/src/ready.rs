//! `GET /api/health/ready`

use std::sync::Arc;

use axum::Extension;
use clearmargin_app::{
    Error,
    health::{Check, Readiness},
};
use clearmargin_web::{Data, Problem, ProblemDocument, Result, Visitor};
use serde::Serialize;

/// How the parts are that the service stands on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ready {
    /// `ready`; anything else is a problem document.
    #[schema(example = "ready")]
    status: &'static str,
    /// Each part.
    checks: Vec<CheckView>,
    /// When they were asked; the answer is given again for five seconds.
    as_of: String,
}

/// How a part is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct CheckView {
    /// The part: `table`, `queue` or `archive`.
    #[schema(example = "table")]
    part: &'static str,
    /// `ok` or `failed`.
    #[schema(example = "ok")]
    status: &'static str,
    /// How long it took to say so, in milliseconds, rounded up.
    #[schema(example = 4)]
    latency_ms: u64,
}

/// A problem that says which parts fail.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "the document's view of a problem with one member more")]
pub(crate) struct Unready {
    #[serde(flatten)]
    problem: ProblemDocument<'static>,
    /// Each part.
    checks: Vec<CheckView>,
}

impl From<&Check> for CheckView {
    fn from(check: &Check) -> Self {
        let millis = check.took.as_micros().div_ceil(1_000);
        Self {
            part: check.part,
            status: if check.ok { "ok" } else { "failed" },
            latency_ms: u64::try_from(millis).unwrap_or(u64::MAX),
        }
    }
}

/// Whether the service can do all of its work: asks the table, the queues and the archive, at most
/// once in five seconds.
#[utoipa::path(
    get,
    path = "/api/health/ready",
    tag = "System",
    security(()),
    responses(
        (status = 200, description = "It can.", body = Data<Ready>),
        (
            status = 503,
            description = "It cannot; `checks` says what fails.",
            body = Unready,
            content_type = "application/problem+json",
        ),
    ),
)]
pub(crate) async fn get_ready(
    visitor: Visitor,
    Extension(readiness): Extension<Arc<Readiness>>,
) -> Result<Data<Ready>> {
    let report = readiness.report(&visitor.app).await;
    let checks: Vec<_> = report.checks.iter().map(CheckView::from).collect();
    if report.is_ready() {
        return Ok(Data::new(Ready { status: "ready", checks, as_of: report.at.to_string() }));
    }
    let checks = serde_json::to_value(checks).map_err(Error::internal)?;
    Err(Problem::from(Error::Unavailable("a part of the service")).with("checks", checks))
}
