//! `POST /api/cost-rates/preview`

use clearmargin_app::cost_rates::{self, Moves, Row};
use clearmargin_domain::{
    cost_rate::CostMove,
    money::{Currency, Money},
};
use clearmargin_web::{Amount, Caller, Data, Json, Ratio, Result};
use serde::Serialize;

use super::SetCostRate;

/// What setting a rate would move.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreviewView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// All of it together.
    total: MoveView,
    /// By month and client; what stays is not listed.
    rows: Vec<RowView>,
}

/// What would move for a client in a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CostMoveRow)]
struct RowView {
    /// The month.
    #[schema(example = "2026-10")]
    month: String,
    /// The client; null for time without one.
    client_id: Option<String>,
    /// Its name.
    client_name: Option<String>,
    /// What would move.
    #[serde(flatten)]
    moved: MoveView,
}

/// How the cost of time would move. Time without a rate counts as nothing in the amounts; how much
/// of it there is stands beside them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CostMove)]
struct MoveView {
    /// How many time entries would be costed anew.
    #[schema(example = 12)]
    entries: u64,
    /// How long they are, in hours, to two decimals.
    hours: Ratio,
    /// What they cost now.
    cost_before: Amount,
    /// What they would cost.
    cost_after: Amount,
    /// By how much the cost would rise; negative when it would fall.
    difference: Amount,
    /// How many of the entries have no cost now and would have one.
    newly_costed_entries: u64,
    /// How long those are, in hours, to two decimals.
    newly_costed_hours: Ratio,
}

impl MoveView {
    fn new(moved: &CostMove, currency: Currency) -> Self {
        let amount = |minor| Amount(Money::new(minor, currency));
        Self {
            entries: moved.entries,
            hours: Ratio(moved.worked.hours().round_dp(2)),
            cost_before: amount(moved.before_minor),
            cost_after: amount(moved.after_minor),
            difference: amount(moved.difference_minor()),
            newly_costed_entries: moved.newly_costed_entries,
            newly_costed_hours: Ratio(moved.newly_costed.hours().round_dp(2)),
        }
    }
}

impl RowView {
    fn new(row: Row, currency: Currency) -> Self {
        let (client_id, client_name) = row.client.unzip();
        Self {
            month: row.month.to_string(),
            client_id: client_id.map(|id| id.to_string()),
            client_name,
            moved: MoveView::new(&row.moved, currency),
        }
    }
}

impl PreviewView {
    fn new(moves: Moves) -> Self {
        let currency = moves.currency;
        Self {
            currency: currency.to_string(),
            total: MoveView::new(&moves.total, currency),
            rows: moves.rows.into_iter().map(|row| RowView::new(row, currency)).collect(),
        }
    }
}

/// What setting a labour cost rate would move: by how much the cost of time would change, for each
/// client and month, to the cent. Nothing is changed. Refused where setting the rate would be, and
/// when more than 10,000 time entries lie in the months that it applies to.
#[utoipa::path(
    post,
    path = "/api/cost-rates/preview",
    tag = "Cost rates",
    extensions(("x-action" = json!("costRates.write"))),
    request_body(content = SetCostRate, example = json!({
        "role": "Engineer", "hourlyCost": 48, "currency": "USD", "effectiveFrom": "2026-09-01"
    })),
    responses((status = 200, description = "What would move.", body = Data<PreviewView>)),
)]
pub(crate) async fn preview_cost_rate(
    Caller(ctx): Caller,
    Json(body): Json<SetCostRate>,
) -> Result<Data<PreviewView>> {
    let moves = cost_rates::preview(&ctx, body.rate()?).await?;
    Ok(Data::new(PreviewView::new(moves)))
}
