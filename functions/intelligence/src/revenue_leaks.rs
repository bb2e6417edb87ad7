//! `GET /api/ai/analytics/revenue-leaks`

mod leak;

use clearmargin_app::analyses::{self, LeaksPage, WantedLeaks};
use clearmargin_domain::{
    id::ClientId,
    leak::{Bearing, CaseStanding, LeakKind},
    money::{Currency, Money},
};
use clearmargin_insight::leaks::{Findings, Lack, Leak, LeakSum};
use clearmargin_web::{Amount, Caller, Data, Limit, Query, Result, figures::PeriodView, schema};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{
    Object,
    schema::{Array, ArrayBuilder},
};

use self::leak::RevenueLeakView;
use crate::predictions::PredictionSourceView;

/// Money that goes lost, with the proof.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RevenueLeaksView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that it is from; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// `not_analysed` as long as no analysis is done; null else.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// The months that were judged; null as long as nothing was analysed.
    judged: Option<PeriodView>,
    /// What can be charged or collected, of the client asked for or all, of every kind and however it
    /// stands; null as long as nothing was analysed.
    recoverable: Option<LeakSumView>,
    /// What may have been charged too much; never part of what is recoverable.
    over_billing: Option<LeakSumView>,
    /// Each kind; none as long as nothing was analysed.
    kinds: Vec<LeakKindView>,
    /// The leaks, the dearest first.
    leaks: Vec<RevenueLeakView>,
    /// What to ask for the next ones with; null when these are the last.
    next_cursor: Option<String>,
}

/// What leaks come to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LeakSumView {
    /// How many.
    count: usize,
    /// What they come to.
    amount: Amount,
}

/// What was found of a kind.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LeakKindView {
    /// The kind.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// `recoverable`, or `over_billing`: to be looked at, and never added to what is recoverable.
    #[schema(value_type = String, example = "recoverable")]
    bearing: Bearing,
    /// What was found; null where it could not be looked for.
    found: Option<LeakSumView>,
    /// What has to be known to look for it, and is not.
    #[schema(schema_with = lacks)]
    lacks: Vec<&'static str>,
}

fn reason() -> Object {
    schema::or_null(schema::one_of(["not_analysed"]))
}

/// The kinds of leaks.
pub(crate) fn kind() -> Object {
    schema::one_of(LeakKind::ALL.map(LeakKind::as_str))
}

/// How a leak stands that the last analysis found.
fn found_standing() -> Object {
    let found = CaseStanding::ALL.into_iter().filter(|it| *it != CaseStanding::Resolved);
    schema::one_of(found.map(CaseStanding::as_str))
}

fn lacks() -> Array {
    ArrayBuilder::new().items(schema::one_of(Lack::ALL.map(Lack::as_str))).build()
}

/// Which leaks.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeaksQuery {
    /// Of that client, by the id of any of its records; of every client unless given.
    #[param(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
    /// Of that kind; of every kind unless given.
    #[param(schema_with = kind, required = false)]
    kind: Option<LeakKind>,
    /// Those that stand so; all unless given.
    #[param(schema_with = found_standing, required = false)]
    state: Option<CaseStanding>,
    /// How many at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the answer before.
    cursor: Option<String>,
}

impl LeakSumView {
    fn new<'a>(leaks: impl IntoIterator<Item = &'a Leak>, currency: Currency) -> Self {
        let sum = LeakSum::of(leaks);
        Self { count: sum.count, amount: Amount(Money::new(sum.minor, currency)) }
    }
}

impl LeakKindView {
    fn new(of: LeakKind, findings: &Findings, currency: Currency) -> Self {
        let lacks = findings.blind.get(&of).into_iter().flatten().map(|lack| lack.as_str());
        let lacks: Vec<_> = lacks.collect();
        let found = || findings.leaks.iter().filter(|leak| leak.kind == of);
        Self {
            kind: of.as_str(),
            bearing: of.bearing(),
            found: lacks.is_empty().then(|| LeakSumView::new(found(), currency)),
            lacks,
        }
    }
}

impl RevenueLeaksView {
    fn new(of: &LeaksPage) -> Self {
        let (all, currency) = (&of.all, of.all.currency);
        let findings = all.shown.as_ref().map(|shown| &shown.result);
        let sum = |bearing| findings.map(|it| LeakSumView::new(it.bearing(bearing), currency));
        let kinds = findings.into_iter().flat_map(|findings| {
            LeakKind::ALL.map(|kind| LeakKindView::new(kind, findings, currency))
        });
        Self {
            currency: currency.to_string(),
            analysis: all.shown.as_ref().map(PredictionSourceView::new),
            reason: findings.is_none().then_some("not_analysed"),
            judged: findings.map(|findings| PeriodView::new(findings.judged)),
            recoverable: sum(Bearing::Recoverable),
            over_billing: sum(Bearing::OverBilling),
            kinds: kinds.collect(),
            leaks: of.page.iter().map(|it| RevenueLeakView::new(it, of)).collect(),
            next_cursor: of.next.clone(),
        }
    }
}

/// Money that goes lost: what was agreed, delivered, charged, booked and paid, and does not go together,
/// each with its rule, its exact amount by month, how sure it is, and the records that prove it. What
/// cannot be looked for says what lacks. It is from the last analysis that was done.
#[utoipa::path(
    get,
    path = "/api/ai/analytics/revenue-leaks",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    params(LeaksQuery),
    responses((status = 200, description = "The leaks.", body = Data<RevenueLeaksView>)),
)]
pub(crate) async fn list_revenue_leaks(
    Caller(ctx): Caller,
    Query(query): Query<LeaksQuery>,
) -> Result<Data<RevenueLeaksView>> {
    let wanted = WantedLeaks { client: query.client_id, kind: query.kind, state: query.state };
    let page = analyses::leaks(&ctx, wanted, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Data::new(RevenueLeaksView::new(&page)))
}
