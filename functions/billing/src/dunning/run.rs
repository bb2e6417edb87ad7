//! `GET /api/invoices/dunning/run`

use clearmargin_app::dunning;
use clearmargin_domain::dunning::DunningRun;
use clearmargin_web::{Caller, Data, Query, Result};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Whose run.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DunningRunQuery {
    /// The day, on the organisation's clocks.
    #[param(
        value_type = String, format = Date, example = "2026-10-15",
        pattern = "^(199[0-9]|20[0-9]{2}|2100)-[0-9]{2}-[0-9]{2}$",
    )]
    day: Date,
}

/// How the reminders of a day were made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DunningRunAnswer {
    /// The day.
    #[schema(format = Date, example = "2026-10-15")]
    day: String,
    /// The run; null where nobody was to be reminded.
    run: Option<DunningRunView>,
}

/// The reminders of a day.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct DunningRunView {
    /// When it began.
    #[schema(format = DateTime)]
    started_at: String,
    /// When it was done; null while it is under way.
    #[schema(format = DateTime)]
    finished_at: Option<String>,
    /// How many invoices were looked at so far.
    looked_at: u32,
    /// How many reminders were ordered.
    ordered: u32,
    /// Of how many it did not come about.
    failed: u32,
    /// Of how many nobody is reminded, by reason.
    not_reminded: Vec<NotRemindedView>,
}

/// Of how many invoices nobody is reminded for a reason.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct NotRemindedView {
    /// Why: a word of `outcome` in the preview.
    #[schema(example = "already_sent")]
    why: &'static str,
    /// How many.
    count: u32,
}

impl DunningRunView {
    fn new(run: &DunningRun) -> Self {
        let left = run.counts.not_reminded.iter();
        Self {
            started_at: run.started_at.to_string(),
            finished_at: run.finished_at.map(|at| at.to_string()),
            looked_at: run.counts.looked_at,
            ordered: run.counts.ordered,
            failed: run.counts.failed,
            not_reminded: left
                .map(|(why, count)| NotRemindedView { why: why.as_str(), count: *count })
                .collect(),
        }
    }
}

/// How the reminders of a day were made: how many, and of how many invoices nobody was reminded and
/// why.
#[utoipa::path(
    get,
    path = "/api/invoices/dunning/run",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.read"))),
    params(DunningRunQuery),
    responses((status = 200, description = "The run.", body = Data<DunningRunAnswer>)),
)]
pub(crate) async fn get_dunning_run(
    Caller(ctx): Caller,
    Query(query): Query<DunningRunQuery>,
) -> Result<Data<DunningRunAnswer>> {
    let run = dunning::run_of(&ctx, query.day).await?;
    let run = run.as_ref().map(DunningRunView::new);
    Ok(Data::new(DunningRunAnswer { day: query.day.to_string(), run }))
}
