//! `GET /api/ai/predictions/cash`

use clearmargin_app::analyses::{self, Receivables};
use clearmargin_domain::{
    id::ClientId,
    money::{Currency, Money},
};
use clearmargin_insight::receipts::{Inflow, Receipts};
use clearmargin_web::{Amount, Caller, Data, Result};
use serde::Serialize;

use crate::{
    predictions::PredictionSourceView,
    receivables::{LearnedView, NoReceivables, no_receivables},
};

/// What comes in over the next 13 weeks of what is invoiced.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CashPredictionView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that it is from, with the day on which it begins; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// What it rests on; null as long as nothing was analysed.
    learned_from: Option<LearnedView>,
    /// What is expected; null where nothing is.
    forecast: Option<CashForecastView>,
    /// Why there is none: `not_analysed` as long as no analysis is done, `not_enough_data` if fewer
    /// invoices were paid than `learnedFrom` says are needed, `out_of_range` if what is open together cannot be
    /// worked with.
    #[schema(schema_with = no_receivables)]
    reason: NoReceivables,
}

/// What is expected to come in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CashForecastView {
    /// Everything that is open.
    open: Amount,
    /// What of it is expected within the weeks.
    expected: Amount,
    /// Each week. The clients make it up to the cent.
    weeks: Vec<CashWeekView>,
    /// What is expected after them.
    later: Amount,
    /// The clients that owe something: those of which most is expected come first.
    clients: Vec<ClientCashView>,
}

/// What is expected of a week.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CashWeekView {
    /// Its first day.
    #[schema(format = Date, example = "2026-11-28")]
    from: String,
    /// Its last day.
    #[schema(format = Date, example = "2026-12-04")]
    to: String,
    /// How much.
    expected: Amount,
}

/// What is expected of a client.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientCashView {
    /// The client.
    client_id: String,
    /// Its name.
    name: String,
    /// Everything that it owes: all weeks and `later`.
    open: Amount,
    /// What of it is expected within the weeks.
    expected: Amount,
    /// What is expected in each week.
    weeks: Vec<Amount>,
    /// What is expected after them.
    later: Amount,
}

impl CashForecastView {
    fn new(receipts: &Receipts, cash: &Receivables) -> Self {
        let amount = |minor: i64| Amount(Money::new(minor, cash.currency));
        let mut clients: Vec<_> = receipts.clients.iter().collect();
        clients.sort_by_key(|(id, inflow)| (std::cmp::Reverse(within(inflow)), **id));
        let weeks = receipts.weeks.iter().zip(&receipts.total.weeks);
        Self {
            open: amount(receipts.total.open),
            expected: amount(within(&receipts.total)),
            weeks: weeks
                .map(|((from, to), minor)| CashWeekView {
                    from: from.to_string(),
                    to: to.to_string(),
                    expected: amount(*minor),
                })
                .collect(),
            later: amount(receipts.total.later),
            clients: clients
                .into_iter()
                .map(|(id, inflow)| ClientCashView::new(*id, cash.name(*id), inflow, cash.currency))
                .collect(),
        }
    }
}

impl ClientCashView {
    fn new(id: ClientId, name: String, inflow: &Inflow, currency: Currency) -> Self {
        let amount = |minor: i64| Amount(Money::new(minor, currency));
        Self {
            client_id: id.to_string(),
            name,
            open: amount(inflow.open),
            expected: amount(within(inflow)),
            weeks: inflow.weeks.iter().map(|minor| amount(*minor)).collect(),
            later: amount(inflow.later),
        }
    }
}

fn within(inflow: &Inflow) -> i64 {
    inflow.weeks.iter().sum()
}

impl CashPredictionView {
    fn new(cash: &Receivables) -> Self {
        let told = NoReceivables::or_told(cash);
        Self {
            currency: cash.currency.to_string(),
            analysis: cash.shown.as_ref().map(PredictionSourceView::new),
            learned_from: cash.shown.as_ref().map(|shown| LearnedView::new(&shown.result)),
            forecast: told.as_ref().ok().map(|receipts| CashForecastView::new(receipts, cash)),
            reason: told.err().unwrap_or_default(),
        }
    }
}

/// What comes in over the next 13 weeks, from the day of the last analysis on: what is open of invoices, by
/// when each client pays. What is not invoiced yet is no part of it.
#[utoipa::path(
    get,
    path = "/api/ai/predictions/cash",
    tag = "Analytics",
    extensions(("x-action" = json!("invoices.read"))),
    responses((status = 200, description = "The forecast.", body = Data<CashPredictionView>)),
)]
pub(crate) async fn predict_cash(Caller(ctx): Caller) -> Result<Data<CashPredictionView>> {
    Ok(Data::new(CashPredictionView::new(&analyses::receivables(&ctx).await?)))
}
