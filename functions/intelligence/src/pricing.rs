//! `GET /api/ai/insights/pricing`

mod agreement;
mod percent;
mod query;

use clearmargin_app::analyses;
use clearmargin_domain::money::{Currency, Money};
use clearmargin_insight::{
    genome::{Dimension, PublicBand},
    pricing::{MONTHS, Priced, Pricing, RAISE_CAP, Wishes},
};
use clearmargin_web::{Amount, Caller, Data, Query, Ratio, Result, schema};
use serde::Serialize;
use utoipa::openapi::Object;

use self::{agreement::PricedAgreementView, query::PricingQuery};
use crate::predictions::PredictionSourceView;

/// What agreements cost and bring, and what their prices would have to be.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PricingView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that it is from; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// `not_analysed` as long as no analysis is done; null else.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// What it rests on.
    assumptions: PricingAssumptionsView,
    /// The sums of all agreements, those that are not shown included; null as long as nothing was analysed.
    totals: Option<PricingTotalsView>,
    /// The agreements in force: those whose raise is expected to bring most, then those without one, then
    /// those of which the costs are not known.
    agreements: Vec<PricedAgreementView>,
}

/// What prices rest on that no source says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct PricingAssumptionsView {
    /// The gross margin that is wanted, in per cent.
    target_margin: u8,
    /// The least that a line may bring, in per cent.
    floor_margin: u8,
    /// How many per cent more likely a client is to leave within a year for a raise of ten per cent. It is an
    /// assumption: nobody measured it.
    churn_uplift: u8,
    /// By how many per cent a price is proposed to rise in a year at most, agreed rises included.
    raise_cap: u8,
    /// By what a client's labour is divided among its lines and what is charged for work beside them.
    #[schema(example = "revenue")]
    labour_key: &'static str,
    /// Over how many months at most labour is taken.
    labour_months: usize,
    /// What was published of margins on services, to hold the target against; null where nothing was.
    published: Option<PublishedMarginView>,
}

/// What was published of margins on services.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct PublishedMarginView {
    /// Below it a margin is weak.
    weak: Option<Ratio>,
    /// What is typical.
    typical: Ratio,
    /// From it on a margin is strong.
    strong: Option<Ratio>,
    /// Who says so.
    source: &'static str,
    /// Of which year; null where the source does not tell.
    year: Option<i16>,
}

/// The sums of all agreements. Amounts are of a year.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct PricingTotalsView {
    /// How many agreements are in force.
    agreements: usize,
    /// Of how many of them the costs are not known; they are in none of the sums.
    unknown: usize,
    /// What the others bring.
    revenue: Amount,
    /// What they cost.
    cost: Amount,
    /// How many are to be raised: the sums below are of these.
    raises: usize,
    /// What they bring more if everybody stays.
    gain: Amount,
    /// What is expected to be lost since clients may leave.
    expected_loss: Amount,
    /// Gain less expected loss.
    expected: Amount,
}

fn reason() -> Object {
    schema::or_null(schema::one_of(["not_analysed"]))
}

impl PublishedMarginView {
    fn new(band: &PublicBand) -> Self {
        Self {
            weak: band.weak.map(Ratio),
            typical: Ratio(band.typical.0),
            strong: band.strong.map(Ratio),
            source: band.source,
            year: band.year,
        }
    }
}

impl PricingAssumptionsView {
    fn new(wishes: Wishes, currency: Currency) -> Self {
        let published = Dimension::ServiceMargin.public_band(currency);
        Self {
            target_margin: wishes.target,
            floor_margin: wishes.floor,
            churn_uplift: wishes.churn_uplift,
            raise_cap: RAISE_CAP,
            labour_key: "revenue",
            labour_months: MONTHS,
            published: published.as_ref().map(PublishedMarginView::new),
        }
    }
}

impl PricingTotalsView {
    fn new(pricing: &Pricing<'_>, currency: Currency) -> Self {
        let amount = |minor: i64| Amount(Money::new(minor, currency));
        let totals = &pricing.totals;
        Self {
            agreements: pricing.agreements.len(),
            unknown: pricing.unknown(),
            revenue: amount(totals.brings),
            cost: amount(totals.costs),
            raises: totals.raises,
            gain: amount(totals.raise.gain),
            expected_loss: amount(totals.raise.expected_loss),
            expected: amount(totals.raise.expected),
        }
    }
}

/// What agreements cost and bring a year, and what their prices would have to be for a margin: for each line
/// the price that covers its cost, that of the floor and that at which the agreement reaches the
/// target, where it stands among other clients, from when on it may change, and what a raise is worth net
/// of the clients that may leave. It is from the last analysis that was done.
#[utoipa::path(
    get,
    path = "/api/ai/insights/pricing",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    params(PricingQuery),
    responses((status = 200, description = "The prices.", body = Data<PricingView>)),
)]
pub(crate) async fn agreement_pricing(
    Caller(ctx): Caller,
    Query(query): Query<PricingQuery>,
) -> Result<Data<PricingView>> {
    let wishes = query.wishes()?;
    let prices = analyses::prices(&ctx).await?;
    let pricing = prices.shown.as_ref().map(|shown| shown.result.answer(wishes));
    let shown = pricing.iter().flat_map(|pricing| &pricing.agreements).take(query.limit.get());
    let shown: Vec<_> = shown.collect();
    let ids: Vec<_> = shown.iter().map(|priced| priced.costed.agreement).collect();
    let names = analyses::agreement_names(&ctx, &ids).await?;
    let row = |priced: &&Priced<'_>| PricedAgreementView::new(priced, &prices, &names);
    Ok(Data::new(PricingView {
        currency: prices.currency.to_string(),
        analysis: prices.shown.as_ref().map(PredictionSourceView::new),
        reason: prices.shown.is_none().then_some("not_analysed"),
        assumptions: PricingAssumptionsView::new(wishes, prices.currency),
        totals: pricing.as_ref().map(|it| PricingTotalsView::new(it, prices.currency)),
        agreements: shown.iter().map(row).collect(),
    }))
}
