//! `/api/invoices/recurring/schedule`, `GET /api/invoices/recurring/run`

use clearmargin_app::{Error, recurring};
use clearmargin_domain::{
    period::Month,
    recurring::{BillingDay, LeftOut, RecurringRun, RecurringSchedule, ScheduleTerms},
};
use clearmargin_web::{Caller, Data, IfMatch, Json, Query, Result, Versioned};
use serde::{Deserialize, Serialize};

/// When recurring invoices are made without anybody asking.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecurringScheduleView {
    /// Whether that happens at all.
    enabled: bool,
    /// On which day of the month, on the organisation's clocks.
    #[schema(minimum = 1, maximum = 28)]
    day: u8,
    /// Whether also those agreements are billed of which a part cannot be computed.
    include_incomplete: bool,
    /// Whether invoices are issued at once, and not left as drafts.
    issue: bool,
    /// The next month that is billed; null while nothing happens.
    #[schema(example = "2026-11")]
    next_month: Option<String>,
    /// The day on which that happens, or since which it is due; null while nothing happens.
    #[schema(format = Date, example = "2026-11-05")]
    next_day: Option<String>,
}

/// When recurring invoices are to be made.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RecurringScheduleBody {
    /// Whether that is to happen at all.
    enabled: bool,
    /// On which day of the month, on the organisation's clocks.
    #[schema(minimum = 1, maximum = 28)]
    day: u8,
    /// Whether also those agreements are to be billed of which a part cannot be computed.
    #[serde(default)]
    include_incomplete: bool,
    /// Whether invoices are to be issued at once, and not left as drafts.
    #[serde(default)]
    issue: bool,
}

/// Whose run.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecurringRunQuery {
    /// The month that was billed.
    #[param(
        value_type = String, example = "2026-10",
        pattern = "^(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])$",
    )]
    month: Month,
}

/// How the schedule made the recurring invoices of a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecurringRunAnswer {
    /// The month.
    #[schema(example = "2026-10")]
    month: String,
    /// The run; null where the schedule has made none of that month.
    run: Option<RecurringRunView>,
}

/// A run of the schedule.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct RecurringRunView {
    /// When it began.
    #[schema(format = DateTime)]
    started_at: String,
    /// When it was done; null while it is under way.
    #[schema(format = DateTime)]
    finished_at: Option<String>,
    /// Whether also those agreements are billed of which a part cannot be computed.
    include_incomplete: bool,
    /// Whether invoices are issued at once.
    issue: bool,
    /// How many agreements were looked at so far.
    agreements: u32,
    /// How many invoices were drafted.
    drafted: u32,
    /// How many of these were issued.
    issued: u32,
    /// How many agreements somebody had billed before.
    already_there: u32,
    /// Of how many nothing fell due.
    nothing: u32,
    /// How many were left out.
    left_out_count: u32,
    /// Those, the first 500 of them.
    left_out: Vec<LeftOutView>,
}

/// An agreement that was left out.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct LeftOutView {
    /// The agreement.
    agreement_id: String,
    /// `incomplete` (a part cannot be computed), `refused` (the invoice would not be one),
    /// `not_issued` (it is drafted, and was to be issued) or `failed` (it did not come about).
    #[schema(example = "incomplete")]
    outcome: &'static str,
    /// Why, for people.
    message: String,
}

impl RecurringScheduleView {
    fn new(schedule: RecurringSchedule) -> Self {
        let ScheduleTerms { enabled, day, include_incomplete, issue } = schedule.terms;
        let next = enabled.then_some(schedule.next);
        Self {
            enabled,
            day: day.into(),
            include_incomplete,
            issue,
            next_month: next.map(|month| month.to_string()),
            next_day: next.map(|month| day.of(month).to_string()),
        }
    }
}

impl RecurringScheduleBody {
    fn terms(&self) -> Result<ScheduleTerms> {
        let day = BillingDay::try_from(self.day);
        let day = day.map_err(|error| Error::invalid("day", error.to_string()))?;
        let Self { enabled, include_incomplete, issue, .. } = *self;
        Ok(ScheduleTerms { enabled, day, include_incomplete, issue })
    }
}

impl RecurringRunView {
    fn new(run: &RecurringRun) -> Self {
        Self {
            started_at: run.started_at.to_string(),
            finished_at: run.finished_at.map(|at| at.to_string()),
            include_incomplete: run.terms.include_incomplete,
            issue: run.terms.issue,
            agreements: run.counts.agreements,
            drafted: run.counts.drafted,
            issued: run.counts.issued,
            already_there: run.counts.already_there,
            nothing: run.counts.nothing,
            left_out_count: run.counts.left_out,
            left_out: run.left_out.iter().map(LeftOutView::new).collect(),
        }
    }
}

impl LeftOutView {
    fn new(left_out: &LeftOut) -> Self {
        Self {
            agreement_id: left_out.agreement.to_string(),
            outcome: left_out.outcome.as_str(),
            message: left_out.message.clone(),
        }
    }
}

/// When recurring invoices are made without anybody asking; not at all unless somebody wants it.
#[utoipa::path(
    get,
    path = "/api/invoices/recurring/schedule",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.read")), ("x-versioned" = json!(true))),
    responses((status = 200, description = "The schedule.", body = Data<RecurringScheduleView>)),
)]
pub(crate) async fn get_recurring_schedule(
    Caller(ctx): Caller,
) -> Result<Versioned<RecurringScheduleView>> {
    let schedule = recurring::schedule(&ctx).await?;
    Ok(Versioned::new(schedule.version, RecurringScheduleView::new(schedule.value)))
}

/// Says when recurring invoices are made without anybody asking: once for every month, on its day
/// or soon after. One that is switched on begins with the first month whose day has not passed.
#[utoipa::path(
    put,
    path = "/api/invoices/recurring/schedule",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.write")), ("x-versioned" = json!(true))),
    request_body(content = RecurringScheduleBody, example = json!({
        "enabled": true, "day": 5, "includeIncomplete": false, "issue": false
    })),
    responses((status = 200, description = "The schedule.", body = Data<RecurringScheduleView>)),
)]
pub(crate) async fn set_recurring_schedule(
    Caller(ctx): Caller,
    IfMatch(seen): IfMatch,
    Json(body): Json<RecurringScheduleBody>,
) -> Result<Versioned<RecurringScheduleView>> {
    let schedule = recurring::set_schedule(&ctx, body.terms()?, &seen).await?;
    Ok(Versioned::new(schedule.version, RecurringScheduleView::new(schedule.value)))
}

/// How the schedule made the recurring invoices of a month: how many, and which agreements were left
/// out and why.
#[utoipa::path(
    get,
    path = "/api/invoices/recurring/run",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.read"))),
    params(RecurringRunQuery),
    responses((status = 200, description = "The run.", body = Data<RecurringRunAnswer>)),
)]
pub(crate) async fn get_recurring_run(
    Caller(ctx): Caller,
    Query(query): Query<RecurringRunQuery>,
) -> Result<Data<RecurringRunAnswer>> {
    let run = recurring::scheduled_run(&ctx, query.month).await?;
    let run = run.as_ref().map(RecurringRunView::new);
    Ok(Data::new(RecurringRunAnswer { month: query.month.to_string(), run }))
}
