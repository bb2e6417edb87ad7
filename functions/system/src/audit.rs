//! `GET /api/audit` and `GET /api/audit/head`

mod export;

use axum::{
    http::{
        HeaderMap, HeaderValue, Uri,
        header::{ACCEPT, VARY},
    },
    response::{IntoResponse as _, Response},
};
use clearmargin_app::audit::{self, AuditFilter, AuditRow, Wanted};
use clearmargin_domain::audit::{Actor, AuditEntry};
use clearmargin_web::{Caller, Data, Limit, Page, Query, Result};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use export::Format;

/// Which rows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// The first day, in UTC.
    #[param(value_type = Option<String>, example = "2026-10-01")]
    from: Option<Date>,
    /// The last day, in UTC.
    #[param(value_type = Option<String>, example = "2026-10-31")]
    to: Option<Date>,
    /// Who acted: the id of a person or an API key, or `system`.
    actor: Option<String>,
    /// What was done: `costRate.set`, or every action on cost rates: `costRate.`
    #[param(example = "costRate.")]
    action: Option<String>,
    /// To what, such as an id.
    subject: Option<String>,
    /// How many rows a page has at most; an export has up to 1000.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Who acted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ActorView {
    /// `user`, `key` or `system`.
    #[schema(example = "user")]
    kind: &'static str,
    /// The person's or the key's id; null for workers and schedules.
    id: Option<String>,
}

/// A change that was made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditView {
    /// Its id.
    id: String,
    /// Which form of `detail` this is.
    version: u16,
    /// When.
    at: String,
    /// Who.
    actor: ActorView,
    /// What was done.
    #[schema(example = "costRate.set")]
    action: String,
    /// To what.
    subject: String,
    /// The request or message that caused it.
    request_id: String,
    /// Counts or settings that matter; null when there are none.
    #[schema(value_type = Object, nullable)]
    detail: Value,
    /// The number of the block that it is sealed in; null for the last minute's.
    sealed_in: Option<u64>,
}

impl AuditView {
    fn new(row: AuditRow) -> Self {
        let AuditRow { entry, sealed_in } = row;
        let AuditEntry { version, id, at, actor, action, subject, request_id, detail } = entry;
        let (kind, actor) = match actor {
            Actor::User(id) => ("user", Some(id.to_string())),
            Actor::Key(id) => ("key", Some(id.to_string())),
            Actor::System => ("system", None),
        };
        let (id, at) = (id.to_string(), at.to_string());
        let actor = ActorView { kind, id: actor };
        Self { id, version, at, actor, action, subject, request_id, detail, sealed_in }
    }
}

/// What was changed, when and by whom, newest first. A page may hold fewer than `limit`: follow
/// `nextCursor` to the end. With `Accept: application/x-ndjson` or `text/csv` it is an export: of
/// at most 31 days, which `from` and `to` have to name; of up to 1000 rows looked at, with the
/// address of what follows in `Link`.
#[utoipa::path(
    get,
    path = "/api/audit",
    tag = "Audit",
    extensions(("x-action" = json!("audit.read"))),
    params(Which),
    responses((status = 200, description = "A page of rows, or an export.", content(
        (Page<AuditView> = "application/json"),
        (String = "application/x-ndjson"),
        (String = "text/csv"),
    ))),
)]
pub(crate) async fn list_audit(
    Caller(ctx): Caller,
    Query(which): Query<Which>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response> {
    let Which { from, to, actor, action, subject, limit, cursor } = which;
    let wanted = Wanted { from, to, filter: AuditFilter { actor, action, subject } };
    let cursor = cursor.as_deref();
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    let mut response = match Format::wanted(accept.unwrap_or_default()) {
        None => {
            let (rows, next) = audit::list(&ctx, wanted, limit.get(), cursor).await?;
            Page::new(rows.into_iter().map(AuditView::new).collect(), limit, next).into_response()
        }
        Some(format) => {
            let (rows, next) = audit::export(&ctx, wanted, cursor).await?;
            let rows: Vec<_> = rows.into_iter().map(AuditView::new).collect();
            export::answer(format, &rows, cursor.is_none(), &uri, next.as_deref())
        }
    };
    response.headers_mut().append(VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// Where the chain of sealed blocks ends.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HeadView {
    /// The number of the last block; 0 before the first.
    block: u64,
    /// Its SHA-256; zeros before the first.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    hash: String,
    /// How many rows are sealed.
    rows: u64,
    /// When the last block was sealed; null before the first.
    sealed_at: Option<String>,
}

/// Where the chain of sealed audit rows ends. Kept somewhere else, it proves later that nothing up
/// to it was altered or removed.
#[utoipa::path(
    get,
    path = "/api/audit/head",
    tag = "Audit",
    extensions(("x-action" = json!("audit.read"))),
    responses((status = 200, description = "The head.", body = Data<HeadView>)),
)]
pub(crate) async fn get_audit_head(Caller(ctx): Caller) -> Result<Data<HeadView>> {
    let head = audit::head(&ctx).await?;
    Ok(Data::new(HeadView {
        block: head.block,
        hash: head.hash.to_string(),
        rows: head.rows,
        sealed_at: head.sealed_at.map(|at| at.to_string()),
    }))
}
