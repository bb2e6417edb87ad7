//! `GET /api/ai/insights/service-optimization`

mod candidate;
mod row;

use std::collections::HashMap;

use clearmargin_app::analyses::{self, Offers};
use clearmargin_domain::{
    id::ServiceId,
    labour::WorkedTime,
    metrics::ratio,
    money::{Currency, Money},
};
use clearmargin_insight::services::{Case, Part, Rule, Services};
use clearmargin_web::{
    Amount, Caller, Data, Limit, Query, Ratio, Result, figures::PeriodView, schema,
};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

use self::{candidate::ServiceCandidateView, row::ServiceRowView};
use crate::predictions::PredictionSourceView;

/// What catalogue entries bring and take, and what could be done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServiceOptimizationView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that it is from; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// `not_analysed` as long as no analysis is done; null else.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// What it rests on; null as long as nothing was analysed.
    rests_on: Option<ServiceBasisView>,
    /// The entries: those that bring most come first.
    services: Vec<ServiceRowView>,
    /// Each rule, and what it finds.
    rules: Vec<ServiceRuleView>,
    /// What could be done: what comes to most first.
    candidates: Vec<ServiceCandidateView>,
}

/// What figures of entries rest on. What names no entry is in none of them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServiceBasisView {
    /// The months.
    period: PeriodView,
    /// How many clients were charged anything or have an agreement in force.
    clients: usize,
    /// What was charged.
    revenue: Amount,
    /// The share of it whose lines name an entry; null without revenue.
    revenue_share: Option<Ratio>,
    /// The hours that were worked for clients.
    hours: Ratio,
    /// The share of them that names an entry; null without hours.
    hours_share: Option<Ratio>,
    /// What was bought.
    direct_costs: Amount,
    /// The share of it that names an entry; null where nothing was bought.
    direct_costs_share: Option<Ratio>,
    /// The share of the time on tickets of which the category is known; null without any.
    category_share: Option<Ratio>,
}

/// What a rule finds.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ServiceRuleView {
    /// Which: `drop` what costs more than it brings, `rescope` what takes a client far more work for a unit than
    /// others, `bundle` what is bought together, `automate` many tickets that take little time each.
    #[schema(schema_with = rule)]
    rule: &'static str,
    /// `not_enough_data` if there is not what it needs; null else.
    #[schema(schema_with = too_little)]
    reason: Option<&'static str>,
    /// How many candidates; null where there is not what it needs.
    count: Option<usize>,
}

fn reason() -> Object {
    schema::or_null(schema::one_of(["not_analysed"]))
}

fn too_little() -> Object {
    schema::or_null(schema::one_of(["not_enough_data"]))
}

fn rule() -> Object {
    schema::one_of(Rule::ALL.map(Rule::as_str))
}

/// How many.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ServicesQuery {
    /// How many entries and how many candidates at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
}

/// Renders figures, with what entries and clients are called.
struct Renders<'a> {
    offers: &'a Offers,
    currency: Currency,
    names: HashMap<ServiceId, String>,
}

impl Renders<'_> {
    fn amount(&self, minor: i64) -> Amount {
        Amount(Money::new(minor, self.currency))
    }

    /// What an entry is called; nothing of one that is gone since.
    fn name(&self, service: ServiceId) -> String {
        self.names.get(&service).cloned().unwrap_or_default()
    }
}

fn hours(seconds: i64) -> Ratio {
    Ratio(WorkedTime { seconds }.hours().round_dp(2).normalize())
}

fn share(of: Part) -> Option<Ratio> {
    ratio(of.attributed, of.all).map(Ratio)
}

impl ServiceBasisView {
    fn new(of: &Services, renders: &Renders<'_>) -> Self {
        Self {
            period: PeriodView::new(of.period),
            clients: of.clients,
            revenue: renders.amount(of.revenue.all),
            revenue_share: share(of.revenue),
            hours: hours(of.hours.all),
            hours_share: share(of.hours),
            direct_costs: renders.amount(of.direct.all),
            direct_costs_share: share(of.direct),
            category_share: share(of.categorised),
        }
    }
}

impl ServiceRuleView {
    fn new(rule: Rule, of: &Services) -> Self {
        let looked = of.looked.contains(&rule);
        let found = of.candidates.iter().filter(|it| it.case.rule() == rule).count();
        Self {
            rule: rule.as_str(),
            reason: (!looked).then_some("not_enough_data"),
            count: looked.then_some(found),
        }
    }
}

/// The entries that are named in an answer.
fn named(of: &Services, limit: usize) -> Vec<ServiceId> {
    let rows = of.rows.iter().take(limit).map(|row| row.service);
    let cases = of.candidates.iter().take(limit).flat_map(|it| match &it.case {
        Case::Drop { service, .. } | Case::Rescope { service, .. } => vec![*service],
        Case::Bundle { service, with, .. } => vec![*service, *with],
        Case::Automate { .. } => Vec::new(),
    });
    let mut ids: Vec<_> = rows.chain(cases).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// What each catalogue entry brings and takes over the twelve months that are judged for leaks, who buys it, and what its margin
/// is where all of its cost is known; and what could be done about it, with what that comes to in a year, the rule,
/// the evidence and a band. It is from the last analysis that was done.
#[utoipa::path(
    get,
    path = "/api/ai/insights/service-optimization",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    params(ServicesQuery),
    responses((status = 200, description = "The entries.", body = Data<ServiceOptimizationView>)),
)]
pub(crate) async fn service_optimization(
    Caller(ctx): Caller,
    Query(query): Query<ServicesQuery>,
) -> Result<Data<ServiceOptimizationView>> {
    let offers = analyses::offers(&ctx).await?;
    let (result, limit) = (offers.shown.as_ref().map(|shown| &shown.result), query.limit.get());
    let ids = result.map(|it| named(it, limit)).unwrap_or_default();
    let names = analyses::service_names(&ctx, &ids).await?;
    let renders = Renders { offers: &offers, currency: offers.currency, names };
    let rows =
        result.into_iter().flat_map(|it| it.rows.iter().take(limit).map(move |row| (row, it)));
    let candidates = result.into_iter().flat_map(|it| it.candidates.iter().take(limit));
    let rules =
        result.into_iter().flat_map(|it| Rule::ALL.map(|rule| ServiceRuleView::new(rule, it)));
    Ok(Data::new(ServiceOptimizationView {
        currency: offers.currency.to_string(),
        analysis: offers.shown.as_ref().map(PredictionSourceView::new),
        reason: result.is_none().then_some("not_analysed"),
        rests_on: result.map(|it| ServiceBasisView::new(it, &renders)),
        services: rows.map(|(row, all)| ServiceRowView::new(row, all, &renders)).collect(),
        rules: rules.collect(),
        candidates: candidates.map(|it| ServiceCandidateView::new(it, &renders)).collect(),
    }))
}
