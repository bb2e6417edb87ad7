//! `GET /api/ai/insights/anomalies`

mod anomaly;

use clearmargin_app::analyses::{self, Anomalies};
use clearmargin_domain::id::ClientId;
use clearmargin_insight::anomalies::{
    self as found, FALSE_PERCENT, FEWEST, Looked, Series, Untested,
};
use clearmargin_web::{Caller, Data, Limit, Query, Ratio, Result, figures::PeriodView, schema};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

use self::anomaly::AnomalyView;
pub(crate) use self::anomaly::series;
use crate::predictions::PredictionSourceView;

/// Months that are unlike those before them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AnomaliesView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that it is from; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// `not_analysed` as long as no analysis is done, or none since the client is known; null else.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// What was tested; null as long as nothing was analysed.
    tested: Option<AnomalyTestsView>,
    /// How many were found of what was asked for, those that are not shown included; null as long as nothing was
    /// analysed.
    count: Option<usize>,
    /// The months, the surest first.
    anomalies: Vec<AnomalyView>,
}

/// What was tested.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AnomalyTestsView {
    /// The months that were: the last ones that are over and invoiced.
    recent: PeriodView,
    /// Whether the last month that is over is not invoiced yet, and so not among them.
    last_month_is_open: bool,
    /// How many months of series were tested in the whole analysis, whatever is asked for here.
    tests: usize,
    /// The share of chance among all that is found in it, at most.
    false_share: Ratio,
    /// How many months have to lie before one that is tested, of what is no count.
    months_needed: usize,
    /// Each series, of the client asked for or of all clients and the organisation.
    series: Vec<AnomalySeriesView>,
}

/// What became of a kind of series.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AnomalySeriesView {
    /// Which.
    #[schema(schema_with = series)]
    series: &'static str,
    /// How many months have to lie before one that is tested.
    months_needed: usize,
    /// Of how many the last months were tested.
    tested: usize,
    /// Of how many they were not, and why.
    untested: AnomalyUntestedView,
}

/// How many series were not tested.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct AnomalyUntestedView {
    /// There never was anything.
    silent: usize,
    /// There are fewer months than are needed.
    few: usize,
    /// In more than a quarter of the months there was nothing.
    sparse: usize,
    /// More than a twentieth of a month's time has no cost rate, so that costs are not known.
    uncosted: usize,
    /// The client is marked as none any more.
    inactive: usize,
    /// Nobody counted them in the last month or the one before it.
    uncounted: usize,
}

fn reason() -> Object {
    schema::or_null(schema::one_of(["not_analysed"]))
}

/// Which months.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct AnomaliesQuery {
    /// Of that client, by the id of any of its records; of all and the organisation itself unless given.
    #[param(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
    /// Of that series; of all unless given.
    #[param(schema_with = series, required = false)]
    series: Option<Series>,
    /// How many at most: the surest.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
}

impl AnomalySeriesView {
    fn new<'a>(of: Series, looked: impl Iterator<Item = &'a Looked>) -> Self {
        let mut untested = AnomalyUntestedView::default();
        let mut tested = 0;
        for it in looked.filter(|it| it.series == of) {
            let count = match it.tested {
                Ok(_) => &mut tested,
                Err(Untested::Silent) => &mut untested.silent,
                Err(Untested::Few) => &mut untested.few,
                Err(Untested::Sparse) => &mut untested.sparse,
                Err(Untested::Uncosted) => &mut untested.uncosted,
                Err(Untested::Inactive) => &mut untested.inactive,
                Err(Untested::Uncounted) => &mut untested.uncounted,
            };
            *count += 1;
        }
        Self { series: of.as_str(), months_needed: of.needed(), tested, untested }
    }
}

impl AnomalyTestsView {
    fn new(of: &found::Anomalies, asked: &Asked) -> Self {
        let kinds = Series::ALL.into_iter().filter(|series| asked.is_of(*series));
        let looked = || of.looked.iter().filter(|it| asked.is_whose(it.client));
        Self {
            recent: PeriodView::new(of.recent),
            last_month_is_open: of.last_is_open,
            tests: of.tests,
            false_share: Ratio(Decimal::new(i64::from(FALSE_PERCENT), 2).normalize()),
            months_needed: FEWEST,
            series: kinds.map(|series| AnomalySeriesView::new(series, looked())).collect(),
        }
    }
}

/// What is asked for.
struct Asked {
    client: Option<ClientId>,
    series: Option<Series>,
    limit: Limit,
}

impl Asked {
    fn is_whose(&self, client: Option<ClientId>) -> bool {
        self.client.is_none() || self.client == client
    }

    fn is_of(&self, series: Series) -> bool {
        self.series.is_none_or(|wanted| wanted == series)
    }
}

impl AnomaliesView {
    fn new(all: &Anomalies, asked: &Asked) -> Self {
        let result = all.shown.as_ref().map(|shown| &shown.result);
        let known = result.filter(|it| it.looked.iter().any(|it| asked.is_whose(it.client)));
        let found = known.into_iter().flat_map(|it| &it.found);
        let found = found.filter(|it| asked.is_whose(it.client) && asked.is_of(it.series));
        let found: Vec<_> = found.collect();
        let shown = found.iter().take(asked.limit.get());
        Self {
            currency: all.currency.to_string(),
            analysis: all.shown.as_ref().map(PredictionSourceView::new),
            reason: known.is_none().then_some("not_analysed"),
            tested: known.map(|it| AnomalyTestsView::new(it, asked)),
            count: known.map(|_| found.len()),
            anomalies: shown.map(|it| AnomalyView::new(it, all)).collect(),
        }
    }
}

/// Unusual months among the last three: of revenue, cost, hours and tickets, of the organisation and of each
/// client, and of each client's users, devices and licences as they were counted. Each is held against the months before it alone, with what was to come, a band, how likely that is by
/// chance, how much it comes to, and the months that it rests on; at most the stated share of all that an analysis
/// finds is chance. It is from the last analysis that was done.
#[utoipa::path(
    get,
    path = "/api/ai/insights/anomalies",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    params(AnomaliesQuery),
    responses((status = 200, description = "The months.", body = Data<AnomaliesView>)),
)]
pub(crate) async fn list_anomalies(
    Caller(ctx): Caller,
    Query(query): Query<AnomaliesQuery>,
) -> Result<Data<AnomaliesView>> {
    let (client, all) = analyses::anomalies(&ctx, query.client_id).await?;
    let asked = Asked { client, series: query.series, limit: query.limit };
    Ok(Data::new(AnomaliesView::new(&all, &asked)))
}
