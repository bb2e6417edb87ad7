//! `/api/usage-counts`: how many endpoints, users and licences clients have.

use clearmargin_app::usage_counts::{self, Uploaded, Wanted};
use clearmargin_domain::{
    id::ClientId,
    source::Source,
    usage_count::{UsageCount, UsageKind},
};
use clearmargin_web::{Caller, Data, Json, Limit, Page, Query, Result, Routes, routes, schema};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list_usage_counts, upload_usage_counts))
        .routes(routes!(list_latest_usage_counts))
}

/// A count of what a client has on a day. There are three ways to count; null is not known.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UsageCount)]
pub(crate) struct CountView {
    /// Its id.
    id: String,
    /// Whose they are: the id of the client's record.
    client_id: String,
    /// What is counted.
    #[schema(schema_with = schema::usage_kind)]
    kind: UsageKind,
    /// Of which product; null for no product in particular.
    #[schema(example = "Business Premium")]
    product: Option<String>,
    /// The day of the count.
    #[schema(example = "2026-10-31")]
    day: String,
    /// How many are in use.
    assigned: Option<u32>,
    /// How many there are, the unused ones included.
    total: Option<u32>,
    /// How many are paid for until the end of a term.
    committed: Option<u32>,
    /// The system that a synchronisation counted it in; null when it came in a table.
    #[schema(value_type = Option<String>, example = "superops")]
    source: Option<Source>,
}

impl CountView {
    fn new(count: &UsageCount) -> Self {
        Self {
            id: count.id.to_string(),
            client_id: count.client.to_string(),
            kind: count.kind,
            product: count.product.clone(),
            day: count.day.to_string(),
            assigned: count.assigned,
            total: count.total,
            committed: count.committed,
            source: count.source,
        }
    }
}

/// Counts to take in.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadCounts {
    /// Comma-separated values with the columns client (an id, or an exact name), kind (`endpoints`,
    /// `users` or `licences`), product, day, assigned, total and committed, in any order; at most
    /// 5,000 rows. Product and counts may be left out or empty; a row has at least one count.
    csv: String,
}

/// What became of the rows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = UploadedCounts)]
pub(crate) struct UploadedView {
    /// Counts that were not there.
    added: usize,
    /// Counts that were there with other numbers.
    changed: usize,
    /// Counts that were there already.
    unchanged: usize,
}

impl From<Uploaded> for UploadedView {
    fn from(uploaded: Uploaded) -> Self {
        let Uploaded { added, changed, unchanged } = uploaded;
        Self { added, changed, unchanged }
    }
}

/// Takes in a table of counts; one of the same client, kind, product and day is replaced, also one
/// that a synchronisation made, and a later synchronisation of that day replaces it. All or nothing:
/// with an error in any row nothing is written, and every error is told by its line, as in
/// `csv[3].kind`. The same table once more changes nothing.
#[utoipa::path(
    post,
    path = "/api/usage-counts",
    tag = "Usage counts",
    extensions(("x-action" = json!("usage.write"))),
    request_body(content = UploadCounts, example = json!({
        "csv": "client,kind,product,day,assigned,total\n\
                Acme Dental LLC,licences,Business Premium,2026-10-31,42,45\n"
    })),
    responses((status = 200, description = "What became of the rows.", body = Data<UploadedView>)),
)]
pub(crate) async fn upload_usage_counts(
    Caller(ctx): Caller,
    Json(body): Json<UploadCounts>,
) -> Result<Data<UploadedView>> {
    Ok(Data::new(usage_counts::upload(&ctx, &body.csv).await?.into()))
}

/// Which counts.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct CountsQuery {
    /// The client, by the id of any of its records.
    #[param(
        value_type = String, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$",
        example = "cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C",
    )]
    client_id: ClientId,
    /// What is counted.
    #[param(schema_with = schema::usage_kind, required = false)]
    kind: Option<UsageKind>,
    /// Counted on this day or later; a year before the last day unless said, which is the most.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-01")]
    from: Option<Date>,
    /// Counted on this day or earlier; today unless said.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-31")]
    to: Option<Date>,
    /// How many counts at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// A client's counts of at most a year, the oldest first. A page may hold fewer than `limit`: follow
/// `nextCursor` to the end.
#[utoipa::path(
    get,
    path = "/api/usage-counts",
    tag = "Usage counts",
    extensions(("x-action" = json!("usage.read"))),
    params(CountsQuery),
    responses((status = 200, description = "A page of counts.", body = Page<CountView>)),
)]
pub(crate) async fn list_usage_counts(
    Caller(ctx): Caller,
    Query(query): Query<CountsQuery>,
) -> Result<Page<CountView>> {
    let CountsQuery { client_id: client, kind, from, to, limit, cursor } = query;
    let wanted = Wanted { client, kind, from, to };
    let page = usage_counts::list(&ctx, &wanted, limit.get(), cursor.as_deref()).await?;
    Ok(Page::of(page, limit, |count| CountView::new(&count)))
}

/// Whose counts.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct LatestQuery {
    /// The client, by the id of any of its records.
    #[param(
        value_type = String, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$",
        example = "cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C",
    )]
    client_id: ClientId,
}

/// A client's latest count of each kind and product, within the last year. Of a client with several
/// records, what synchronisations counted for them on its last day is added up, unless a table has
/// a count of that day.
#[utoipa::path(
    get,
    path = "/api/usage-counts/latest",
    tag = "Usage counts",
    extensions(("x-action" = json!("usage.read"))),
    params(LatestQuery),
    responses((status = 200, description = "The counts.", body = Data<Vec<CountView>>)),
)]
pub(crate) async fn list_latest_usage_counts(
    Caller(ctx): Caller,
    Query(query): Query<LatestQuery>,
) -> Result<Data<Vec<CountView>>> {
    let latest = usage_counts::latest(&ctx, query.client_id).await?;
    Ok(Data::new(latest.iter().map(CountView::new).collect()))
}
