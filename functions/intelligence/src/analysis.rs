//! `POST /api/ai/analytics/run-analysis`, `GET /api/ai/analytics/status/{id}`, its `cancel`, and
//! `GET /api/ai/analytics/runs`

use clearmargin_app::analyses;
use clearmargin_domain::{
    analysis::{AnalysisRun, Cause, NextStep, RunState},
    id::AnalysisRunId,
};
use clearmargin_web::{
    Accepted, Caller, Data, Page, PageQuery, Path, Query, Result, figures::AsOfView, schema,
};
use serde::Serialize;
use utoipa::openapi::Object;

/// A run of all analyses.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AnalysisRunView {
    /// Its id.
    #[schema(example = "anr_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Why it was begun: somebody `asked`, it was due `nightly`, or a source was `synced`.
    #[schema(schema_with = cause)]
    cause: &'static str,
    /// `running`, `done`, `cancelled`, or `given_up` if it did not go on for an hour.
    #[schema(schema_with = status)]
    status: &'static str,
    /// The day that it is of, on the organisation's clocks.
    #[schema(format = Date, example = "2026-11-28")]
    day: String,
    /// How many of its steps are done.
    step: usize,
    /// How many steps it has.
    steps: usize,
    /// What it does next: takes the `snapshot`, or works on a part; null when it is over.
    #[schema(example = "snapshot")]
    next: Option<&'static str>,
    /// When it began.
    #[schema(format = DateTime)]
    started_at: String,
    /// When it came to its end; null as long as it goes on.
    #[schema(format = DateTime)]
    finished_at: Option<String>,
    /// What everything is computed from; null until that is taken.
    snapshot: Option<AnalysisSnapshotView>,
    /// What came of the parts that are done.
    parts: Vec<AnalysisPartView>,
}

/// What a run is computed from.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AnalysisSnapshotView {
    /// The SHA-256 of its bytes: the same snapshot and models give the same results.
    fingerprint: String,
    /// How many bytes it has.
    bytes: u64,
    /// The first month that it has.
    #[schema(example = "2021-11")]
    from: String,
    /// The last one: the last that was over.
    #[schema(example = "2026-10")]
    to: String,
    /// How many clients it has.
    clients: u32,
    /// Up to when each source had been read.
    as_of: AsOfView,
}

/// What came of a part.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AnalysisPartView {
    /// The part.
    #[schema(example = "revenue")]
    part: &'static str,
    /// Which version of its model.
    #[schema(example = "revenue/2")]
    model: String,
    /// The SHA-256 of what came of it.
    fingerprint: String,
    /// How many bytes that has.
    bytes: u64,
}

fn cause() -> Object {
    schema::one_of(Cause::NAMES)
}

fn status() -> Object {
    schema::one_of(RunState::NAMES)
}

impl AnalysisRunView {
    fn new(run: &AnalysisRun) -> Self {
        let snapshot = run.snapshot.as_ref().map(|note| AnalysisSnapshotView {
            fingerprint: note.kept.sha256.clone(),
            bytes: note.kept.bytes,
            from: note.period.from().to_string(),
            to: note.period.to().to_string(),
            clients: note.clients,
            as_of: AsOfView::new(note.as_of),
        });
        let parts = run.results.iter().map(|result| AnalysisPartView {
            part: result.part.as_str(),
            model: result.model.clone(),
            fingerprint: result.kept.sha256.clone(),
            bytes: result.kept.bytes,
        });
        Self {
            id: run.id.to_string(),
            cause: run.cause.as_str(),
            status: run.state.as_str(),
            day: run.day.to_string(),
            step: run.step(),
            steps: run.steps(),
            next: run.next().map(|next| match next {
                NextStep::Snapshot => "snapshot",
                NextStep::Part(part) => part.as_str(),
            }),
            started_at: run.started_at.to_string(),
            finished_at: run.finished_at.map(|at| at.to_string()),
            snapshot,
            parts: parts.collect(),
        }
    }
}

/// Begins a run of all analyses, in the background. It takes a snapshot of all sums, agreements and
/// clients and computes everything from that.
#[utoipa::path(
    post,
    path = "/api/ai/analytics/run-analysis",
    tag = "Analytics",
    extensions(("x-action" = json!("analyses.run"))),
    responses((status = 202, description = "Begun.", body = Data<AnalysisRunView>)),
)]
pub(crate) async fn run_analysis(Caller(ctx): Caller) -> Result<Accepted<AnalysisRunView>> {
    Ok(Accepted(AnalysisRunView::new(&analyses::start(&ctx).await?)))
}

/// How far a run has come.
#[utoipa::path(
    get,
    path = "/api/ai/analytics/status/{id}",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    params(("id" = String, Path, description = "The run's id.")),
    responses((status = 200, description = "The run.", body = Data<AnalysisRunView>)),
)]
pub(crate) async fn analysis_status(
    Caller(ctx): Caller,
    Path(id): Path<AnalysisRunId>,
) -> Result<Data<AnalysisRunView>> {
    Ok(Data::new(AnalysisRunView::new(&analyses::run(&ctx, id).await?)))
}

/// Stops a run that goes on; what the run before it found stays in place.
#[utoipa::path(
    post,
    path = "/api/ai/analytics/status/{id}/cancel",
    tag = "Analytics",
    extensions(("x-action" = json!("analyses.run"))),
    params(("id" = String, Path, description = "The run's id.")),
    responses((status = 200, description = "The run.", body = Data<AnalysisRunView>)),
)]
pub(crate) async fn cancel_analysis(
    Caller(ctx): Caller,
    Path(id): Path<AnalysisRunId>,
) -> Result<Data<AnalysisRunView>> {
    Ok(Data::new(AnalysisRunView::new(&analyses::cancel(&ctx, id).await?)))
}

/// The runs of all analyses, the latest first.
#[utoipa::path(
    get,
    path = "/api/ai/analytics/runs",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    params(PageQuery),
    responses((status = 200, description = "A page of runs.", body = Page<AnalysisRunView>)),
)]
pub(crate) async fn list_analyses(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Page<AnalysisRunView>> {
    let PageQuery { limit, cursor } = query;
    let page = analyses::runs(&ctx, limit.get(), cursor.as_deref()).await?;
    Ok(Page::of(page, limit, |run| AnalysisRunView::new(&run)))
}
