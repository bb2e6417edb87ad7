//! `GET /api/ai/predictions/churn`

mod client;
mod learned;

use clearmargin_app::analyses::{self, Churn};
use clearmargin_domain::{id::ClientId, money::Money};
use clearmargin_insight::churn::{NoChurn, Risk, Untold};
use clearmargin_web::{Amount, Caller, Data, Limit, Query, Result, schema};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

use self::{
    client::{ChurnAtRiskView, ChurnClientView},
    learned::{ChurnEffectsView, ChurnLearnedView, ChurnLookBackView, NoChurnLookBackView},
};
use crate::predictions::PredictionSourceView;

/// How likely clients are to leave.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that it is from, with the day from which on it is told; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// What it rests on; null as long as nothing was analysed.
    learned_from: Option<ChurnLearnedView>,
    /// What is expected; null where nothing is.
    prediction: Option<ChurnPredictionView>,
    /// Why there is none: `not_analysed` as long as no analysis is done, `not_enough_data` if there is less than
    /// `learnedFrom` says is needed, `out_of_range` if what clients bring cannot be worked with.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
}

/// What is expected of clients.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnPredictionView {
    /// The last month that counts: the last that is over, or the one before if that is not invoiced yet.
    #[schema(example = "2026-10")]
    through: String,
    /// How many clients are told of, those that are not shown included.
    count: usize,
    /// What they bring in a year.
    revenue_of_year: Amount,
    /// What of it is at risk within 30, 60 and 90 days: the sum of these clients.
    at_risk: Vec<ChurnAtRiskView>,
    /// The clients of which most is at risk within 90 days, or the one that was asked for.
    clients: Vec<ChurnClientView>,
    /// Why nothing is told of the client that was asked for: it is `inactive`, it was `never_charged`, it was
    /// charged in `few` months, fewer than three, it is `gone`, or it is newer than the analysis, `not_analysed`.
    /// Null if something is, or none was asked for.
    #[schema(schema_with = untold)]
    untold: Option<&'static str>,
    /// How many clients nothing is told of, and why.
    untold_clients: ChurnUntoldView,
    /// What each factor means for leaving, before and after it was learned.
    effects: ChurnEffectsView,
    /// How good the same method was on the past; null where that is not known.
    look_back: Option<ChurnLookBackView>,
    /// Why that is not known; null where it is.
    no_look_back: Option<NoChurnLookBackView>,
}

/// How many clients nothing is told of.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnUntoldView {
    /// Marked as no clients any more.
    inactive: usize,
    /// Never charged.
    never_charged: usize,
    /// Charged in fewer than three months: these may be jobs.
    few: usize,
    /// Without a document for three months since it was time for one.
    gone: usize,
}

const REASONS: [&str; 3] = ["not_analysed", "not_enough_data", "out_of_range"];
const UNTOLD: [&str; 5] = ["inactive", "never_charged", "few", "gone", "not_analysed"];

fn reason() -> Object {
    schema::or_null(schema::one_of(REASONS))
}

fn untold() -> Object {
    schema::or_null(schema::one_of(UNTOLD))
}

impl ChurnUntoldView {
    fn new(risk: &Risk) -> Self {
        let mut view = Self::default();
        for why in risk.untold.values() {
            let count = match why {
                Untold::Inactive => &mut view.inactive,
                Untold::NeverCharged => &mut view.never_charged,
                Untold::Few { .. } => &mut view.few,
                Untold::Gone { .. } => &mut view.gone,
            };
            *count += 1;
        }
        view
    }
}

fn why_untold(risk: &Risk, client: ClientId) -> Option<&'static str> {
    let [inactive, never, few, gone, not_analysed] = UNTOLD;
    match risk.untold.get(&client) {
        Some(Untold::Inactive) => Some(inactive),
        Some(Untold::NeverCharged) => Some(never),
        Some(Untold::Few { .. }) => Some(few),
        Some(Untold::Gone { .. }) => Some(gone),
        None if risk.clients.iter().any(|it| it.client == client) => None,
        None => Some(not_analysed),
    }
}

impl ChurnPredictionView {
    fn new(risk: &Risk, churn: &Churn, (client, limit): (Option<ClientId>, Limit)) -> Self {
        let wanted = risk.clients.iter().filter(|it| client.is_none_or(|id| id == it.client));
        let view = |it| ChurnClientView::new(it, churn.name(it.client), churn.currency);
        Self {
            through: risk.through.to_string(),
            count: risk.clients.len(),
            revenue_of_year: Amount(Money::new(risk.revenue_of_year, churn.currency)),
            at_risk: ChurnAtRiskView::each(risk.at_risk, churn.currency),
            clients: wanted.take(limit.get()).map(view).collect(),
            untold: client.and_then(|client| why_untold(risk, client)),
            untold_clients: ChurnUntoldView::new(risk),
            effects: ChurnEffectsView::new(&risk.learned),
            look_back: risk.look_back.as_ref().ok().map(ChurnLookBackView::new),
            no_look_back: risk.look_back.as_ref().err().map(|why| NoChurnLookBackView::new(*why)),
        }
    }
}

impl ChurnView {
    fn new(churn: &Churn, asked: (Option<ClientId>, Limit)) -> Self {
        let [not_analysed, not_enough, out_of_range] = REASONS;
        let outcome = churn.shown.as_ref().map(|shown| &shown.result.outcome);
        let reason = match outcome {
            None => Some(not_analysed),
            Some(Err(NoChurn::NotEnough)) => Some(not_enough),
            Some(Err(NoChurn::OutOfRange)) => Some(out_of_range),
            Some(Ok(_)) => None,
        };
        let risk = outcome.and_then(|outcome| outcome.as_ref().ok());
        Self {
            currency: churn.currency.to_string(),
            analysis: churn.shown.as_ref().map(PredictionSourceView::new),
            learned_from: churn.shown.as_ref().map(|shown| ChurnLearnedView::new(&shown.result)),
            prediction: risk.map(|risk| ChurnPredictionView::new(risk, churn, asked)),
            reason,
        }
    }
}

/// Of whom, and how many.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnQuery {
    /// The client, by the id of any of its records; all of them unless given.
    #[param(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
    /// How many clients at most: those of which most is at risk.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
}

/// How likely each client is to leave within 30, 60 and 90 days, with bands, reasons that add up, what is at
/// risk and what may be done, those first of which most is at risk; and how good the same method was on the
/// past. It is from the last analysis that was done.
#[utoipa::path(
    get,
    path = "/api/ai/predictions/churn",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    params(ChurnQuery),
    responses((status = 200, description = "The clients.", body = Data<ChurnView>)),
)]
pub(crate) async fn predict_churn(
    Caller(ctx): Caller,
    Query(query): Query<ChurnQuery>,
) -> Result<Data<ChurnView>> {
    let (client, churn) = analyses::churn(&ctx, query.client_id).await?;
    Ok(Data::new(ChurnView::new(&churn, (client, query.limit))))
}
