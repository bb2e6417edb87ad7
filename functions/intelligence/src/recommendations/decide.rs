//! A recommendation is accepted, or dismissed.

use clearmargin_app::recommendations::{self, Acceptance, Plan};
use clearmargin_domain::{id::RecommendationId, recommendation::DismissReason};
use clearmargin_web::{Amount, Caller, Data, Json, Result, schema};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

use super::decided::DecidedRecommendationView;

/// Which recommendation is accepted.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AcceptRecommendation {
    /// The recommendation.
    #[schema(schema_with = id)]
    recommendation_id: RecommendationId,
    /// Its `basis` as it was looked at.
    #[schema(min_length = 1, max_length = 64)]
    basis: String,
    /// Whether only what would be changed is asked for.
    #[serde(default)]
    #[schema(required = false)]
    dry_run: bool,
}

/// Which recommendation is dismissed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DismissRecommendation {
    /// The recommendation.
    #[schema(schema_with = id)]
    recommendation_id: RecommendationId,
    /// Why.
    #[schema(schema_with = reason)]
    reason: DismissReason,
}

fn id() -> Object {
    schema::id(RecommendationId::PREFIX)
}

fn reason() -> Object {
    schema::prose(500)
}

/// What accepting a recommendation changes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AcceptedRecommendationView {
    /// What would be changed; null unless only that was asked for.
    would_change: Option<RecommendationPlanView>,
    /// What was done; null if only what would be was asked for.
    accepted: Option<DecidedRecommendationView>,
}

/// What would be changed, read from what is there now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecommendationPlanView {
    /// The leak that would be approved; null if none would be.
    leak_id: Option<String>,
    /// The invoice that would be drafted; null if none would be.
    draft: Option<PlannedDraftView>,
    /// The prices that would be set; none if none would be.
    prices: Vec<PlannedPriceView>,
    /// Whether somebody has to do the rest: a draft is to be issued, a service to be offered, a leak to be seen
    /// to.
    by_hand: bool,
}

/// An invoice that would be drafted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlannedDraftView {
    /// For whom.
    client_id: String,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// What it would come to, with tax.
    total: Amount,
    /// Its lines, before tax.
    lines: Vec<PlannedDraftLineView>,
}

/// A line of an invoice that would be drafted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PlannedDraftLineView {
    /// What it says.
    description: String,
    /// What it comes to.
    amount: Amount,
}

/// A price that would be set.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlannedPriceView {
    /// The agreement.
    agreement_id: String,
    /// The line.
    line_id: String,
    /// The currency of both prices.
    #[schema(example = "USD")]
    currency: String,
    /// What a unit costs now.
    from: Amount,
    /// What it would cost.
    to: Amount,
    /// From which day on.
    #[schema(format = Date, example = "2027-01-01")]
    on: String,
}

impl RecommendationPlanView {
    fn new(plan: &Plan) -> Self {
        let draft = plan.draft().map(|(client, total, lines)| PlannedDraftView {
            client_id: client.to_string(),
            currency: total.currency.to_string(),
            total: Amount(total),
            lines: lines
                .into_iter()
                .map(|line| PlannedDraftLineView {
                    description: line.description,
                    amount: Amount(line.amount),
                })
                .collect(),
        });
        let prices = plan.prices().into_iter().map(|price| PlannedPriceView {
            agreement_id: price.agreement.to_string(),
            line_id: price.line.to_string(),
            currency: price.to.currency.to_string(),
            from: Amount(price.from),
            to: Amount(price.to),
            on: price.on.to_string(),
        });
        let prices: Vec<_> = prices.collect();
        Self {
            leak_id: plan.leak().map(|id| id.to_string()),
            draft,
            by_hand: prices.is_empty(),
            prices,
        }
    }
}

/// Accepts a recommendation, and does what it says: approves the leak and drafts its invoice, or sets the
/// prices. That is done once, whoever asks how often, and not at all if anything that it rests on is otherwise
/// by now. With `dryRun` it only says what would be changed.
#[utoipa::path(
    post,
    path = "/api/ai/insights/accept-recommendation",
    tag = "Analytics",
    extensions(("x-action" = json!("recommendations.decide"))),
    request_body(content = AcceptRecommendation, example = json!({
        "recommendationId": "rec_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C", "basis": "c0ffee", "dryRun": true
    })),
    responses(
        (status = 200, description = "What is changed.", body = Data<AcceptedRecommendationView>)
    ),
)]
pub(crate) async fn accept_recommendation(
    Caller(ctx): Caller,
    Json(body): Json<AcceptRecommendation>,
) -> Result<Data<AcceptedRecommendationView>> {
    let id = body.recommendation_id;
    let accepted = recommendations::accept(&ctx, id, &body.basis, body.dry_run).await?;
    let (would_change, accepted) = match &accepted {
        Acceptance::DryRun(plan) => (Some(RecommendationPlanView::new(plan)), None),
        Acceptance::Done(case) => (None, Some(DecidedRecommendationView::new(case, None))),
    };
    Ok(Data::new(AcceptedRecommendationView { would_change, accepted }))
}

/// Dismisses a recommendation: it is not told of any more. It can still be accepted as long as it is made.
#[utoipa::path(
    post,
    path = "/api/ai/insights/dismiss-recommendation",
    tag = "Analytics",
    extensions(("x-action" = json!("recommendations.decide"))),
    request_body(content = DismissRecommendation, example = json!({
        "recommendationId": "rec_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C", "reason": "We promised this price."
    })),
    responses(
        (status = 200, description = "The recommendation.", body = Data<DecidedRecommendationView>)
    ),
)]
pub(crate) async fn dismiss_recommendation(
    Caller(ctx): Caller,
    Json(body): Json<DismissRecommendation>,
) -> Result<Data<DecidedRecommendationView>> {
    let case = recommendations::dismiss(&ctx, body.recommendation_id, body.reason).await?;
    Ok(Data::new(DecidedRecommendationView::new(&case, None)))
}
