//! `GET /api/books`, `POST /api/books/close` and `POST /api/books/reopen`

use clearmargin_app::books;
use clearmargin_domain::{books::Books, period::Month};
use clearmargin_web::{Caller, Data, Json, Result, schema};
use serde::{Deserialize, Serialize};

/// The books.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Books)]
pub(crate) struct BooksView {
    /// The last closed month; every month before it is closed too. Null while nothing is.
    #[schema(example = "2026-09")]
    closed_through: Option<String>,
}

impl BooksView {
    fn new(books: Books) -> Self {
        Self { closed_through: books.closed_through.map(|month| month.to_string()) }
    }
}

/// What to close.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CloseBooks {
    /// The last month to close; it is over, and later than the last closed one.
    #[schema(schema_with = schema::month)]
    through: Month,
}

/// What to open again, and why.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ReopenBooks {
    /// The first month to open; every later one opens too.
    #[schema(schema_with = schema::month)]
    from: Month,
    /// Why; it is kept in the audit trail.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    reason: String,
}

/// Up to which month the books are closed.
#[utoipa::path(
    get,
    path = "/api/books",
    tag = "Books",
    extensions(("x-action" = json!("books.read"))),
    responses((status = 200, description = "The books.", body = Data<BooksView>)),
)]
pub(crate) async fn get_books(Caller(ctx): Caller) -> Result<Data<BooksView>> {
    Ok(Data::new(BooksView::new(books::get(&ctx).await?)))
}

/// Closes the books through a month that is over: cost rates and prices that would change it are
/// refused from then on, and what time cost in it stays.
#[utoipa::path(
    post,
    path = "/api/books/close",
    tag = "Books",
    extensions(("x-action" = json!("books.close"))),
    request_body(content = CloseBooks, example = json!({"through": "2026-09"})),
    responses((status = 200, description = "The books.", body = Data<BooksView>)),
)]
pub(crate) async fn close_books(
    Caller(ctx): Caller,
    Json(body): Json<CloseBooks>,
) -> Result<Data<BooksView>> {
    Ok(Data::new(BooksView::new(books::close(&ctx, body.through).await?)))
}

/// Opens closed books again, from a month on. It changes no figure by itself.
#[utoipa::path(
    post,
    path = "/api/books/reopen",
    tag = "Books",
    extensions(("x-action" = json!("books.reopen"))),
    request_body(content = ReopenBooks, example = json!({
        "from": "2026-09", "reason": "A vendor's bill for September came late."
    })),
    responses((status = 200, description = "The books.", body = Data<BooksView>)),
)]
pub(crate) async fn reopen_books(
    Caller(ctx): Caller,
    Json(body): Json<ReopenBooks>,
) -> Result<Data<BooksView>> {
    Ok(Data::new(BooksView::new(books::reopen(&ctx, body.from, &body.reason).await?)))
}
