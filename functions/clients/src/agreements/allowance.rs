//! `GET /api/agreements/{id}/allowance`

use clearmargin_app::agreements::{self, AllowanceAnswer};
use clearmargin_domain::{agreement::AllowanceMonth, id::AgreementId, period::Month};
use clearmargin_web::{Caller, Data, Path, Query, Ratio, Result};
use serde::{Deserialize, Serialize};

/// Which months.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Months {
    /// The first month; eleven before the last unless said, and never before the agreement.
    #[param(
        value_type = Option<String>, example = "2026-01",
        pattern = "^(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])$",
    )]
    from: Option<Month>,
    /// The last month; the current one unless said, or the agreement's last.
    #[param(
        value_type = Option<String>, example = "2026-10",
        pattern = "^(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])$",
    )]
    to: Option<Month>,
}

/// An allowance month by month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AllowanceView {
    /// Whether the agreement includes time at all.
    includes_time: bool,
    /// The months, the oldest first; none without an allowance.
    months: Vec<MonthView>,
}

/// What happened to an allowance in a month. Carried in and granted are together what is covered,
/// expired and carried out; what is used is what is covered and what is over.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AllowanceMonth)]
struct MonthView {
    /// The month.
    #[schema(example = "2026-10")]
    month: String,
    /// What it brought.
    granted_minutes: Ratio,
    /// What was left of earlier months.
    carried_in_minutes: Ratio,
    /// What was worked, as it is charged.
    used_minutes: Ratio,
    /// The part of it that the allowance pays for.
    covered_minutes: Ratio,
    /// The part of it beyond the allowance.
    overage_minutes: Ratio,
    /// What was lost at the month's end.
    expired_minutes: Ratio,
    /// What is left for later months.
    carried_out_minutes: Ratio,
}

impl MonthView {
    fn new(month: &AllowanceMonth) -> Self {
        Self {
            month: month.month.to_string(),
            granted_minutes: Ratio(month.granted.minutes()),
            carried_in_minutes: Ratio(month.carried_in.minutes()),
            used_minutes: Ratio(month.used.minutes()),
            covered_minutes: Ratio(month.covered.minutes()),
            overage_minutes: Ratio(month.overage.minutes()),
            expired_minutes: Ratio(month.expired.minutes()),
            carried_out_minutes: Ratio(month.carried_out.minutes()),
        }
    }
}

impl AllowanceView {
    fn new(answer: &AllowanceAnswer) -> Self {
        Self {
            includes_time: answer.allowance.is_some(),
            months: answer.months.iter().map(MonthView::new).collect(),
        }
    }
}

/// What an agreement's allowance granted and what was used of it, over at most 24 months. The
/// client's time that billing says is covered counts, but for what the agreement excludes; of
/// several agreements of a client, each counts all of it.
#[utoipa::path(
    get,
    path = "/api/agreements/{id}/allowance",
    tag = "Agreements",
    extensions(("x-action" = json!("agreements.read"))),
    params(("id" = String, Path, description = "The agreement's id."), Months),
    responses((status = 200, description = "The allowance.", body = Data<AllowanceView>)),
)]
pub(crate) async fn get_agreement_allowance(
    Caller(ctx): Caller,
    Path(id): Path<AgreementId>,
    Query(months): Query<Months>,
) -> Result<Data<AllowanceView>> {
    let answer = agreements::allowance(&ctx, id, months.from, months.to).await?;
    Ok(Data::new(AllowanceView::new(&answer)))
}
