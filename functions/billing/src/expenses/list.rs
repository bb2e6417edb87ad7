//! `GET /api/expenses`, `GET /api/expenses/{id}`

use clearmargin_app::expenses::{self, Wanted};
use clearmargin_domain::{
    expense::ExpenseUse,
    id::{ExpenseAccountId, ExpenseId},
    period::Month,
    text::Line,
};
use clearmargin_web::{Caller, Data, Limit, Page, Path, Query, Result, Versioned, schema};
use serde::Deserialize;
use utoipa::openapi::Object;

use super::view::{ExpenseRow, ExpenseView};

/// Which purchases.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExpensesQuery {
    /// Of this month or later; of the twelve months up to `to` unless given.
    #[param(schema_with = schema::month, required = false)]
    from: Option<Month>,
    /// Of this month or earlier; up to the current one, or for twelve months, unless given.
    #[param(schema_with = schema::month, required = false)]
    to: Option<Month>,
    /// A part of the vendor's name, in whatever case.
    #[param(schema_with = vendor, required = false)]
    vendor: Option<Line<100>>,
    /// `allocated`: somebody here said for whom a line was bought, and that holds. `unallocated`: a
    /// part of it is for nobody in particular. `lapsed`: what somebody here said of a line does not
    /// hold any more.
    #[param(schema_with = allocation, required = false)]
    allocation: Option<UseName>,
    /// Something of it was bought on this account.
    #[param(value_type = Option<String>, pattern = "^acc_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    account_id: Option<ExpenseAccountId>,
    /// How many purchases at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// For whom purchases were bought, as far as that is known.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum UseName {
    Allocated,
    Unallocated,
    Lapsed,
}

fn vendor() -> Object {
    schema::line(100)
}

fn allocation() -> Object {
    schema::one_of(["allocated", "unallocated", "lapsed"])
}

impl From<UseName> for ExpenseUse {
    fn from(name: UseName) -> Self {
        match name {
            UseName::Allocated => Self::Allocated,
            UseName::Unallocated => Self::Unallocated,
            UseName::Lapsed => Self::Lapsed,
        }
    }
}

/// Vendors' bills and other purchases, the latest first. A page looks at a limited number of them and
/// may hold fewer than `limit`: follow `nextCursor` to the end.
#[utoipa::path(
    get,
    path = "/api/expenses",
    tag = "Expenses",
    extensions(("x-action" = json!("expenses.read"))),
    params(ExpensesQuery),
    responses((status = 200, description = "A page of purchases.", body = Page<ExpenseRow>)),
)]
pub(crate) async fn list_expenses(
    Caller(ctx): Caller,
    Query(query): Query<ExpensesQuery>,
) -> Result<Page<ExpenseRow>> {
    let ExpensesQuery { from, to, vendor, allocation, account_id, limit, cursor } = query;
    let wanted = Wanted {
        from,
        to,
        vendor: vendor.map(String::from),
        used: allocation.map(ExpenseUse::from),
        account: account_id,
    };
    let (rows, next) = expenses::list(&ctx, wanted, limit.get(), cursor.as_deref()).await?;
    let rows = rows.iter().map(|expense| ExpenseRow::new(expense)).collect();
    Ok(Page::new(rows, limit, next))
}

/// A bill or another purchase, with its lines and for whom each was bought.
#[utoipa::path(
    get,
    path = "/api/expenses/{id}",
    tag = "Expenses",
    extensions(("x-action" = json!("expenses.read")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The purchase's id.")),
    responses((status = 200, description = "The purchase.", body = Data<ExpenseView>)),
)]
pub(crate) async fn get_expense(
    Caller(ctx): Caller,
    Path(id): Path<ExpenseId>,
) -> Result<Versioned<ExpenseView>> {
    let expense = expenses::get(&ctx, id).await?;
    Ok(Versioned::new(expense.version, ExpenseView::new(&expense)))
}
