//! `GET /api/metrics`

use std::time::Duration;

use clearmargin_app::usage::{self, Answer};
use clearmargin_domain::usage::Usage;
use clearmargin_web::{Caller, Data, Query, Ratio, Result};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Which days.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Days {
    /// First day, in UTC; the last one unless given. Days are kept for 90 days.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-01")]
    from: Option<Date>,
    /// Last day; today unless given. At most 31 days in one answer.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-15")]
    to: Option<Date>,
}

/// How the organisation used the API.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MetricsView {
    /// The first day covered; later than asked for where `complete` is false.
    #[schema(example = "2026-10-01")]
    from: String,
    /// The last day covered.
    #[schema(example = "2026-10-15")]
    to: String,
    /// Whether all days asked for are covered. Where too many routes were used to read them at
    /// once, ask again for the days before `from`.
    complete: bool,
    /// When the last counts arrived, about a minute after their requests; null when there are none.
    as_of: Option<String>,
    /// All requests.
    total: UsageView,
    /// Each route that was asked anything.
    routes: Vec<RouteView>,
}

/// The requests of a route.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RouteView {
    /// The method.
    #[schema(example = "GET")]
    method: String,
    /// The route.
    #[schema(example = "/api/clients/{id}")]
    route: String,
    /// What they were.
    #[serde(flatten)]
    usage: UsageView,
}

/// What requests were and cost.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct UsageView {
    /// How many there were.
    requests: u64,
    /// How many were refused: 4xx.
    client_errors: u64,
    /// Their share in all; null without requests.
    client_error_ratio: Option<Ratio>,
    /// How many failed: 5xx.
    server_errors: u64,
    /// Their share in all; null without requests.
    server_error_ratio: Option<Ratio>,
    /// How long they took; null without requests.
    latency: Option<LatencyView>,
    /// Read units of the table that they consumed.
    read_units: Ratio,
    /// Write units of the table that they consumed.
    write_units: Ratio,
}

/// Latencies in milliseconds, each off by an eighth of itself or 0.128 at most.
#[expect(clippy::struct_field_names, reason = "on the wire a duration names its unit")]
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct LatencyView {
    /// Half of the requests took no longer.
    p50_ms: Ratio,
    /// 95 in 100 took no longer.
    p95_ms: Ratio,
    /// 99 in 100 took no longer.
    p99_ms: Ratio,
}

impl From<Answer> for MetricsView {
    fn from(answer: Answer) -> Self {
        Self {
            from: answer.from.to_string(),
            to: answer.to.to_string(),
            complete: answer.complete,
            as_of: answer.as_of.map(|at| at.to_string()),
            total: UsageView::new(&answer.total),
            routes: answer.routes.iter().map(|(name, usage)| RouteView::new(name, usage)).collect(),
        }
    }
}

impl RouteView {
    fn new(name: &str, usage: &Usage) -> Self {
        let (method, route) = name.split_once(' ').unwrap_or_default();
        Self { method: method.to_owned(), route: route.to_owned(), usage: UsageView::new(usage) }
    }
}

impl UsageView {
    fn new(usage: &Usage) -> Self {
        Self {
            requests: usage.requests,
            client_errors: usage.client_errors,
            client_error_ratio: usage.share(usage.client_errors).map(Ratio),
            server_errors: usage.server_errors,
            server_error_ratio: usage.share(usage.server_errors).map(Ratio),
            latency: LatencyView::of(usage),
            read_units: tenths(usage.read_tenths),
            write_units: tenths(usage.write_tenths),
        }
    }
}

impl LatencyView {
    fn of(usage: &Usage) -> Option<Self> {
        let percentile = |per_mille| usage.latencies.percentile(per_mille).map(millis);
        Some(Self { p50_ms: percentile(500)?, p95_ms: percentile(950)?, p99_ms: percentile(990)? })
    }
}

fn millis(latency: Duration) -> Ratio {
    let micros = i64::try_from(latency.as_micros()).unwrap_or(i64::MAX);
    Ratio(Decimal::new(micros, 3))
}

fn tenths(count: u64) -> Ratio {
    Ratio(Decimal::new(i64::try_from(count).unwrap_or(i64::MAX), 1))
}

/// How the organisation used the API and how it answered, by route.
#[utoipa::path(
    get,
    path = "/api/metrics",
    tag = "System",
    params(Days),
    extensions(("x-action" = json!("metrics.read"))),
    responses((status = 200, description = "The metrics.", body = Data<MetricsView>)),
)]
pub(crate) async fn get_metrics(
    Caller(ctx): Caller,
    Query(days): Query<Days>,
) -> Result<Data<MetricsView>> {
    Ok(Data::new(usage::read(&ctx, days.from, days.to).await?.into()))
}
